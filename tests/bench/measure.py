"""Runs the load tests and writes their results; started by run.sh."""

import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request

import machine
import record
import report
import wire

HERE = record.HERE
KEPT = (
    "activity session_item stock_lot stock_movement ledger_entry opening_row points_account "
    "journal_head tree tree_reader"
).split()
RUN_ROWS = (
    "attendance sign_up check_in_refusal redemption redemption_lot hold session_person "
    "idempotency_key audit_event journal_event journal_seal tree_leaf tree_node tree_checkpoint "
    "tree_cosignature"
).split()
# The audit asks that the journal tells of every entry: of what `bench-prepare` wrote, no service told.
TOLD = """
INSERT INTO journal_event (id, kind, subject_type, subject_id, data, occurred_at, request_id)
    SELECT gen_random_uuid(), 'points.' || e.kind, 'volunteer', e.volunteer_id,
        jsonb_build_object('entry_id', e.id, 'seq', e.seq, 'available_delta', e.available_delta),
        e.created_at, e.request_id
    FROM ledger_entry e LEFT JOIN journal_event j ON j.subject_id = e.volunteer_id
        AND j.kind = 'points.' || e.kind AND j.data ->> 'seq' = e.seq::text
    WHERE j.id IS NULL;
ANALYZE journal_event;
"""
# pgbench prepares every statement on every connection, one after the other: at 64 connections
# that takes seconds, in which hardly anything runs. They do not count.
WARM_UP = 4
# What one request of each kind inserts once.
MARK = {"check_in": "attendance", "redemption": "redemption"}


def arguments():
    parser = record.parser(__doc__, volunteers=40000, seconds=8, pairs=3)
    parser.add_argument("--clients", type=int, nargs="+", default=[64, 32, 8])
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--database", default="pb_bench", help="is dropped and made anew")
    parser.add_argument("--shapes", action="store_true", help="only compare the statements")
    return parser.parse_args()


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        target = pathlib.Path(options.target).resolve()
        self.binary = target / options.profile / "points-bank"
        self.prepare_binary = target / "debug" / "examples" / "bench-prepare"
        # Neither side encrypts what stays on the machine: that would measure two TLS libraries.
        server = urllib.parse.urlsplit(options.server)
        self.url = server._replace(path="/" + options.database, query="sslmode=disable")
        self.turn = 0

    # The database

    def psql(self, text, url=None):
        command = ["psql", url or self.url.geturl(), "-qAtX", "-v", "ON_ERROR_STOP=1"]
        return subprocess.run(command, input=text, text=True, capture_output=True, check=False)

    def sql(self, text, url=None):
        done = self.psql(text, url)
        if done.returncode:
            raise SystemExit(done.stderr)
        return done.stdout.strip()

    def attempt(self, text):
        """What went wrong, if anything did."""
        done = self.psql(text)
        return done.stderr if done.returncode else ""

    def prepare(self):
        name, server = self.options.database, self.options.server
        self.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE);", server)
        self.sql(f"CREATE DATABASE {name};", server)
        command = [self.prepare_binary, self.folder, str(self.options.volunteers)]
        subprocess.run(command, env=self.environment(), check=True)
        copies = "".join(f"CREATE TABLE kept.{t} AS TABLE {t};" for t in KEPT)
        self.sql("CREATE SCHEMA kept;" + copies)
        self.sql("VACUUM ANALYZE;")
        self.reset()

    def reset(self):
        """Takes away what a run wrote. The append-only tables' triggers are for the service's
        role; a replica does not fire them."""
        tables = ",".join(RUN_ROWS + KEPT)
        back = "".join(f"INSERT INTO {t} SELECT * FROM kept.{t};" for t in KEPT)
        renew = (
            "SET session_replication_role = replica; BEGIN;"
            f"TRUNCATE {tables} CASCADE; {back} COMMIT;"
        )
        # The service's jobs read these tables meanwhile, in an order of their own.
        for _ in range(5):
            trouble = self.attempt(renew)
            if "deadlock detected" not in trouble:
                break
        if trouble:
            raise SystemExit(trouble)
        # Not the emptied ones: statistics that say "empty" would stay for the whole run where
        # autovacuum is off, and connections that live longer than a run, the service's, would
        # plan for them.
        self.sql(f"VACUUM ANALYZE {','.join(KEPT)};")
        self.sql("CHECKPOINT;")
        people = int(self.sql("SELECT count(*) FROM volunteer;"))
        if people != self.options.volunteers:
            raise SystemExit(f"the reset took volunteers along: {people} left")

    def tell(self):
        """Makes up for the journal of a service that was never there."""
        self.sql(TOLD)

    # The service

    def environment(self, url=None, **more):
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return kept | {
            "DATABASE_URL": url or self.url.geturl(),
            "REDIS_URL": self.options.redis,
            "PB_REDIS__PREFIX": "pb-bench",
            "PB_LIMITS__ENABLED": "false",
            "PB_ALLOW": '["default_keys"]',
            "PB_DATABASE__MAX_CONNECTIONS": "24",
            # As the image and the unit set it.
            "MIMALLOC_PURGE_DELAY": "1",
            "PB_TELEMETRY__LOG": "warn",
        } | more

    @contextlib.contextmanager
    def service(self, environment, cwd=None):
        """A running service: (pid, address, milliseconds from exec until ready)."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment["PB_SERVER__LISTEN"] = f"127.0.0.1:{port}"
        begin = time.monotonic()
        process = subprocess.Popen([self.binary, "serve"], env=environment, cwd=cwd)
        try:
            ready = until_ready(process, port)
            yield process.pid, f"http://127.0.0.1:{port}", (ready - begin) * 1000
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()

    # The loads

    def fetch_codes(self, base):
        """The codes that the manager's phone would show now, one per activity."""
        token = (self.folder / "manager.txt").read_text().strip()
        codes = []
        for activity in self.sql("SELECT id FROM activity ORDER BY id;").split():
            path = f"/v1/activities/{activity}/check-in-codes"
            codes.append(post(base + path, token, {"direction": "in"})["code"])
        (self.folder / "codes.txt").write_text("\n".join(codes) + "\n")
        return codes

    def load_service(self, base, scenario, clients):
        """One run of wrk."""
        self.turn += 1
        if scenario == "check_in":
            self.fetch_codes(base)
        command = ["wrk", "-t2", f"-c{clients}", f"-d{self.options.seconds}s", "-s"]
        command += [HERE / "load.lua", base, "--", scenario, self.folder, str(self.turn)]
        done = subprocess.run(command, text=True, capture_output=True, check=True)
        result = json.loads(done.stdout.strip().splitlines()[-1])
        if result["refused"] or result["broken"]:
            raise SystemExit(f"{scenario}: requests failed: {result}")
        result["per_second"] = result["requests"] / result["seconds"]
        return result

    def load_pgbench(self, scenario, clients):
        """One run of pgbench."""
        command = ["pgbench", "-n", "-M", "prepared", "-f", HERE / f"{scenario}.sql"]
        command += ["-c", str(clients), "-j", "2", "-P", "1"]
        command += ["-T", str(self.options.seconds + WARM_UP)]
        command += ["-D", f"volunteers={self.options.volunteers}", "-D", f"clients={clients}"]
        command += ["-D", "n=100000000"]
        command += ["-h", self.url.hostname, "-p", str(self.url.port or 5432)]
        command += ["-U", self.url.username or "root", self.options.database]
        plain = os.environ | {"PGSSLMODE": "disable"}
        done = subprocess.run(command, text=True, capture_output=True, check=False, env=plain)
        failed = re.search(r"failed transactions: (\d+)", done.stdout)
        if done.returncode or "aborted" in done.stderr or (failed and failed[1] != "0"):
            raise SystemExit(f"pgbench {scenario}: {done.stdout}\n{done.stderr}")
        number = re.search(r"transactions actually processed: (\d+)", done.stdout)
        lines = re.findall(r"progress: ([\d.]+) s, ([\d.]+) tps, lat ([\d.]+|NaN)", done.stderr)
        warm = [(float(tps), float(lat)) for at, tps, lat in lines if float(at) > WARM_UP + 0.5]
        if len(warm) < self.options.seconds // 2:
            raise SystemExit(f"pgbench told too little of itself: {done.stderr}")
        return {
            "requests": int(number[1]),
            "per_second": statistics.mean(tps for tps, _ in warm),
            "mean_ms": statistics.median(latency for _, latency in warm),
        }

    def measured(self, run, pid, scenario, clients):
        """A run with the CPU it cost, checked against the rows it left, then cleaned up."""
        watch = machine.Watch(lambda: machine.backends(self.options.database))
        service, whole = machine.cpu_seconds(pid), machine.busy_seconds()
        result = run()
        whole = machine.busy_seconds() - whole
        result["service_us"] = (machine.cpu_seconds(pid) - service) / result["requests"] * 1e6
        result["database_us"] = watch.stop() / result["requests"] * 1e6
        result["machine_us"] = whole / result["requests"] * 1e6
        result["load"] = machine.load()
        if mark := MARK.get(scenario):
            rows = int(self.sql(f"SELECT count(*) FROM {mark};"))
            # wrk hangs up on what is under way at the end.
            if not result["requests"] <= rows <= result["requests"] + clients:
                raise SystemExit(f"{scenario}: {result['requests']} requests, {rows} rows")
            self.reset()
        return result

    def pair(self, pid, base, scenario, clients, turn):
        runs = {
            "service": lambda: self.load_service(base, scenario, clients),
            "pgbench": lambda: self.load_pgbench(scenario, clients),
        }
        # Who goes first changes, lest it be always the warmer one.
        order = list(runs) if turn % 2 else list(reversed(runs))
        pair = {name: self.measured(runs[name], pid, scenario, clients) for name in order}
        pair["ratio"] = pair["service"]["per_second"] / pair["pgbench"]["per_second"]
        print(f"{scenario} c={clients}: {pair['service']['per_second']:.0f}/s, "
              f"pgbench {pair['pgbench']['per_second']:.0f}/s, {pair['ratio']:.2f}, "
              f"load {machine.load():.1f}", flush=True)
        return pair

    # The measurements

    def compare_statements(self):
        """The scripts must send what the service sends, statement by statement."""
        proxy = wire.Wire((self.url.hostname, self.url.port or 5432))
        port = f"{self.url.username or 'root'}@127.0.0.1:{proxy.port}"
        url = self.url._replace(netloc=port, query="sslmode=disable").geturl()
        counts = {}
        with self.service(self.environment(url)) as (_, base, _):
            tokens = (self.folder / "tokens.txt").read_text().split()
            bodies = {
                "check_in": ("/v1/check-ins", {"code": self.fetch_codes(base)[0]}),
                "redemption": ("/v1/redemptions", wish()),
            }
            # Nobody sends twice: whoever is remembered for a moment is not looked up again.
            for first, (scenario, (path, body)) in zip((0, 2), bodies.items()):
                post(base + path, tokens[first], body)
                proxy.take()
                post(base + path, tokens[first + 1], body)
                time.sleep(0.1)
                sent = wire.request_of(proxy.take())
                script = wire.script_of(HERE / f"{scenario}.sql")
                if sent != script:
                    lines = "\n".join(f"  {a:70} {b}" for a, b in both(sent, script))
                    raise SystemExit(f"{scenario}.sql is not what the service sends:\n{lines}")
                counts[scenario] = len(sent)
        proxy.close()
        self.reset()
        return counts

    def starts(self):
        """From exec until ready: on this database, and embedded, empty and again."""
        again = []
        for _ in range(self.options.starts):
            with self.service(self.environment()) as (_, _, milliseconds):
                again.append(milliseconds)
        found = {"postgres_existing_ms": statistics.median(again)}
        first, second, rows = [], [], 0
        for _ in range(3):
            with tempfile.TemporaryDirectory() as home:
                for times in (first, second):
                    plain = {"PATH": os.environ["PATH"], "PB_TELEMETRY__LOG": "warn"}
                    with self.service(plain, cwd=home) as (_, _, milliseconds):
                        times.append(milliseconds)
                rows = count_volunteers(pathlib.Path(home) / "data" / "points-bank.sqlite")
        found["embedded_first_ms"] = statistics.median(first)
        found["embedded_existing_ms"] = statistics.median(second)
        found["embedded_seeded_volunteers"] = rows
        return found

    def reads(self, pid, base):
        found = {}
        token = (self.folder / "tokens.txt").read_text().split()[0]
        scenarios = ["plain"]
        if answers(base + "/v1/me", token):
            scenarios.append("home")
        for turn in range(self.options.pairs):
            for scenario in scenarios if turn % 2 else reversed(scenarios):
                run = lambda s=scenario: self.load_service(base, s, 64)
                found.setdefault(scenario, []).append(self.measured(run, pid, scenario, 64))
        return found

    def all(self):
        self.prepare()
        result = {"statements": self.compare_statements()}
        if self.options.shapes:
            return result
        result["starts"] = self.starts()
        with self.service(self.environment()) as (pid, base, _):
            time.sleep(3)
            result["idle_mb"] = machine.memory_mb(pid)
            result["loads"] = {}
            for scenario in MARK:
                for clients in self.options.clients:
                    pairs = [self.pair(pid, base, scenario, clients, turn)
                             for turn in range(self.options.pairs)]
                    result["loads"].setdefault(scenario, {})[str(clients)] = pairs
            result["reads"] = self.reads(pid, base)
            result["most_mb"] = machine.memory_mb(pid, "VmHWM")
        return result


def both(one, other):
    longest = max(len(one), len(other))
    pad = lambda rows: rows + [""] * (longest - len(rows))
    return [("service", "script")] + list(zip(pad(one), pad(other)))


def own(kind, n):
    """The id of the nth row of a kind, as `bench-prepare` gives them."""
    return f"01900000-0000-7000-8{kind:03d}-1{n:011d}"


def wish():
    return {"session_id": own(11, 0), "goods_id": own(7, 0), "quantity": 1}


def until_ready(process, port):
    for _ in range(6000):
        if process.poll() is not None:
            raise SystemExit("the service ended at once")
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as sock:
                sock.sendall(b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                if sock.recv(64).startswith(b"HTTP/1.1 200"):
                    return time.monotonic()
        except OSError:
            pass
        time.sleep(0.005)
    raise SystemExit("the service did not become ready within thirty seconds")


def post(url, token, body):
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Idempotency-Key": f"bench-{time.monotonic_ns()}",
    }
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise SystemExit(f"{url}: {error.code} {error.read().decode()}") from error


def answers(url, token):
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status == 200
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return False
        raise


def count_volunteers(path):
    import sqlite3

    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return db.execute("SELECT count(*) FROM volunteer").fetchone()[0]


def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options, pathlib.Path(folder))
        result = bench.all()
    if options.shapes:
        print(json.dumps(result))
        return
    about = {"cores": os.cpu_count(), "seconds": options.seconds, "volunteers": options.volunteers}
    result = record.stamp(options) | about | result
    record.tell(options, result, report.table(result))


if __name__ == "__main__":
    main()
