#!/usr/bin/env python3
"""Clients that mean no good, or go away: the daemon keeps no child, no descriptor and no memory for
them, does not spin, and forks no crowd for one of them."""
import contextlib
import os
import resource
import socket
import threading
import time
from pathlib import Path

from daemon import DaemonCase
from program import main


class Clients(DaemonCase):
    CONFIG = """[scan]
workers = 1
connections_max = 32
[clamd]
unix = "{dir}/clamd.sock"
[http]
unix = "{dir}/http.sock"
"""

    def prepare(self):
        (self.dir / "many").mkdir()
        for i in range(300):
            (self.dir / "many" / f"{i}").write_bytes(b"harmless %d" % i)

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

    def test_a_crowd_of_one_service_keeps_no_other_out(self):
        crowd = [self.client() for _ in range(40)]
        try:
            with self.client("http") as peer:
                peer.settimeout(5)
                peer.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                self.assertIn(b"200 OK", self.read_all(peer))
        finally:
            for one in crowd:
                one.close()
        self.assertEqual(self.talk(b"zPING\0"), b"PONG\0")

    def test_a_moment_without_descriptors_passes(self):
        pid = self.daemon.pid
        before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (self.descriptors(), before[1]))
        with self.client() as peer:
            peer.sendall(b"zPING\0")
            peer.settimeout(0.3)
            with self.assertRaises(TimeoutError):
                peer.recv(100)
            ticks = self.ticks()
            time.sleep(0.5)
            self.assertLess(self.ticks() - ticks, 20, "it spins")
            resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
            peer.settimeout(5)
            self.assertEqual(peer.recv(100), b"PONG\0")


class SpoolSpace(DaemonCase):
    CONFIG = """[scan]
workers = 1
spool_bytes_max = "1400K"
[clamd]
unix = "{dir}/clamd.sock"
stream_bytes_max = "1M"
[milter]
message_bytes_max = "1M"
[http]
unix = "{dir}/http.sock"
body_bytes_max = "1M"
"""
    WORDS = b"harmless" * 100_000

    def post(self, words=WORDS):
        with self.client("http") as peer:
            peer.sendall(b"POST /scan HTTP/1.0\r\nContent-Length: %d\r\n\r\n" % len(words) + words)
            return self.read_all(peer)

    def spooled(self):
        with self.client("http") as peer:
            peer.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            return int(self.read_all(peer).split(b"\nantidotary_spooled_bytes ")[1].split()[0])

    def test_all_clients_share_it(self):
        chunk = len(self.WORDS).to_bytes(4, "big") + self.WORDS
        with self.client() as first:
            first.sendall(b"zINSTREAM\0" + chunk)
            self.wait_for(lambda: self.spooled() == len(self.WORDS), "it is not counted")
            self.assertEqual(self.talk(b"zINSTREAM\0" + chunk),
                             b"Error writing to temporary file ERROR\0")
            self.assertIn(b" 507 ", self.post())
            first.sendall(bytes(4))
            self.assertEqual(self.read_all(first), b"stream: OK\0")
        self.assertEqual(self.talk(b"zINSTREAM\0" + chunk + bytes(4)), b"stream: OK\0")
        self.assertIn(b'"clean"', self.post())
        self.assertEqual(self.spooled(), 0)

    def test_a_crowd_of_one_service_leaves_another_its_share(self):
        with contextlib.ExitStack() as crowd:
            for _ in range(12):
                peer = crowd.enter_context(self.client())
                peer.sendall(b"zINSTREAM\0" + (100_000).to_bytes(4, "big") + b"x" * 100_000)
            self.wait_for(lambda: self.spooled() >= 1_200_000, "they do not take it")
            self.assertEqual(self.talk(b"zINSTREAM\0" + (100_000).to_bytes(4, "big")
                                       + b"x" * 100_000), b"Error writing to temporary file ERROR\0")
            self.assertIn(b'"clean"', self.post(self.WORDS[:170_000]))


class SlowStream(DaemonCase):
    CONFIG = """[scan]
workers = 1
[clamd]
unix = "{dir}/clamd.sock"
read_timeout_s = 60
stream_timeout_s = 1
"""

    def test_is_not_waited_for_for_ever(self):
        with self.client() as peer:
            began = time.monotonic()
            peer.sendall(b"zINSTREAM\0" + (1000).to_bytes(4, "big"))
            peer.settimeout(0.1)
            said = b""
            while not said and time.monotonic() - began < 30:
                peer.sendall(b"x")
                with contextlib.suppress(TimeoutError):
                    said = peer.recv(100)
            self.assertEqual(said, b"COMMAND READ TIMED OUT\n")
            self.assertGreater(time.monotonic() - began, 0.9)


class OneSession(DaemonCase):
    CONFIG = SpoolSpace.CONFIG.replace('spool_bytes_max = "1400K"', 'spool_bytes_max = "3M"')

    def test_waits_for_its_own(self):
        """What it sends ahead is read when there is space for it again: none is refused."""
        stream = b"zINSTREAM\0" + (1 << 20).to_bytes(4, "big") + b"x" * (1 << 20) + bytes(4)
        with self.client() as peer:
            sender = threading.Thread(
                target=peer.sendall, args=(b"zIDSESSION\0" + stream * 6 + b"zEND\0",))
            sender.start()
            said = self.read_all(peer)
            sender.join()
        self.assertEqual(said.count(b": stream: OK\0"), 6, said)


if __name__ == "__main__":
    main()
