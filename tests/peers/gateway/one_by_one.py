#!/usr/bin/env python3
"""How long a small INSTREAM takes, one after another, and the processor time that it costs the
daemon and its workers. A measurement, not a test: one_by_one.py PROGRAM [OBJECTS]
"""
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time

BODY = b"harmless words of a small mail\n" * 60


def processor_s(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    own, children = fields[11:13], fields[13:15]
    tick = os.sysconf("SC_CLK_TCK")
    return sum(map(int, own)) / tick, sum(map(int, children)) / tick


def one(path):
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        began = time.perf_counter()
        client.sendall(b"zINSTREAM\0" + struct.pack(">I", len(BODY)) + BODY + struct.pack(">I", 0))
        reply = b""
        while not reply.endswith(b"\0"):
            part = client.recv(100)
            if not part:
                break
            reply += part
        assert reply == b"stream: OK\0", reply
        return time.perf_counter() - began


def main():
    program, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100
    with tempfile.TemporaryDirectory(prefix="loop-", dir="/var/tmp") as folder:
        path = f"{folder}/c.sock"
        with open(f"{folder}/s.toml", "w") as config:
            config.write(f'[scan]\nworkers = 2\n[clamd]\nunix = "{path}"\n')
        daemon = subprocess.Popen([program, "serve", "--config", f"{folder}/s.toml"],
                                  env=dict(os.environ, ANTIDOTARY_STATE=f"{folder}/state"),
                                  stderr=subprocess.DEVNULL)
        try:
            while not os.path.exists(path):
                time.sleep(0.05)
            time.sleep(1)
            before = processor_s(daemon.pid)
            times = []
            for _ in range(count):
                times.append(one(path) * 1e3)
                time.sleep(0.05)
            after = processor_s(daemon.pid)
        finally:
            daemon.terminate()
            daemon.wait()
    times.sort()
    own, workers = ((b - a) * 1e3 / count for a, b in zip(before, after))
    print(f"{count} objects: least {times[0]:.1f} ms, median {times[count // 2]:.1f} ms, 90 % within "
          f"{times[count * 9 // 10]:.1f} ms; processor an object: daemon {own:.1f} ms, workers "
          f"{workers:.1f} ms")


if __name__ == "__main__":
    main()
