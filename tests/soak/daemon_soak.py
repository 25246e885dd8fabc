#!/usr/bin/env python3
"""The daemon at length, with faults: every message gets exactly one answer and none is wrong, memory
stays flat, no descriptor and no child is left.

usage: daemon_soak.py PROGRAM SOURCE [MESSAGES]    (2,000; `make soak` takes 200,000)
"""
import concurrent.futures
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import clients
from letters import SIGNATURES, message
from saboteur import Saboteur, SmallDisk, children_of, descriptors, state_of

PROGRAM, SOURCE = str(Path(sys.argv[1]).resolve()), Path(sys.argv[2]).resolve()
MESSAGES = int(sys.argv[3]) if len(sys.argv) > 3 else 2_000
CLIENTS = 8
LATER_MAX = 0.05  # of all answers: what was refused for now, or failed with its worker
GROWTH_MAX = 1.10  # the last fifth over the second, of the daemon's own memory; in a short run
GROWTH_SHORT_MAX = 1.50  # buffers still find their size
SHORT = 10_000
LAST = 40  # that wait for an answer when the daemon is told to stop
CONFIG = """[scan]
pack = "{dir}/site.pack"
[clamd]
unix = "{dir}/clamd.sock"
tcp = "127.0.0.1:{port}"
stream_bytes_max = "1M"
command_timeout_s = 5
read_timeout_s = 20
[milter]
unix = "{dir}/milter.sock"
[quarantine]
items_max = 200
when_full = "oldest"
keep_rejected = true
[outbreak]
bytes_max = "1M"
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def packs(folder, env):
    out = []
    for number in (0, 1):
        database = folder / f"own{number}.ndb"
        database.write_bytes(SIGNATURES + b"Own.Other:0:*:" + b"%02x" % number * 40 + b"\n")
        out.append(folder / f"own{number}.pack")
        subprocess.run([PROGRAM, "pack", "build", "-o", out[-1], database], env=env, check=True,
                       capture_output=True)
    return out


def wait_until(what, seconds, words):
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            raise SystemExit(f"soak: {words}")
        time.sleep(0.05)


def in_flight(folder, wrong):
    """Hands over whole messages and returns what asks for their answers, once the daemon was told to
    stop."""
    chance, peers = random.Random(1), []
    for _ in range(LAST):
        raw, found = message(chance)
        peer = socket.socket(socket.AF_UNIX)
        peer.settimeout(60)
        peer.connect(str(folder / "clamd.sock"))
        peer.sendall(b"zINSTREAM\0" + clients.chunk(raw) + clients.END)
        peers.append((peer, found))

    def answers():
        judge = clients.Client(folder, 0, 0)
        for peer, found in peers:
            try:
                judge.reply(judge.rest(peer), found)
            except (clients.Wrong, OSError) as error:
                wrong.append(f"in flight at the stop: {error}")
            peer.close()
        return judge.told["messages"]
    return answers


def growth(samples):
    fifth = len(samples) // 5
    if fifth < 3:
        return 1.0
    return statistics.median(samples[-fifth:]) / statistics.median(samples[fifth:2 * fifth])


def soak(folder, daemon, port, saboteur):
    wrong, told = [], {}
    with concurrent.futures.ProcessPoolExecutor(CLIENTS) as pool:
        work = [pool.submit(clients.run, str(folder), port, seed, MESSAGES // CLIENTS)
                for seed in range(CLIENTS)]
        for one in work:
            part, faults = one.result()
            wrong += faults
            for name, count in part.items():
                told[name] = told.get(name, 0) + count
    saboteur.stop()
    print(f"{told.get('messages', 0)} messages: {told.get('clean', 0)} clean, "
          f"{told.get('found', 0)} found, {told.get('later', 0)} refused for now; beside "
          f"{told.get('faulty', 0)} faulty clients, {saboteur.killed} children killed, "
          f"{saboteur.reloads} reloads, the ledger's disk full {saboteur.filled} times")
    if told.get("later", 0) > LATER_MAX * told.get("messages", 1):
        wrong.append("more than one answer in twenty was a refusal")
    return wrong


def main():
    os.nice(5)
    with tempfile.TemporaryDirectory(prefix="soak-") as name, \
            SmallDisk(Path(name) / "state/outbreak") as disk:
        folder, port = Path(name), free_port()
        (folder / "state").chmod(0o700)
        env = dict(os.environ, ANTIDOTARY_STATE=f"{folder}/state",
                   ANTIDOTARY_ENCYCLOPEDIA=str(SOURCE / "encyclopedia"))
        both = packs(folder, env)
        (folder / "site.pack").write_bytes(both[0].read_bytes())
        (folder / "serve.toml").write_text(CONFIG.format(dir=folder, port=port))
        log = folder / "serve.log"
        with open(log, "w") as out:
            daemon = subprocess.Popen([PROGRAM, "serve", "--config", f"{folder}/serve.toml"],
                                      env=env, stderr=out)
        try:
            wait_until(lambda: "\nready\n" in log.read_text() or daemon.poll() is not None, 60,
                       "it does not listen")
            clients.run(str(folder), port, CLIENTS, 100)  # what is opened once is open now
            time.sleep(1)
            before = descriptors(daemon.pid)
            saboteur = Saboteur(daemon.pid, folder, both, disk.path if disk.there else None)
            saboteur.start()
            wrong = soak(folder, daemon, port, saboteur)
            wrong += left_behind(folder, port, daemon, before, saboteur)
            answers = in_flight(folder, wrong)
            daemon.terminate()
            print(f"told to stop: {answers()} of {LAST} in flight were answered, it ended with "
                  f"{daemon.wait(60)}")
            if daemon.returncode != 0:
                wrong.append(f"it ended with {daemon.returncode}")
        finally:
            if daemon.poll() is None:
                daemon.kill()
                daemon.wait()
        for one in wrong:
            print("wrong: " + one)
        if wrong:
            print(log.read_text()[-3000:])
        return 1 if wrong else 0


def left_behind(folder, port, daemon, before, saboteur):
    """What must be as it was when nobody asks any more."""
    if daemon.poll() is not None:
        return [f"the daemon ended with {daemon.returncode}"]
    _, wrong = clients.run(str(folder), port, CLIENTS + 1, 100)
    end = time.monotonic() + 30
    while descriptors(daemon.pid) > before and time.monotonic() < end:
        time.sleep(0.5)
    after = descriptors(daemon.pid)
    own, whole = growth(saboteur.own_kb), growth(saboteur.all_kb)
    print(f"{before} descriptors before, {after} after; own memory "
          f"{saboteur.own_kb[-1] / 1024:.1f} MiB, {own:.2f} of what it was, with children "
          f"{saboteur.all_kb[-1] / 1024:.1f} MiB, {whole:.2f}")
    if after > before:
        wrong.append(f"{after - before} descriptors were left open")
    if own > (GROWTH_SHORT_MAX if MESSAGES < SHORT else GROWTH_MAX):
        wrong.append("the daemon's memory grows")
    dead = [one for one in children_of(daemon.pid) if state_of(one) == "Z"]
    # Who was killed while nobody asked anything of it is buried when its turn comes: a worker and
    # its successor for each processor, and who bears them. More would be a leak.
    if len(dead) > 2 * os.cpu_count() + 1:
        wrong.append(f"{len(dead)} dead children were not buried")
    print(f"{len(dead)} dead children wait for their turn")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
