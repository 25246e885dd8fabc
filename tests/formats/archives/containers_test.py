"""What the formats' own tools pack, the scanner finds; what is damaged is never silently clean.

For each maker of makers.py: a file that holds the EICAR test string (put together here, at run
time) is packed by the real tool; it must be found in it, and with two more containers around it and
inside it. What becomes of damaged ones, damage_test.py says.
"""
import io
import json
import random
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


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=1)
