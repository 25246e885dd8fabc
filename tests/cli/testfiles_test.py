#!/usr/bin/env python3
"""clamav-testfiles: the inert program of 544 bytes is found in each of its wrappers.

Needs Debian's package clamav-testfiles; skipped without it.
"""
import random
import sys
from pathlib import Path

from program import Case, main

FOLDER = Path("/usr/share/clamav-testfiles")
# What holds it in a form that only its own opener reads, for the damage.
INSTALLERS = ["clam-nsis.exe", "clam.ea05.exe", "clam.ea06.exe", "clam.sis", "clam_IScab_ext.exe",
              "clam_IScab_int.exe", "clam_ISmsi_ext.exe", "clam_ISmsi_int.exe"]
MARKS = [b"\xef\xbe\xad\xdeNullsoftInst", b"AU3!EA05", b"AU3!EA06", b"\x19\x04\x00\x10",
         b"InstallShield\x00\x05\x00", b"InstallShield\x00\x04\x00", b"Disk1\\"]
DAMAGED = 10


class TestFiles(Case):
    def found(self, *paths):
        (self.dir / "x.hdb").write_text("aa15bcf478d165efd2065190eb473bcb:544:name\n")
        out = self.expect(1, "scan", "--json", "--no-cache", "-d", "x.hdb", *paths)
        lines = [line for line in self.lines(out) if "verdict" in line and "path" in line]
        return {Path(line["path"]).name: line["verdict"] for line in lines}

    def test_every_wrapper_is_opened_to_its_core(self):
        names = {path.name for path in FOLDER.iterdir()}
        verdicts = self.found(FOLDER)
        self.assertEqual({name for name in names if verdicts.get(name) != "found"}, set())
        self.assertGreaterEqual(len(names), 44)

    def test_a_damaged_installer_is_never_silently_clean(self):
        chance = random.Random(20030801)
        for name in INSTALLERS:
            whole = (FOLDER / name).read_bytes()
            folder = self.dir / f"damaged-{name}"
            folder.mkdir()
            for number in range(DAMAGED):
                damaged = bytearray(whole)
                # Behind the mark by which it is known: without it, it is an installer no more.
                begin = max(whole.find(mark) + len(mark) for mark in MARKS if mark in whole)
                for _ in range(200 if len(whole) > 1 << 20 else 3):
                    damaged[chance.randrange(begin, len(whole))] ^= 1 + chance.randrange(255)
                (folder / str(number)).write_bytes(damaged)
            (folder / "whole").write_bytes(whole)
            verdicts = self.found(folder)
            self.assertEqual(set(verdicts.values()) - {"found", "incomplete"}, set(), name)
            self.assertEqual(len(verdicts), DAMAGED + 1)

    def test_a_packed_program_comes_out_byte_for_byte(self):
        self.expect(0, "unpack", "--extract", "out", FOLDER / "clam-upx.exe")
        core = (FOLDER / "clam.exe").read_bytes()
        self.assertIn(core, [path.read_bytes() for path in (self.dir / "out").iterdir()])


if __name__ == "__main__":
    if not FOLDER.is_dir():
        sys.exit(77)
    main()
