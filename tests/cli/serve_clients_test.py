#!/usr/bin/env python3
"""Clients that mean no good, or go away: the daemon keeps no child, no descriptor and no memory for
them, does not spin, and forks no crowd for one of them."""
import os
import socket
import subprocess
import time
from pathlib import Path

from program import PROGRAM, SOURCE, Case, main

CONFIG = """[scan]
workers = 1
[clamd]
unix = "{dir}/clamd.sock"
[http]
unix = "{dir}/http.sock"
"""


class Clients(Case):
    def setUp(self):
        super().setUp()
        (self.dir / "serve.toml").write_text(CONFIG.format(dir=self.dir))
        (self.dir / "many").mkdir()
        for i in range(300):
            (self.dir / "many" / f"{i}").write_bytes(b"harmless %d" % i)
        env = {"PATH": os.environ["PATH"], "ANTIDOTARY_STATE": f"{self.dir}/state",
               "ANTIDOTARY_ENCYCLOPEDIA": f"{SOURCE}/encyclopedia"}
        self.log = open(self.dir / "log", "w+")
        self.daemon = subprocess.Popen([PROGRAM, "serve", "--config", f"{self.dir}/serve.toml"],
                                       env=env, stderr=self.log)
        self.wait_for(lambda: (self.dir / "http.sock").exists(), "it does not listen")
        self.talk(b"zPING\0")

    def tearDown(self):
        self.daemon.terminate()
        self.daemon.wait(30)
        self.log.close()
        super().tearDown()

    def wait_for(self, what, words, seconds=20):
        end = time.monotonic() + seconds
        while not what():
            self.assertLess(time.monotonic(), end, words)
            self.assertIsNone(self.daemon.poll(), "the daemon ended")
            time.sleep(0.02)

    def client(self, name="clamd"):
        peer = socket.socket(socket.AF_UNIX)
        peer.settimeout(30)
        peer.connect(f"{self.dir}/{name}.sock")
        return peer

    def read_all(self, peer):
        out = b""
        while piece := peer.recv(65536):
            out += piece
        return out

    def talk(self, words):
        with self.client() as peer:
            peer.sendall(words)
            return self.read_all(peer)

    def children(self):
        pid = self.daemon.pid
        return len(Path(f"/proc/{pid}/task/{pid}/children").read_text().split())

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.daemon.pid}/fd"))

    def ticks(self):
        after_name = Path(f"/proc/{self.daemon.pid}/stat").read_text().rsplit(")", 1)[1]
        return sum(map(int, after_name.split()[11:13]))

    def resident_kib(self):
        status = Path(f"/proc/{self.daemon.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])

    def folder_scans(self, count):
        return b"zIDSESSION\0" + f"zSCAN {self.dir}/many\0".encode() * count

    def test_one_that_leaves_leaves_nothing(self):
        children, descriptors = self.children(), self.descriptors()
        for _ in range(5):
            for words in (self.folder_scans(3), f"zCONTSCAN {self.dir}/many\0".encode()):
                with self.client() as peer:
                    peer.sendall(words)
                    time.sleep(0.05)
        self.wait_for(lambda: self.children() <= children + 1, "children are left")
        self.wait_for(lambda: self.descriptors() <= descriptors + 2, "descriptors are left")

    def test_one_forks_no_crowd(self):
        before = self.children()
        with self.client() as peer:
            peer.sendall(self.folder_scans(60))
            most, end = 0, time.monotonic() + 1.5
            while time.monotonic() < end:
                most = max(most, self.children())
                time.sleep(0.01)
        self.assertGreater(most, before, "no folder was being read: nothing was seen")
        self.assertLessEqual(most, before + 6)

    def test_all_that_one_asked_at_once_is_answered(self):
        file = f"zSCAN {self.dir}/many/1\0".encode()
        said = self.talk(b"zIDSESSION\0" + file * 150 + b"zPING\0zEND\0")
        self.assertEqual(said.count(b": OK\0"), 150)
        self.assertEqual(said.count(b"151: PONG\0"), 1)

    def test_one_that_does_not_read_fills_no_memory(self):
        before = self.resident_kib()
        with self.client() as peer:
            peer.settimeout(1)
            peer.sendall(b"zIDSESSION\0")
            try:
                for _ in range(400):
                    peer.sendall(b"zSTATS\0" * 10_000)
            except TimeoutError:
                pass
            self.assertLess(self.resident_kib() - before, 30_000)

    def test_one_that_hung_up_wakes_nobody(self):
        # What it asked for is still being read when it is gone.
        with self.client() as peer:
            peer.sendall(f"zCONTSCAN {self.dir}/many\0".encode())
            peer.shutdown(socket.SHUT_WR)
            time.sleep(0.2)
        time.sleep(0.2)
        before = self.ticks()
        time.sleep(1)
        self.assertLess(self.ticks() - before, 20, "it spins")

    def test_a_report_for_one_that_asks_nothing_further(self):
        with self.client("http") as peer:
            peer.sendall(b"POST /scan HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
            peer.shutdown(socket.SHUT_WR)
            said = self.read_all(peer)
        self.assertIn(b"200 OK", said)
        self.assertIn(b'"verdict":"clean"', said)


if __name__ == "__main__":
    main()
