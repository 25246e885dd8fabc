"""Installers: what makensis packs by each of its methods is found and opens whole; what is damaged
is never silently clean.

Needs Debian's package nsis; skipped without it.
"""
import io
import json
import random
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

PROGRAM = str(Path(sys.argv[1]).resolve())
EICAR = ("X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*").encode()
SCRIPT = """{commands}
Name "x"
OutFile "{out}"
InstallDir $TEMP
RequestExecutionLevel user
Section
SetOutPath $INSTDIR
File "first.txt"
File "eicar.com"
SetOutPath $INSTDIR\\sub
File /oname=other.dat "second.bin"
SectionEnd
"""
METHODS = {f"{method}{'_solid' if solid else ''}_{'wide' if wide else 'narrow'}":
           f"Unicode {'true' if wide else 'false'}\nSetCompressor {solid} {method}"
           for method in ("zlib", "bzip2", "lzma") for solid in ("", "/SOLID")
           for wide in (True, False)}
METHODS["stored"] = "SetCompress off"
MARK = b"\xef\xbe\xad\xdeNullsoftInst"
DAMAGED = 12


class Installers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory(prefix="antidotary-installers-")
        cls.dir = Path(cls.scratch.name)
        (cls.dir / "eicar.ndb").write_text(f"T.Eicar:0:*:{EICAR.hex()}\n")
        # More than a block of bzip2's, with runs of which its first coding makes counts.
        cls.files = {"first.txt": "".join(f"{i}\n" for i in range(200_000)).encode() + b"a" * 5000,
                     "eicar.com": EICAR,
                     "second.bin": random.Random(7).randbytes(3000)}
        for name, data in cls.files.items():
            (cls.dir / name).write_bytes(data)
        cls.made = {}
        for name, commands in METHODS.items():
            script = cls.dir / "script.nsi"
            script.write_text(SCRIPT.format(commands=commands, out=f"{name}.exe"))
            subprocess.run(["makensis", "-V1", script], check=True, cwd=cls.dir)
            cls.made[name] = (cls.dir / f"{name}.exe").read_bytes()

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def run_program(self, *words):
        return subprocess.run([PROGRAM, *words], capture_output=True, text=True, timeout=280,
                              env={"PATH": "/usr/bin:/bin",
                                   "ANTIDOTARY_STATE": str(self.dir / "state")})

    def verdicts(self, files):
        with tempfile.TemporaryDirectory(dir=self.dir) as folder:
            for name, data in files.items():
                (Path(folder) / name).write_bytes(data)
            done = self.run_program("scan", "--json", "--no-cache", "-d", self.dir / "eicar.ndb",
                                    folder)
            self.assertIn(done.returncode, (0, 1, 2), done.stderr)
            lines = [json.loads(line) for line in done.stdout.splitlines()]
            return {Path(line["path"]).name: line["verdict"] for line in lines
                    if "verdict" in line and "path" in line}

    def test_every_file_comes_out_as_it_went_in_and_under_its_name(self):
        for name in self.made:
            with self.subTest(name), tempfile.TemporaryDirectory(dir=self.dir) as out:
                done = self.run_program("unpack", "--json", "--extract", f"{out}/x",
                                        self.dir / f"{name}.exe")
                members = [path.read_bytes() for path in (Path(out) / "x").rglob("*")
                           if path.is_file()]
                for file, data in self.files.items():
                    self.assertIn(data, members, file)
                for member in ("$INSTDIR/first.txt", "$INSTDIR/eicar.com",
                               "$INSTDIR\\\\sub/other.dat"):
                    self.assertIn(f'"{member}"', done.stdout)
                self.assertEqual(done.returncode, 0, done.stdout)

    def test_finds_it_also_deep_in_others(self):
        files = dict(self.made)
        for name, installer in self.made.items():
            outer = io.BytesIO()
            with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("setup.exe", installer)
            files[f"{name}.zip"] = outer.getvalue()
        lines = self.verdicts(files)
        self.assertEqual({name: lines.get(name) for name in files},
                         {name: "found" for name in files})

    def test_damage_is_never_silently_clean(self):
        silent = []
        for name, installer in self.made.items():
            begin = installer.index(MARK) + len(MARK)
            chance = random.Random(20030801)
            files = {}
            for number in range(DAMAGED):
                damaged = bytearray(installer)
                # Some where the archive's heads are, the others anywhere in it.
                end = begin + 64 if number % 3 == 0 else len(damaged)
                for _ in range(1 + number % 3):
                    damaged[chance.randrange(begin, end)] ^= 1 + chance.randrange(255)
                files[str(number)] = bytes(damaged)
            lines = self.verdicts(files)
            for number, data in files.items():
                if lines.get(number) in ("found", "incomplete"):
                    continue
                (self.dir / "damaged.exe").write_bytes(data)
                own = subprocess.run(["7z", "e", "-so", "-y", self.dir / "damaged.exe"],
                                     capture_output=True, stdin=subprocess.DEVNULL)
                if EICAR in own.stdout:
                    silent.append((name, number, lines.get(number)))
        self.assertEqual(silent, [])


if __name__ == "__main__":
    if shutil.which("makensis") is None:
        sys.exit(77)
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=1)
