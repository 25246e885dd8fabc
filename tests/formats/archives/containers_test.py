"""What the formats' own tools pack, the scanner finds; what is damaged is never silently clean.

For each maker of makers.py: a file that holds the EICAR test string (put together here, at run
time) is packed by the real tool; it must be found in it, and with two more containers around it and
inside it. What becomes of damaged ones, damage_test.py says.
"""
import gzip
import io
import json
import random
import re
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

import makers

PROGRAM = str(Path(sys.argv[1]).resolve())
EICAR = ("X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*").encode()


def payload():
    numbers = "one two three four five six seven eight nine ten".split()
    words = random.Random(1).choices(numbers, k=150)
    text = " ".join(words).encode()
    return text + EICAR + text[::-1]


class Containers(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory(prefix="antidotary-formats-")
        self.dir = Path(self.scratch.name)
        (self.dir / "eicar.ndb").write_text(f"T.Eicar:0:*:{EICAR.hex()}\n")
        self.made = {}
        self.absent = []
        for name in makers.MAKERS:
            container = makers.make(name, payload())
            if container is None:
                self.absent.append(name)
            else:
                self.made[name] = container

    def tearDown(self):
        self.scratch.cleanup()

    def verdicts(self, files):
        """{name: verdict} of a scan of these {name: bytes}."""
        with tempfile.TemporaryDirectory(dir=self.dir) as folder:
            for name, data in files.items():
                (Path(folder) / name).write_bytes(data)
            done = subprocess.run(
                [PROGRAM, "scan", "--json", "--no-cache", "-d", self.dir / "eicar.ndb", folder],
                capture_output=True, text=True, timeout=500,
                env={"PATH": "/usr/bin:/bin", "ANTIDOTARY_STATE": str(self.dir / "state")})
            self.assertIn(done.returncode, (0, 1, 2), done.stderr)
            lines = [json.loads(line) for line in done.stdout.splitlines()]
            return {Path(line["path"]).name: line for line in lines if "verdict" in line
                    and "path" in line}

    def test_finds_it_in_what_each_tool_packs(self):
        lines = self.verdicts(self.made)
        wrong = {name: lines.get(name) for name in self.made
                 if lines.get(name, {}).get("verdict") != "found"}
        print(f"{len(self.made)} containers of real tools, not made: {self.absent}")
        self.assertEqual(wrong, {})

    def test_finds_it_three_deep(self):
        files = {}
        for name, container in self.made.items():
            if len(container) > 4 << 20:
                continue
            outer = io.BytesIO()
            with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("inner", container)
            files[f"{name}.in.zip.in.tar"] = makers.make("tar-pax", outer.getvalue())
            inner = makers.make("gzip", makers.make("tar-gnu", payload()))
            files[f"gzip.of.tar.in.{name}"] = makers.make(name, inner)
        lines = self.verdicts(files)
        wrong = {name: lines.get(name) for name in files
                 if lines.get(name, {}).get("verdict") != "found"}
        self.assertEqual(wrong, {})

    def test_a_volume_hides_nothing_by_one_bent_word(self):
        packed = gzip.compress(payload(), mtime=0)
        apple, linux = makers.make("hfs-plus", packed), makers.make("ext2", packed)
        record = apple.index(b"\x81\xa4", 4 * 4096)  # the mode in the file's own record
        thread = record - 48 + 248 + 2
        row = linux.index(b"member.bin")
        kinds = {f"row-of-kind-{kind}": bent(linux, row - 1, kind) for kind in (0, 2, 3, 7, 200)}
        inode = inode_of(linux, "folder/member.bin")
        files = {"whole-apple": apple, "whole-linux": linux,
                 "no-mode": bent(apple, record, 0, 0), "mode-of-a-folder": bent(apple, record, 0x41),
                 "thread": bent(apple, thread + 3, 9),
                 "inode-of-a-folder": bent(linux, inode + 1, 0x41), **kinds}
        lines = self.verdicts(files)
        verdicts = {name: line["verdict"] for name, line in lines.items()}
        silent = [name for name in files if verdicts.get(name) not in ("found", "incomplete")]
        self.assertEqual(silent, [])
        for name in ("whole-apple", "whole-linux", "no-mode", "row-of-kind-0", "row-of-kind-7"):
            self.assertEqual(verdicts[name], "found", name)


def bent(data, at, *values):
    return data[:at] + bytes(values) + data[at + len(values):]


def inode_of(volume, path):
    """Where the inode of a file stands in an ext2 volume of blocks of 1,024 bytes."""
    with tempfile.NamedTemporaryFile() as image:
        image.write(volume)
        image.flush()
        text = subprocess.run(["/sbin/debugfs", "-R", f"imap {path}", image.name], check=True,
                              capture_output=True, text=True).stdout
    block, offset = re.search(r"block (\d+), offset 0x([0-9a-f]+)", text).groups()
    return int(block) * 1024 + int(offset, 16)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=1)
