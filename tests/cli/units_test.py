#!/usr/bin/env python3
"""systemd's units fit the program: the daemon finds its state where systemd makes it, and the
sockets bear the names of services that there are."""
import configparser
import os
import shutil
import subprocess

from program import PROGRAM, SOURCE, Case, main

UNITS = SOURCE / "packaging/systemd"


class Several(dict):
    """A key that stands several times has several lines."""

    def __setitem__(self, key, value):
        if isinstance(value, list) and key in self:
            value = self[key] + value
        super().__setitem__(key, value)


def unit(name):
    parser = configparser.RawConfigParser(strict=False, dict_type=Several)
    parser.optionxform = str
    parser.read(UNITS / name)
    return parser


class Units(Case):
    def test_state_is_where_systemd_makes_it(self):
        service = unit("antidotary.service")["Service"]
        folder = "/var/lib/" + service["StateDirectory"]
        self.assertIn(f"ANTIDOTARY_STATE={folder}", service["Environment"].split())

    def test_what_is_kept_is_found_by_the_option_that_the_guides_name(self):
        """As the daemon: no HOME; then another user, who names the folder."""
        state = self.dir / "lib"
        state.mkdir(mode=0o700)
        done = subprocess.run([PROGRAM, "quarantine", "list", "--state", str(state)],
                              env={"PATH": os.environ["PATH"]}, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_sockets_are_of_services_that_there_are(self):
        for path in sorted(UNITS.glob("*.socket")):
            socket = unit(path.name)["Socket"]
            self.assertIn(socket["FileDescriptorName"], ("clamd", "milter", "http"))
            self.assertTrue((UNITS / socket["Service"]).is_file(), socket["Service"])

    def test_systemd_takes_them(self):
        if not shutil.which("systemd-analyze"):
            self.skipTest("there is no systemd-analyze")
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", "--recursive-errors=no",
                               *map(str, UNITS.glob("*.service"))], capture_output=True, text=True)
        said = [line for line in done.stderr.splitlines() if "antidotary" in line]
        self.assertEqual([line for line in said if "not executable" not in line], [])


if __name__ == "__main__":
    main()
