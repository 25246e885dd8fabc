"""What a person allows is silenced in every verb, told, and silenced no longer when it ends."""
import hashlib
import json
import os
import subprocess
import sys
import unittest
import zipfile

import program

MARK = b"XYZW"


class Allow(program.Case):
    def setUp(self):
        super().setUp()
        (self.dir / "one.ndb").write_text("T.One:0:*:58595a57\n")
        (self.dir / "tree").mkdir()
        self.file = self.dir / "tree" / "a.bin"
        self.file.write_bytes(b"before " + MARK + b" behind")

    def scan(self, code, *words, says=()):
        return self.expect(code, "scan", "-d", "one.ndb", *words, "tree", says=says)

    def allow(self, *what):
        self.expect(0, "allow", "add", "--reason", "ours", *what)

    def digest(self, kind="sha256"):
        return hashlib.new(kind, self.file.read_bytes()).hexdigest()

    def test_nothing_is_allowed_at_first(self):
        self.scan(1, says="T.One.UNOFFICIAL")

    def test_digests_of_every_kind_silence_a_signature(self):
        for kind in ("md5", "sha1", "sha256"):
            self.allow(self.digest(kind))
            self.scan(0, says="silenced by the allowance of digest " + self.digest(kind))
            self.expect(0, "allow", "remove", self.digest(kind))
            self.scan(1)

    def test_another_files_digest_silences_nothing(self):
        self.allow("0" * 64)
        self.scan(1)

    def test_a_changed_file_is_no_longer_allowed(self):
        self.allow(self.digest())
        self.scan(0)
        self.file.write_bytes(self.file.read_bytes() + b"!")
        self.scan(1)

    def test_a_digest_silences_what_lies_inside(self):
        packed = self.dir / "tree" / "p.zip"
        with zipfile.ZipFile(packed, "w") as archive:
            archive.write(self.file, "inside")
        self.file.unlink()
        self.scan(1)
        self.allow(hashlib.sha256(packed.read_bytes()).hexdigest())
        self.scan(0)

    def test_a_name_silences_that_name_alone(self):
        (self.dir / "one.ndb").write_text("T.One:0:*:58595a57\nT.Two:0:*:626568696e64\n")
        self.allow("T.One.UNOFFICIAL")
        out = self.scan(1, says="T.Two.UNOFFICIAL")
        self.assertNotIn("T.One.UNOFFICIAL (", out)

    def test_it_ends_by_itself(self):
        self.expect(0, "allow", "add", "--reason", "ours", "--for", "1h", self.digest())
        self.scan(0)
        book = self.dir / "state" / "allow.json"
        kept = json.loads(book.read_text())
        kept["allowances"][0]["ends_s"] = kept["allowances"][0]["made_s"] - 1
        book.write_text(json.dumps(kept))
        self.scan(1)

    def test_an_entry_is_silenced_in_files_and_on_disks(self):
        self.simulate("win32/mimail.a", "sick")
        self.expect(1, "examine", "sick/host")
        self.allow("win32/mimail")
        self.expect(0, "examine", "sick/host", says="allowance of entry win32/mimail")
        self.assertNotIn("quarantine", self.expect(0, "clean", "sick/host"))

    def test_a_digest_silences_an_entrys_finding_in_a_file(self):
        eicar = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
        self.file.write_text(eicar)
        self.expect(1, "scan", "tree")
        self.allow(self.digest())
        self.expect(0, "scan", "tree", says="silenced by the allowance of digest")

    def test_clean_leaves_what_is_allowed_and_takes_the_rest(self):
        other = self.dir / "tree" / "b.bin"
        other.write_bytes(MARK + b" of another")
        self.allow(self.digest())
        self.expect(0, "clean", "-d", "one.ndb", "--apply", "tree")
        self.assertTrue(self.file.exists())
        self.assertFalse(other.exists())

    def test_a_file_is_told_by_its_name_and_removed_by_it(self):
        self.allow("tree/a.bin")
        self.expect(0, "allow", "list", says=["of " + str(self.file), self.digest()])
        self.scan(0)
        self.file.write_bytes(b"other")
        self.expect(0, "allow", "remove", "tree/a.bin")
        self.assertEqual(self.expect(0, "allow", "list"), "")
        self.one_sentence("allow", "remove", "tree/a.bin", says="is not allowed")

    def test_what_a_scan_prints_is_understood(self):
        add = ("allow", "add", "--reason", "ours")
        self.expect(0, *add, "Test/Eicar", says="allowed: entry test/eicar")
        self.one_sentence(*add, "Test/Eicar.Standard", says="name test/eicar")
        self.one_sentence(*add, "win32/mimail.c", says="name win32/mimail")
        self.expect(0, *add, "W32.Mimail.A@mm", says=["allowed: name W32.Mimail.A@mm",
                                                      "'antidotary allow add win32/mimail'"])
        self.expect(0, *add, "Sitewide.Nonsense", says="no entry knows 'Sitewide.Nonsense'")
        self.one_sentence(*add, "two words", says="no signature's name")
        self.expect(0, "pack", "build", "-o", "p.pack", "one.ndb")
        quiet = self.run_program(*add, "T.One", environment={"ANTIDOTARY_PACK": "p.pack"})
        self.assertEqual((quiet.returncode, quiet.stderr), (0, ""))

    def test_clamscans_front_tells_what_was_silenced(self):
        (self.dir / "clamscan").symlink_to(program.PROGRAM)
        self.allow(self.digest())
        done = subprocess.run([self.dir / "clamscan", "--no-summary", "-d", "one.ndb", "tree/a.bin"],
                              cwd=self.dir, capture_output=True, text=True,
                              env=dict(os.environ, ANTIDOTARY_STATE=str(self.dir / "state")))
        self.assertEqual((done.returncode, done.stdout), (0, "tree/a.bin: OK\n"), done.stderr)
        self.assertIn("silenced by the allowance of digest " + self.digest(), done.stderr)

    def test_json_counts_what_was_silenced(self):
        self.allow(self.digest())
        lines = [json.loads(line) for line in self.scan(0, "--json").splitlines()]
        silenced = [line["silenced"] for line in lines if "silenced" in line]
        self.assertTrue(silenced)
        self.assertIn(self.digest(), json.dumps(silenced))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
