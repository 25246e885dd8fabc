"""`pack refresh`, and the systemd units that call it, as far as that goes without systemd running."""
import os
import pwd
import shlex
import shutil
import subprocess
import time

import program

UNITS = program.SOURCE / "packaging" / "systemd"


class Refresh(program.Case):
    def setUp(self):
        super().setUp()
        (self.dir / "one.ndb").write_text("T.One:0:*:58595a57\n")
        self.expect(0, "pack", "build", "-o", "site.pack", "one.ndb")
        self.pack = self.dir / "site.pack"

    def test_builds_nothing_while_the_sources_are_as_they_were(self):
        before = self.pack.stat()
        self.expect(0, "pack", "refresh", "site.pack", says="its sources are as they were")
        self.assertEqual(self.pack.stat().st_ino, before.st_ino)

    def test_hashes_sources_only_where_the_system_says_something_new(self):
        def mark():
            mark, = (self.dir / "state" / "refresh").glob("*.mark")
            return mark.stat().st_ino  # each hashing writes it anew

        # What changed less than two seconds ago may change again unseen: only later it is trusted.
        time.sleep(3.1)
        self.expect(0, "pack", "refresh", "site.pack", says="as they were")
        first = mark()
        self.expect(0, "pack", "refresh", "site.pack", says="as they were")
        self.assertEqual(mark(), first)
        os.utime(self.dir / "one.ndb", (1, 1))
        self.expect(0, "pack", "refresh", "site.pack", says="as they were")
        self.assertNotEqual(mark(), first)

    def test_builds_again_after_a_change(self):
        (self.dir / "one.ndb").write_text("T.Two:0:*:58595a57\n")
        self.expect(0, "pack", "refresh", "site.pack")
        (self.dir / "file").write_bytes(b"XYZW")
        self.expect(1, "scan", "--no-cache", "--pack", "site.pack", "file", says="T.Two")

    def test_finds_its_sources_wherever_it_is_run(self):
        (self.dir / "elsewhere").mkdir()
        (self.dir / "elsewhere/one.ndb").write_text("T.Other:0:*:58595a57\n")
        (self.dir / "one.ndb").write_text("T.Two:0:*:58595a57\n")
        done = subprocess.run([program.PROGRAM, "pack", "refresh", "../site.pack"],
                              cwd=self.dir / "elsewhere", capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        (self.dir / "file").write_bytes(b"XYZW")
        self.expect(1, "scan", "--no-cache", "--pack", "site.pack", "file", says="T.Two")

    def test_keeps_the_old_pack_where_a_source_is_gone(self):
        before = self.pack.read_bytes()
        (self.dir / "one.ndb").unlink()
        self.one_sentence("pack", "refresh", "site.pack", says="one.ndb")
        self.assertEqual(self.pack.read_bytes(), before)

    def test_keeps_the_old_pack_where_a_source_is_broken(self):
        (self.dir / "db").mkdir()
        (self.dir / "db" / "a.ndb").write_text("T.One:0:*:58595a57\n")
        self.expect(0, "pack", "build", "-o", "folder.pack", "db")
        before = (self.dir / "folder.pack").read_bytes()
        (self.dir / "db" / "daily.cld").write_bytes(b"ClamAV-VDB:01 Jan")
        self.one_sentence("pack", "refresh", "folder.pack", says="daily.cld")
        self.assertEqual((self.dir / "folder.pack").read_bytes(), before)

    def test_a_signed_pack_is_not_made_unsigned(self):
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", "key.pem"],
                       cwd=self.dir, check=True, capture_output=True)
        self.expect(0, "pack", "build", "--sign", "key.pem", "-o", "signed.pack", "one.ndb")
        (self.dir / "one.ndb").write_text("T.Two:0:*:58595a57\n")
        self.one_sentence("pack", "refresh", "signed.pack", says="--sign")
        self.expect(0, "pack", "refresh", "--sign", "key.pem", "signed.pack")

    def test_the_units_call_it_as_it_is_called(self):
        service = (UNITS / "antidotary-refresh@.service").read_text()
        line = next(one for one in service.splitlines() if one.startswith("ExecStart="))
        words = shlex.split(line.removeprefix("ExecStart=").replace("%i", "site"))
        self.assertEqual(words, ["/usr/bin/antidotary", "pack", "refresh",
                                 "/var/lib/antidotary-daemon/site.pack"])

    def test_the_unit_runs_as_the_daemon_whose_folder_it_is(self):
        def said(name, *keys):
            lines = (UNITS / name).read_text().splitlines()
            return [one for one in lines if one.split("=")[0] in keys]
        keys = ("User", "Group", "StateDirectory", "StateDirectoryMode", "Environment", "UMask")
        self.assertEqual(said("antidotary-refresh@.service", *keys),
                         said("antidotary.service", *keys))

    def test_a_pack_is_refreshed_by_its_owner_alone(self):
        if os.geteuid() != 0:
            self.skipTest("only root can be two users")
        nobody = pwd.getpwnam("nobody")
        self.dir.chmod(0o755)
        folder = self.dir / "lib"
        folder.mkdir(mode=0o700)
        (self.dir / "one.ndb").chmod(0o644)
        self.expect(0, "pack", "build", "-o", "lib/site.pack", "one.ndb")
        for path in (folder / "site.pack", folder):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
        (self.dir / "one.ndb").write_text("T.Two:0:*:58595a57\n")
        self.one_sentence("pack", "refresh", "lib/site.pack", says="belongs to another user")
        done = subprocess.run([program.PROGRAM, "pack", "refresh", str(folder / "site.pack")],
                              cwd=self.dir, user=nobody.pw_uid, group=nobody.pw_gid,
                              extra_groups=[], capture_output=True, text=True,
                              env={"PATH": os.environ["PATH"], "ANTIDOTARY_STATE": str(folder)})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((folder / "site.pack").stat().st_uid, nobody.pw_uid)

    def test_systemd_takes_the_units(self):
        if not shutil.which("systemd-analyze"):
            self.skipTest("systemd-analyze is not installed")
        for ending in ("service", "timer"):
            text = (UNITS / f"antidotary-refresh@.{ending}").read_text()
            text = text.replace("/usr/bin/antidotary", program.PROGRAM)
            (self.dir / f"antidotary-refresh@.{ending}").write_text(text)
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no",
             "./antidotary-refresh@site.service", "./antidotary-refresh@site.timer"],
            cwd=self.dir, capture_output=True, text=True,
            env={**os.environ, "SYSTEMD_UNIT_PATH": f"{self.dir}:"})
        self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    program.main()
