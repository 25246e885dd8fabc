"""`antidotary serve` of a test, with its clients."""
import os
import socket
import subprocess
import time

from program import PROGRAM, SOURCE, Case


class DaemonCase(Case):
    """CONFIG is its configuration, with {dir} for the scratch folder; it has a [clamd]."""

    CONFIG = ""

    def prepare(self):
        """Before the daemon starts."""

    def setUp(self):
        super().setUp()
        self.prepare()
        (self.dir / "serve.toml").write_text(self.CONFIG.format(dir=self.dir))
        env = {"PATH": os.environ["PATH"], "ANTIDOTARY_STATE": f"{self.dir}/state",
               "ANTIDOTARY_ENCYCLOPEDIA": f"{SOURCE}/encyclopedia"}
        self.log = open(self.dir / "log", "w")
        self.daemon = subprocess.Popen([PROGRAM, "serve", "--config", f"{self.dir}/serve.toml"],
                                       env=env, stderr=self.log)
        self.wait_for(lambda: "\nready\n" in self.said(), "it does not listen")

    def tearDown(self):
        self.daemon.terminate()
        self.daemon.wait(30)
        self.log.close()
        super().tearDown()

    def said(self):
        return (self.dir / "log").read_text()

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
