"""What years cost: a redemption and the audit with a long ledger, and with a short one.

Started by `run_years.sh`. Two databases with the same people: one ledger begins with their
opening entries, the other has the years behind it. Needs room: ten million entries and their
orders take about 10 GB.
"""

import argparse
import os
import pathlib
import re
import statistics
import subprocess
import tempfile
import time

import machine
import measure
import record

ENTRY = (
    "id,volunteer_id,seq,kind,available_delta,held_delta,recovery_delta,available_after,"
    "held_after,recovery_after,source_kind,source_id,refers_to,actor_account_id,actor_role,"
    "reason,request_id,prev_hash,hash,created_at"
)
# The orders of the past: given up, their points released. `past.rs` writes their entries.
ORDERS = """
ANALYZE ledger_entry;
SET session_replication_role = replica;
CREATE FUNCTION pg_temp.own(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT ('01900000-0000-7000-8' || lpad(kind::text, 3, '0') || '-1' || lpad(n::text, 11, '0'))::uuid $$;
CREATE TEMP VIEW past AS
    SELECT h.source_id AS id, h.volunteer_id, h.created_at, r.created_at AS ended_at, r.id AS ended_by
    FROM ledger_entry h JOIN ledger_entry r
        ON r.volunteer_id = h.volunteer_id AND r.seq = h.seq + 1
    WHERE h.kind = 'hold' AND r.kind = 'release';
INSERT INTO hold SELECT id, volunteer_id, id, 1, 'released', created_at, ended_at, ended_by FROM past;
INSERT INTO redemption (id, session_id, session_item_id, goods_id, site_id, volunteer_id, quantity,
    points, state, pickup_code_hash, receipt_no, created_by, ended_reason, ended_at, expires_at,
    created_at, updated_at)
    SELECT id, pg_temp.own(11, 0), pg_temp.own(9, 0), pg_temp.own(7, 0), pg_temp.own(10, 2),
        volunteer_id, 1, 1, 'cancelled', repeat('c', 64), right(id::text, 12), pg_temp.own(13, 0),
        'bench', ended_at, ended_at, created_at, ended_at FROM past;
UPDATE points_account a SET last_seq = e.seq, last_hash = e.hash, updated_at = e.created_at
    FROM (SELECT DISTINCT ON (volunteer_id) volunteer_id, seq, hash, created_at FROM ledger_entry
        ORDER BY volunteer_id, seq DESC) e WHERE e.volunteer_id = a.volunteer_id;
"""


def arguments():
    parser = record.parser(__doc__, volunteers=10000, seconds=6, pairs=7)
    parser.add_argument("--orders", type=int, default=500, help="of each, two entries apiece")
    parser.add_argument("--audited", type=int, default=50, help="orders of each for the audit")
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--keep", action="store_true", help="leave the databases")
    return parser.parse_args()


def bench(options, folder, name, orders):
    """A filled database with `orders` past orders of everybody."""
    options = argparse.Namespace(**vars(options) | {"database": name})
    made = measure.Bench(options, pathlib.Path(folder) / name)
    made.folder.mkdir()
    made.prepare()
    if orders:
        begin = time.monotonic()
        past = f"'{made.prepare_binary}' past {orders}"
        copy = f"\\copy ledger_entry ({ENTRY}) from program '{past.replace(chr(39), chr(39) * 2)}' csv"
        env = os.environ | made.environment()
        url = made.url.geturl()
        text = f"SET session_replication_role = replica;\n{copy}\n{ORDERS}"
        subprocess.run(["psql", url, "-qX", "-v", "ON_ERROR_STOP=1"], input=text, text=True,
                       env=env, check=True)
        made.sql("VACUUM ANALYZE;")
        made.sql("CHECKPOINT;")
        size = made.sql("SELECT pg_size_pretty(pg_database_size(current_database()));")
        print(f"{name}: {entries(made)} entries, {size}, {time.monotonic() - begin:.0f} s to fill",
              flush=True)
    return made


def entries(made):
    return int(made.sql("SELECT count(*) FROM ledger_entry;"))


def audit(made):
    """The command's own count and rate, and the most memory it took."""
    made.tell()
    with tempfile.TemporaryFile("w+") as out:
        child = subprocess.Popen([made.binary, "audit"], env=made.environment(), stdout=out)
        _, status, used = os.wait4(child.pid, 0)
        out.seek(0)
        told = out.read()
    if status:
        raise SystemExit(f"the audit is not sound: {told[-2000:]}")
    rate = int(re.search(r"(\d+) entries/s", told)[1])
    found = {"entries": entries(made), "per_second": rate, "most_mb": used.ru_maxrss / 1024}
    print(f"audit: {found}", flush=True)
    return found


def redemptions(short, long, options):
    """Interleaved pairs of runs against both, each with a service of its own."""
    pairs = []
    with short.service(short.environment()) as (_, one, _):
        with long.service(long.environment(PB_REDIS__PREFIX="pb-bench-years")) as (_, other, _):
            runs = {"short": (short, one), "long": (long, other)}
            for turn in range(options.pairs + 1):
                pair = {}
                for name in runs if turn % 2 else reversed(runs):
                    made, base = runs[name]
                    pair[name] = made.load_service(base, "redemption", options.clients)
                pair["cost"] = pair["short"]["per_second"] / pair["long"]["per_second"]
                print(f"redemption: short {pair['short']['per_second']:.0f}/s, long "
                      f"{pair['long']['per_second']:.0f}/s, cost {pair['cost']:.2f}, load "
                      f"{machine.load():.1f}", flush=True)
                # The first only warms up.
                if turn:
                    pairs.append(pair)
    return pairs


def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as folder:
        middle = bench(options, folder, "pb_bench_audit", options.audited)
        audits = [audit(middle) for _ in range(3)]
        short = bench(options, folder, "pb_bench_short", 0)
        long = bench(options, folder, "pb_bench_long", options.orders)
        pairs = redemptions(short, long, options)
        sound = [audit(made) for made in (short, long)]
        if not options.keep:
            for made in (middle, short, long):
                name = made.options.database
                made.sql(f"DROP DATABASE {name} WITH (FORCE);", options.server)
    cost = statistics.median(pair["cost"] for pair in pairs)
    each = [f"{pair['cost']:.2f}" for pair in pairs]
    rate = statistics.median(found["per_second"] for found in audits)
    result = record.stamp(options) | {"audit": audits, "audit_afterwards": sound, "cost": cost,
                                    "pairs": pairs}
    text = "\n".join([
        f"# Years of entries, {result['date']}, commit {result['commit']}",
        "",
        f"{os.cpu_count()} cores shared by everything; {options.volunteers} volunteers; "
        f"{options.clients} connections; runs of {options.seconds} s in interleaved pairs.",
        "",
        "| | found | wanted |",
        "|---|---|---|",
        f"| audit of {audits[0]['entries']} entries, entries/s (median of three, sound) | {rate} | 20000 |",
        f"| most memory of that audit, MB | {max(found['most_mb'] for found in audits):.0f} | |",
        f"| audit of {sound[1]['entries']} entries, entries/s (sound after the load) | "
        f"{sound[1]['per_second']} | |",
        f"| cost of a redemption with the long ledger ÷ with {sound[0]['entries']} or fewer, "
        f"median of {len(pairs)} ({', '.join(each)}) | "
        f"{cost:.2f} | 1.15 |",
        "",
    ])
    record.tell(options, result, text, "-years")


if __name__ == "__main__":
    main()
