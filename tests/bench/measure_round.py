"""What closing a notice round of a hundred thousand entries costs everybody else.

Started by `run_round.sh`. One town, points that count when the notice is over (the dearer of the
two settings): every entry is booked, journalled and gets its leaf in the tree.
"""

import json
import pathlib
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

import machine
import measure
import record

# As `bench-prepare` numbers rows: `01900000-0000-7000-8<kind>-<number>`.
OWN = """
CREATE FUNCTION pg_temp.own(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT ('01900000-0000-7000-8' || lpad(kind::text, 3, '0') || '-1' || lpad(n::text, 11, '0'))::uuid $$;
"""
# Honours certified last month, so many of everybody. The points are to be booked by the closing.
CLAIMS = OWN + """
SET session_replication_role = replica;
INSERT INTO rule_set (id, site_id, name, created_at)
    SELECT pg_temp.own(30, 0), town_id, 'bench', now() FROM site WHERE id = pg_temp.own(10, 2);
INSERT INTO rule_version (id, rule_set_id, number, state, created_by, created_at, version)
    VALUES (pg_temp.own(31, 0), pg_temp.own(30, 0), 1, 'draft', pg_temp.own(13, 0), now(), 1);
INSERT INTO rule_item (id, rule_version_id, code, category, name, unit, points, counts_as_service,
    needs_attendance, evidence_needed, sort)
    VALUES (pg_temp.own(32, 0), pg_temp.own(31, 0), 'B01', '荣誉', '先进典型', 'per_award', 5,
        false, false, true, 1);
INSERT INTO setting (id, site_id, key, value, effective_from, set_by, created_at)
    SELECT pg_temp.own(33, n), town_id, key, value::jsonb, now() - interval '90 days',
        pg_temp.own(13, 0), now() - interval '90 days' FROM site, (VALUES
        (0, 'points_effective', '"notice"'), (1, 'notice_level', '"station"')) AS s (n, key, value)
    WHERE id = pg_temp.own(10, 2);
INSERT INTO claim (id, volunteer_id, award_ref, rule_item_id, site_id, state, points, explanation,
    entered_by, submitted_at, decided_by, decided_at, version, created_at, updated_at)
    SELECT pg_temp.own(34, each), v.id, 'bench ' || each, pg_temp.own(32, 0), v.site_id,
        'certified', 5, '先进典型 5 分', pg_temp.own(13, 0), at, pg_temp.own(13, 1), at, 1, at, at
    FROM (SELECT row_number() OVER (ORDER BY id, copy) AS each, id, site_id
        FROM volunteer, generate_series(1, {copies}) AS copy) AS v,
        (SELECT date_trunc('month', now()) - interval '3 days' AS at) AS a;
"""


def arguments():
    parser = record.parser(__doc__, volunteers=20000, seconds=6, pairs=5)
    parser.add_argument("--copies", type=int, default=5, help="entries of each volunteer")
    parser.add_argument("--clients", type=int, default=8, help="of the other requests")
    parser.add_argument("--database", default="pb_bench_round", help="is dropped and made anew")
    return parser.parse_args()


class Memory:
    """The most a process takes above what it took before, in MB, looked at ten times a second."""

    def __init__(self, pid):
        self.pid, self.before, self.running = pid, machine.memory_mb(pid), True
        self.most = self.before
        self.thread = threading.Thread(target=self._loop, daemon=True)
        self.thread.start()

    def _loop(self):
        while self.running:
            self.most = max(self.most, machine.memory_mb(self.pid))
            time.sleep(0.1)

    def stop(self):
        self.running = False
        self.thread.join()
        return self.most - self.before


def send(base, path, token, body):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json",
               "Idempotency-Key": f"bench-{time.monotonic_ns()}"}
    request = urllib.request.Request(base + path, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=300) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise SystemExit(f"{path}: {error.code} {error.read().decode()}") from error


def told(name, pid, work):
    """Does something and says how long it took and how much memory."""
    memory, begin = Memory(pid), time.monotonic()
    answer = work()
    found = {"seconds": time.monotonic() - begin, "memory_mb": memory.stop()}
    print(f"{name}: {found['seconds']:.1f} s, memory +{found['memory_mb']:.0f} MB", flush=True)
    return answer, found


def drafted(made):
    """The round, once the schedule has drafted it."""
    while True:
        row = made.sql("SELECT id, number FROM notice_round;")
        if row:
            return dict(zip(("id", "number"), row.split("|")))
        time.sleep(0.2)


def settled(made):
    return made.sql("SELECT count(*) FROM notice_round WHERE settled_at IS NOT NULL;") == "1"


def waiting(made):
    return int(made.sql("SELECT count(*) FROM notice_entry WHERE state = 'listed';"))


def drain(pid, base, path):
    """Reads a public file to its end, as a stranger would."""
    def work():
        with urllib.request.urlopen(base + path, timeout=300) as answer:
            size = 0
            while part := answer.read(65536):
                size += len(part)
            return size
    return told(path, pid, work)


def run(made, options):
    result = {}
    made.sql(CLAIMS.format(copies=options.copies))
    made.sql("VACUUM ANALYZE claim;")
    with made.service(made.environment()) as (pid, base, _):
        token = (made.folder / "manager.txt").read_text().strip()
        draft, result["draft"] = told("draft", pid, lambda: drafted(made))
        other = lambda: made.load_service(base, "home", options.clients)
        other()
        path = f"/v1/notice-rounds/{draft['id']}"
        opened, result["open"] = told("open", pid, lambda: send(base, path + "/open", token, {}))
        result["entries"] = opened["entry_count"]
        without = [other() for _ in range(options.pairs)]
        # Days would be long: whoever owns the database moves the end.
        made.sql("SET session_replication_role = replica;"
                 "UPDATE notice_round SET opened_at = opened_at - interval '30 days',"
                 " closes_at = closes_at - interval '30 days';")
        memory, begin = Memory(pid), time.monotonic()
        send(base, path + "/close", token, {})
        during = []
        while len(during) < options.pairs and not settled(made):
            before = waiting(made)
            found = other()
            found["entries_settled"] = before - waiting(made)
            during.append(found)
        while not settled(made):
            time.sleep(1)
        result["close"] = {"seconds": time.monotonic() - begin, "memory_mb": memory.stop()}
        print(f"close: {result['close']}", flush=True)
        without += [other() for _ in range(options.pairs)]
        # The leaves of all of it, too.
        while made.sql("SELECT (SELECT position FROM journal_head) = (SELECT position FROM "
                       "tree_reader);") != "t":
            time.sleep(1)
        result["without"], result["during"] = without, during
        for kind, file in (("xlsx", "notice.xlsx"), ("pdf", "print.pdf")):
            size, result[kind] = drain(pid, base, f"/v1/public/notices/{draft['number']}/{file}")
            result[kind]["bytes"] = size
    made.tell()
    # As autovacuum does after such a month, where it is not turned off.
    made.sql("ANALYZE;")
    child = subprocess.run([made.binary, "audit"], env=made.environment(), text=True,
                           capture_output=True, check=False)
    result["audit"] = child.stdout.strip().splitlines()[-1]
    if child.returncode:
        raise SystemExit(f"the audit is not sound: {child.stdout[-2000:]}")
    return result


def table(result):
    p99 = lambda runs: statistics.median(found["p99_ms"] for found in runs)
    quiet, busy = p99(result["without"]), p99(result["during"])
    lines = [
        f"# A notice round of {result['entries']} entries, {result['date']}, commit {result['commit']}",
        "",
        f"2 cores shared by everything, points counted at the closing; other requests: `/v1/me`, "
        f"{result['clients']} clients.",
        "",
        "| | found | wanted |",
        "|---|---|---|",
    ]
    said = {"xlsx": "whole XLSX", "pdf": "first part of the print sheet"}
    for name in ("draft", "open", "close", "xlsx", "pdf"):
        found, wanted = result[name], "50" if name == "close" else ""
        lines.append(f"| {said.get(name, name)}: memory above what was there, MB ({found['seconds']:.0f} s) | "
                     f"{found['memory_mb']:.0f} | {wanted} |")
    lines += [
        f"| p99 of other requests without the closing, ms (median of {len(result['without'])}) | "
        f"{quiet:.1f} | |",
        f"| p99 of other requests during the closing, ms (median of {len(result['during'])}) | "
        f"{busy:.1f} | |",
        f"| ratio | {busy / quiet:.2f} | 2.00 |",
        f"| afterwards | {result['audit']} | |",
        "",
    ]
    return "\n".join(lines)


def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as folder:
        made = measure.Bench(options, pathlib.Path(folder))
        made.prepare()
        result = run(made, options)
        made.sql(f"DROP DATABASE {options.database} WITH (FORCE);", options.server)
    result = record.stamp(options) | {"clients": options.clients} | result
    record.tell(options, result, table(result), "-round")


if __name__ == "__main__":
    main()
