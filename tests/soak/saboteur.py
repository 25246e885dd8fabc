"""What befalls the daemon meanwhile: a child of it is killed every second, the pack is replaced and
loaded again every five (every third time by one that is broken), the disk of the ledger is full and
empty by turns. And what is measured: memory, descriptors, children that nobody buried."""
import os
import random
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path


def children_of(process):
    try:
        text = Path(f"/proc/{process}/task/{process}/children").read_text()
    except OSError:
        return []
    own = [int(one) for one in text.split()]
    return own + [below for one in own for below in children_of(one)]


def state_of(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def field_kb(process, file, name):
    try:
        for line in Path(f"/proc/{process}/{file}").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


def own_kb(process):
    """What the process itself has taken, whoever shares it: no child's death or birth moves it."""
    return field_kb(process, "status", "RssAnon")


def proportional_kb(process):
    """What children share with the daemon counts once."""
    return field_kb(process, "smaps_rollup", "Pss")


def descriptors(process):
    return len(os.listdir(f"/proc/{process}/fd"))


class Saboteur(threading.Thread):
    def __init__(self, process, folder, packs, ledger):
        super().__init__(daemon=True)
        self.process, self.folder, self.packs, self.ledger = process, Path(folder), packs, ledger
        self.over = threading.Event()
        self.killed = self.reloads = self.broken = self.filled = 0
        self.own_kb, self.all_kb = [], []
        self.chance = random.Random(7)

    def run(self):
        second = 0
        while not self.over.wait(1):
            second += 1
            children = children_of(self.process)
            self.own_kb.append(own_kb(self.process))
            self.all_kb.append(sum(proportional_kb(one) for one in [self.process, *children]))
            self.kill(children)
            if second % 5 == 0:
                self.reload()
            if self.ledger and second % 7 == 0:
                self.fill()
            if second % 60 == 0:
                print(f"{second // 60} min, {self.own_kb[-1] / 1024:.1f} MiB", flush=True)

    def kill(self, children):
        if children:
            try:
                os.kill(self.chance.choice(children), signal.SIGKILL)
                self.killed += 1
            except ProcessLookupError:
                pass

    def reload(self):
        self.reloads += 1
        new = self.folder / "new.pack"
        source = self.packs[self.reloads % len(self.packs)]
        data = source.read_bytes()
        if self.reloads % 3 == 0:
            self.broken += 1
            data = data[:len(data) // 2]
        new.write_bytes(data)
        new.rename(self.folder / "site.pack")
        with socket.socket(socket.AF_UNIX) as peer:
            peer.settimeout(30)
            peer.connect(str(self.folder / "clamd.sock"))
            peer.sendall(b"zRELOAD\0")
            peer.recv(100)

    def fill(self):
        fill = self.ledger / "fill"
        if fill.exists():
            fill.unlink()
            return
        self.filled += 1
        try:
            with open(fill, "wb", buffering=0) as file:
                while True:
                    file.write(bytes(4096))
        except OSError:
            pass  # it is full

    def stop(self):
        self.over.set()
        self.join()
        if self.ledger:
            (self.ledger / "fill").unlink(missing_ok=True)


class SmallDisk:
    """A file system of a few hundred KiB at `path`; `there` is false where none can be mounted."""

    def __init__(self, path):
        self.path = path
        path.mkdir(parents=True, mode=0o700)
        self.there = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=2m,mode=700", "none", str(path)],
            capture_output=True).returncode == 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.there:
            subprocess.run(["umount", "-l", str(self.path)], check=False)
