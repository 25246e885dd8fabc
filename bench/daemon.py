"""The daemon beside clamd: the same messages by INSTREAM from 1, 8 and 64 clients, the same database
of one signature; a worker for each object, and 100 objects a worker, which is the default. And what
a mail server waits for our milter."""
import json
import os
import shutil
import socket
import statistics
import struct
import subprocess
import time
from pathlib import Path

from mail import NO_SIGNATURE, ham_files

# A large file's own time would hide the daemon's; mail of this size is nine in ten.
MESSAGE_BYTES_MAX = 20_000


def start(command, path, log, **environment):
    process = subprocess.Popen([str(word) for word in command], stdout=log, stderr=log,
                               env=dict(os.environ, **environment))
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(str(path))
            return process
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"bench: did not start: {command[0]}")


def packet(command, content=b""):
    return struct.pack(">I", len(content) + 1) + command + content


class MailServer:
    """Speaks the milter protocol as a mail server does, one message a connection."""

    def __init__(self, path):
        self.to = socket.socket(socket.AF_UNIX)
        self.to.connect(str(path))
        self.ask(b"O", struct.pack(">III", 6, 0x1FF, 0x1FFFFF))
        # What the filter asked not to be told of or not to be waited for, is not.
        self.skipped = struct.unpack(">III", self.last[:12])[2]

    def read(self):
        def exactly(size):
            data = b""
            while len(data) < size:
                part = self.to.recv(size - len(data))
                if not part:
                    raise SystemExit("bench: the milter hung up")
                data += part
            return data
        size = struct.unpack(">I", exactly(4))[0]
        content = exactly(size)
        self.last = content[1:]
        return content[:1]

    def ask(self, command, content=b""):
        self.to.sendall(packet(command, content))
        return self.read()

    def tell(self, command, content, left_out, no_reply):
        """A step, unless the filter left it out; waits where an answer is due."""
        if self.skipped & left_out:
            return
        self.to.sendall(packet(command, content))
        if not self.skipped & no_reply:
            self.read()

    def deliver(self, message):
        """Milliseconds from the first command of a message to the filter's last word."""
        head, _, body = message.replace(b"\r\n", b"\n").partition(b"\n\n")
        began = time.perf_counter()
        self.tell(b"C", b"a.example\x004" + struct.pack(">H", 25) + b"192.0.2.1\0", 0x01, 0x1000)
        self.tell(b"H", b"a.example\0", 0x02, 0x2000)
        self.tell(b"M", b"<a@b.example>\0", 0x04, 0x4000)
        self.tell(b"R", b"<c@d.example>\0", 0x08, 0x8000)
        self.tell(b"T", b"", 0x200, 0x10000)
        for line in head.replace(b"\n ", b" ").replace(b"\n\t", b" ").split(b"\n"):
            name, colon, value = line.partition(b":")
            if colon:
                self.tell(b"L", name + b"\0" + value.strip() + b"\0", 0x20, 0x80)
        self.tell(b"N", b"", 0x40, 0x40000)
        body = body.replace(b"\n", b"\r\n")
        for at in range(0, len(body), 65535):
            self.tell(b"B", body[at:at + 65535], 0x10, 0x80000)
        self.to.sendall(packet(b"E"))
        while self.read() not in b"acdrtyf":
            pass
        return (time.perf_counter() - began) * 1e3


class Daemon:
    def __init__(self, bin_dir, scratch, table, quick):
        self.bin, self.table = bin_dir, table
        self.seconds = 2 if quick else 10
        self.scratch = scratch / "daemon"
        (self.scratch / "db").mkdir(parents=True)
        (self.scratch / "db/none.hdb").write_text(NO_SIGNATURE)

    def ours(self, name, log, objects_per_worker):
        config = self.scratch / f"{name}.toml"
        config.write_text(f'[scan]\ndatabases = ["{self.scratch}/db"]\n'
                          f"objects_per_worker = {objects_per_worker}\n"
                          f'[clamd]\nunix = "{self.scratch}/{name}.sock"\n'
                          f'[milter]\nunix = "{self.scratch}/{name}-milter.sock"\n'
                          f"[quarantine]\nenabled = false\n")
        state = self.scratch / f"{name}-state"
        state.mkdir(mode=0o700)
        return start([self.bin / "antidotary", "serve", "--config", config],
                     self.scratch / f"{name}.sock", log, ANTIDOTARY_STATE=str(state))

    def clamd(self, log):
        config = self.scratch / "clamd.conf"
        config.write_text(f"LocalSocket {self.scratch}/clamd.sock\nForeground yes\n"
                          f"DatabaseDirectory {self.scratch}/db\n")
        return start([shutil.which("clamd") or "/usr/sbin/clamd", "-c", config],
                     self.scratch / "clamd.sock", log)

    def load(self, name, clients, files):
        done = subprocess.run([self.bin / "clamd_load", f"{self.scratch}/{name}.sock", str(clients),
                               str(self.seconds), *files], capture_output=True, text=True, check=True)
        said = json.loads(done.stdout)
        if said["failed"]:
            print(f"  {name}: {said['failed']} of {said['failed'] + said['clean']} without an answer")
        return said

    def rows(self, files, peer):
        for clients in (1, 8, 64):
            theirs = self.load("clamd", clients, files) if peer else None
            for name, title in (("one", "a worker an object"), ("many", "100 objects a worker")):
                ours = self.load(name, clients, files)
                self.table.add(f"{clients} clients, {title}: messages; clamd", ours["messages_s"], "/s",
                               theirs and theirs["messages_s"])
                for part in ("p50_ms", "p99_ms"):
                    self.table.add(f"  {part[:3]} of an answer", ours[part], "ms",
                                   theirs and theirs[part], better="less")

    def milter(self, files):
        server = MailServer(self.scratch / "many-milter.sock")
        times = []
        for path in files[:300]:
            times.append(server.deliver(path.read_bytes()))
            time.sleep(0.02)
        times.sort()
        self.table.add("milter: a message, half of them within", statistics.median(times), "ms",
                       aim=5, aim_is="at most")
        self.table.add("  99 of 100 within", times[len(times) * 99 // 100], "ms")

    def run(self):
        self.table.heading("The daemon, beside clamd (one signature, a UNIX socket)")
        files = [path for path in ham_files() if path.stat().st_size <= MESSAGE_BYTES_MAX][:2000]
        if not files:
            print("  no ham: `tools/setup test` takes it from npm")
            return
        peer = bool(shutil.which("clamd") or Path("/usr/sbin/clamd").exists())
        with open(self.scratch / "log", "w") as log:
            started = [self.ours("one", log, 1), self.ours("many", log, 100)]
            try:
                if peer:
                    started.append(self.clamd(log))
                time.sleep(1)
                self.rows(files, peer)
                self.milter(files)
            finally:
                for process in started:
                    process.terminate()
                for process in started:
                    process.wait(60)
