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
from letters import NAMES, letter, message, signatures, zipped
from saboteur import Saboteur, SmallDisk, children_of, descriptors, state_of

PROGRAM, SOURCE = str(Path(sys.argv[1]).resolve()), Path(sys.argv[2]).resolve()
MESSAGES = int(sys.argv[3]) if len(sys.argv) > 3 else 2_000
CLIENTS = 8
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
    for name in NAMES:
        database = folder / f"{name}.ndb"
        database.write_text(signatures(name))
        out.append(folder / f"{name}.pack")
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
    """Hands over messages, every other one but for its end, on connections that the daemon surely
    has accepted; returns what ends these and asks for all answers, once it was told to stop."""
    chance, peers = random.Random(1), []
    for number in range(LAST):
        raw, found = message(chance)
        peer = socket.socket(socket.AF_UNIX)
        peer.settimeout(60)
        peer.connect(str(folder / "clamd.sock"))
        peer.sendall(b"zIDSESSION\0zPING\0")
        if peer.recv(100) != b"1: PONG\0":
            wrong.append("no answer to PING before the stop")
        rest = clients.END + b"zEND\0"
        whole = number % 2 == 0
        peer.sendall(b"zINSTREAM\0" + clients.chunk(raw) + (rest if whole else b""))
        peers.append((peer, found, b"" if whole else rest))
    time.sleep(0.5)  # what they sent is read

    def answers():
        judge = clients.Client(folder, 0, 0)
        for peer, found, rest in peers:
            try:
                peer.sendall(rest)
                judge.reply(judge.rest(peer), found)
            except (clients.Wrong, OSError) as error:
                wrong.append(f"in flight at the stop: {error}")
            peer.close()
        return judge.told["messages"]
    return answers


def at_rest(folder, port, wrong):
    """No worker is there any more: each has just had an archive, after which it is let go. Asked for
    at once, so that every worker has one; who was killed meanwhile is buried by it."""
    raw = letter(random.Random(2), zipped("notes.txt", b"plain words"), "notes.zip").as_bytes()
    client = clients.Client(folder, port, 0)
    peers = [client.connect() for _ in range(8 * os.cpu_count())]
    for peer in peers:
        peer.sendall(b"zINSTREAM\0" + clients.chunk(raw) + clients.END)
    for peer in peers:
        try:
            client.reply(client.rest(peer), False)
        except (clients.Wrong, OSError) as error:
            wrong.append(f"at rest: {error}")
        peer.close()
    time.sleep(1)


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
          f"{saboteur.reloads} reloads ({saboteur.broken} of a broken pack), the ledger's disk full "
          f"{saboteur.filled} times; found as "
          + ", ".join(f"{name} {told.get(name, 0)} times" for name in NAMES))
    # A kill costs at most the one object that the worker was at.
    if told.get("later", 0) > saboteur.killed:
        wrong.append("more was refused than was killed")
    if saboteur.reloads > 3 and not all(told.get(name) for name in NAMES):
        wrong.append("a new pack was not taken into force")
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
            at_rest(folder, port, [])
            before = descriptors(daemon.pid)
            saboteur = Saboteur(daemon.pid, folder, both, disk.path if disk.there else None)
            saboteur.start()
            wrong = soak(folder, daemon, port, saboteur)
            wrong += left_behind(folder, port, daemon, before, saboteur)
            answers = in_flight(folder, wrong)
            daemon.terminate()
            answered = answers()
            print(f"told to stop: {answered} of {LAST} in flight were answered, it ended with "
                  f"{daemon.wait(60)}")
            if daemon.returncode != 0:
                wrong.append(f"it ended with {daemon.returncode}")
            # The last may have come too late to be looked at.
            refused = log.read_text().count("reload refused, the old stays in force")
            if refused < saboteur.broken - 1:
                wrong.append(f"{saboteur.broken} broken packs, {refused} refused")
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
    wrong = clients.run(str(folder), port, CLIENTS + 1, 100)[1]
    end = time.monotonic() + 30
    while True:
        at_rest(folder, port, wrong)
        after = descriptors(daemon.pid)
        dead = [one for one in children_of(daemon.pid) if state_of(one) == "Z"]
        if (after <= before and not dead) or wrong or time.monotonic() > end:
            break
    own, whole = growth(saboteur.own_kb), growth(saboteur.all_kb)
    print(f"{before} descriptors before, {after} after, {len(dead)} dead children; own memory "
          f"{saboteur.own_kb[-1] / 1024:.1f} MiB, {own:.2f} of what it was, with children "
          f"{saboteur.all_kb[-1] / 1024:.1f} MiB, {whole:.2f}")
    if after > before:
        wrong.append(f"{after - before} descriptors were left open")
    if own > (GROWTH_SHORT_MAX if MESSAGES < SHORT else GROWTH_MAX):
        wrong.append("the daemon's memory grows")
    if dead:
        wrong.append(f"{len(dead)} dead children were not buried")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
