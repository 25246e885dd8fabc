"""Runs commands and says what they cost: wall and processor time, and memory over the whole tree of
processes, sampled while it runs."""
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

SAMPLE_S = 0.02


@dataclass
class Cost:
    wall: float = 0.0
    cpu: float = 0.0      # user and system, children that ended included
    private: float = 0.0   # MB that no file backs, the processes' shares added up, at the most
    resident: float = 0.0  # MB with the pages of mapped files, shared ones counted once
    out: str = ""


def children_of(pid):
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [one for child in listed for one in [int(child), *children_of(int(child))]]


def memory_of(pid):
    """(private, proportional) MB of one process."""
    private = proportional = 0
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith(("Pss_Anon:", "Pss_Shmem:")):
                private += int(line.split()[1])
            elif line.startswith("Pss:"):
                proportional += int(line.split()[1])
    except OSError:
        pass
    return private / 1024, proportional / 1024


class Watch(threading.Thread):
    def __init__(self, pid, cost):
        super().__init__(daemon=True)
        self.pid, self.cost, self.ended = pid, cost, threading.Event()

    def run(self):
        while not self.ended.wait(SAMPLE_S):
            parts = [memory_of(one) for one in [self.pid, *children_of(self.pid)]]
            self.cost.private = max(self.cost.private, sum(part[0] for part in parts))
            self.cost.resident = max(self.cost.resident, sum(part[1] for part in parts))


def run(command, allowed=(0,), memory=False):
    """Runs to the end. Where it ends otherwise than `allowed`, so does the bench."""
    cost = Cost()
    start = time.monotonic()
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, errors="replace")
    watch = Watch(process.pid, cost)
    if memory:
        watch.start()
    errors = []
    drain = threading.Thread(target=lambda: errors.append(process.stderr.read()), daemon=True)
    drain.start()
    cost.out = process.stdout.read()
    drain.join()
    _, status, usage = os.wait4(process.pid, 0)
    watch.ended.set()
    process.returncode = os.waitstatus_to_exitcode(status)
    cost.wall = time.monotonic() - start
    cost.cpu = usage.ru_utime + usage.ru_stime
    if process.returncode not in allowed:
        sys.exit(f"bench: {' '.join(map(str, command[:4]))} ended with {process.returncode}: "
                 f"{errors[0][-500:]}")
    return cost


def best(command, rounds=3, **options):
    """The run with the least wall time of so many."""
    return min((run(command, **options) for _ in range(rounds)), key=lambda cost: cost.wall)
