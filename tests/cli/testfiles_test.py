#!/usr/bin/env python3
"""clamav-testfiles: the inert program of 544 bytes is found in each wrapper that is opened here.

Needs Debian's package clamav-testfiles; skipped without it.
"""
import sys
from pathlib import Path

from program import Case, main

FOLDER = Path("/usr/share/clamav-testfiles")
# Packed programs, by what their stub was made with, and what is found at any offset.
PROGRAMS = ["clam-aspack.exe", "clam-fsg.exe", "clam-mew.exe", "clam-pespin.exe",
            "clam-petite.exe", "clam-upack.exe", "clam-upx.exe", "clam-wwpack.exe", "clam-yc.exe",
            "clam.exe"]


class TestFiles(Case):
    def test_every_packed_program_is_opened_to_its_core(self):
        (self.dir / "x.hdb").write_text("aa15bcf478d165efd2065190eb473bcb:544:name\n")
        out = self.expect(1, "scan", "--json", "-d", "x.hdb", *[FOLDER / one for one in PROGRAMS])
        found = {Path(line["path"]).name for line in self.lines(out) if line.get("alerts")}
        self.assertEqual(found, set(PROGRAMS))

    def test_a_packed_program_comes_out_byte_for_byte(self):
        self.expect(0, "unpack", "--extract", "out", FOLDER / "clam-upx.exe")
        core = (FOLDER / "clam.exe").read_bytes()
        self.assertIn(core, [path.read_bytes() for path in (self.dir / "out").iterdir()])


if __name__ == "__main__":
    if not FOLDER.is_dir():
        sys.exit(77)
    main()
