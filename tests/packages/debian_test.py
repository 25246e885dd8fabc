#!/usr/bin/env python3
"""Debian's packages of this build: lintian has no error to tell, and in a throw-away copy of this
system, under a real systemd, they install, serve, upgrade and purge (booted.py).

    debian_test.py BUILD SOURCE"""
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

BUILD, SOURCE = (Path(arg).resolve() for arg in sys.argv[1:3])
HERE = Path(__file__).resolve().parent
SKIPPED = 77
PACKAGES = {"antidotary", "antidotary-daemon", "antidotary-encyclopedia", "antidotary-ntfs"}


def copied_system():
    """Whether a copy of this system can be had: root, namespaces, overlays, a cgroup of its own."""
    with tempfile.TemporaryDirectory() as folder:
        script = (f"mount -t tmpfs none {folder} && mkdir {folder}/u {folder}/w {folder}/r "
                  f"{folder}/c && mount -t overlay none -o lowerdir=/,upperdir={folder}/u,"
                  f"workdir={folder}/w {folder}/r && mount -t cgroup2 none {folder}/c")
        return subprocess.run(["unshare", "-mpf", "--cgroup", "sh", "-c", script],
                              capture_output=True).returncode == 0


def renumbered(deb, folder, version):
    """The same package under a later version, and with its sisters' of that version."""
    tree = folder / "tree"
    subprocess.run(["dpkg-deb", "-R", deb, tree], check=True)
    control = tree / "DEBIAN/control"
    control.write_text(control.read_text().replace("0.1.0", version))
    subprocess.run(["dpkg-deb", "-Znone", "-b", tree, folder], check=True, capture_output=True)
    shutil.rmtree(tree)


class Debian(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kept = tempfile.TemporaryDirectory(prefix="antidotary-deb-")
        cls.dir = Path(cls.kept.name)
        done = subprocess.run([SOURCE / "tools/deb", BUILD], capture_output=True, text=True,
                              env=dict(os.environ, ANTIDOTARY_DEB_OUT=str(cls.dir / "made")))
        if done.returncode != 0:
            raise AssertionError(done.stdout + done.stderr)
        cls.debs = [path for path in (cls.dir / "made").glob("*.deb") if "dbgsym" not in path.name]

    @classmethod
    def tearDownClass(cls):
        cls.kept.cleanup()

    def test_its_four_packages_come(self):
        self.assertEqual({path.name.split("_")[0] for path in self.debs}, PACKAGES)

    @unittest.skipUnless(shutil.which("lintian"), "there is no lintian")
    def test_lintian_has_nothing_to_tell(self):
        done = subprocess.run(["lintian", "--allow-root", *map(str, self.debs)],
                              capture_output=True, text=True)
        self.assertEqual(done.stdout, "")

    @unittest.skipUnless(os.geteuid() == 0 and copied_system(), "no copy of this system can be had")
    def test_they_install_serve_upgrade_and_purge_under_systemd(self):
        payload = self.dir / "payload"
        for folder in ("now", "next", "out"):
            (payload / folder).mkdir(parents=True)
        for deb in self.debs:
            shutil.copy(deb, payload / "now")
            renumbered(deb, payload / "next", "9.9")
        for name in ("booted.py", "booted.service"):
            shutil.copy(HERE / name, payload)
        (self.dir / "scratch").mkdir()
        system = subprocess.Popen(
            ["unshare", "-mpf", "--cgroup", "--uts", "--ipc", "--net", "--kill-child", "sh",
             HERE / "boot.sh", self.dir / "scratch", payload],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        ended = payload / "out/rc"
        try:
            until = time.monotonic() + 400
            while not ended.exists() and system.poll() is None and time.monotonic() < until:
                time.sleep(0.2)
        finally:
            system.kill()
            said = system.communicate()[0]
        log = payload / "out/log"
        if not log.exists():
            self.skipTest("no systemd comes up here: " + said[-500:])
        told = log.read_text()
        print(told, file=sys.stderr)
        self.assertTrue(ended.exists() and ended.read_text().strip() == "0", told)


if __name__ == "__main__":
    if not shutil.which("dh"):
        print("packages.debian: debhelper is not installed (tools/setup test)", file=sys.stderr)
        sys.exit(SKIPPED)
    unittest.main(argv=sys.argv[:1], verbosity=2)
