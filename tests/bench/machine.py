"""What is read off the machine: CPU time, memory, load."""

import os
import threading
import time

TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    """User and system time of a process with all its threads; None when it is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            fields = file.read().rsplit(")", 1)[1].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / TICK


def memory_mb(pid, field="VmRSS"):
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith(field + ":"):
                return int(line.split()[1]) / 1024
    raise SystemExit(f"no {field} of {pid}")


def load():
    return os.getloadavg()[0]


def busy_seconds():
    """CPU time the whole machine has spent working, to tell how much of it was foreign."""
    with open("/proc/stat", encoding="ascii") as file:
        user, nice, system, _idle, _wait, irq, soft = map(int, file.readline().split()[1:8])
    return (user + nice + system + irq + soft) / TICK


class Watch:
    """CPU of a changing set of processes: some end before they can be asked a last time.

    `pids` is asked for the set once a second and each of them five times; what a process
    spends after the last look, at most a fifth of a second, is missed.
    """

    def __init__(self, pids):
        self.pids, self.first, self.last = pids, {}, {}
        self.running = True
        self.known = pids()
        self._look(start=True)
        self.thread = threading.Thread(target=self._loop, daemon=True)
        self.thread.start()

    def _look(self, start=False):
        for pid in self.known:
            spent = cpu_seconds(pid)
            if spent is not None:
                # Who comes later has spent everything within the run.
                self.first.setdefault(pid, spent if start else 0.0)
                self.last[pid] = spent

    def _loop(self):
        looks = 0
        while self.running:
            time.sleep(0.2)
            looks += 1
            if looks == 2 or looks % 5 == 0:
                self.known = self.pids()
            self._look()

    def stop(self):
        self.running = False
        self.thread.join()
        self.known = self.pids()
        self._look()
        return sum(self.last[pid] - self.first[pid] for pid in self.last)


def backends(database):
    """Server processes of a database, by the title PostgreSQL gives them."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                title = file.read(200)
        except OSError:
            continue
        if title.startswith(b"postgres: ") and f" {database} ".encode() in title:
            found.append(int(pid))
    return found
