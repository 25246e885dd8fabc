"""check: the posture of a Windows disk, for all checks and for one threat; mending and its undo.

Values are put into the simulated disk's hives by hivexregedit, an editor that is not ours.
"""
import hashlib
import subprocess

import program

PROFILE = r"HKEY_LOCAL_MACHINE\SYSTEM\ControlSet001\Services\SharedAccess\Parameters" \
          r"\FirewallPolicy"


class Check(program.Case):
    def setUp(self):
        super().setUp()
        self.host = self.simulate() / "host"
        config = next(self.host.glob("*/[Ss]ystem32/config"))
        self.hives = {path.name.upper(): path for path in config.iterdir()}

    def merge(self, hive, prefix, text):
        reg = self.dir / "in.reg"
        reg.write_text("Windows Registry Editor Version 5.00\n\n" + text)
        subprocess.run(["hivexregedit", "--merge", "--prefix", prefix, str(self.hives[hive]),
                        str(reg)], check=True)

    def software(self, key, name, number):
        self.merge("SOFTWARE", r"HKEY_LOCAL_MACHINE\SOFTWARE",
                   f'[HKEY_LOCAL_MACHINE\\SOFTWARE\\{key}]\n"{name}"=dword:{number:08x}\n')

    def verdicts(self, code, *words):
        out = self.lines(self.expect(code, "check", "--json", *words, self.host))
        return {line["id"]: line["verdict"] for line in out if line["type"] == "check"}

    def autorun(self, number):
        self.software(r"Microsoft\Windows\CurrentVersion\Policies\Explorer", "NoDriveTypeAutoRun",
                      number)

    def test_every_check_is_answered_once(self):
        listed = self.expect(0, "check", "--list").splitlines()
        self.assertEqual(len(listed), len(self.verdicts(1)))
        self.assertGreaterEqual(len(listed), 18)

    def test_a_good_value_passes_and_a_bad_one_fails(self):
        self.autorun(255)
        self.assertEqual(self.verdicts(0, "--only", "autorun"), {"autorun": "pass"})
        self.autorun(145)
        self.assertEqual(self.verdicts(1, "--only", "autorun"), {"autorun": "fail"})

    def test_what_cannot_be_told_is_unknown_and_exits_2(self):
        self.assertEqual(self.verdicts(2, "--only", "smb-signing"), {"smb-signing": "unknown"})

    def test_only_what_stands_against_a_threat(self):
        asked = self.verdicts(1, "--for", "win32/mimail")
        self.assertIn("ms02-015", asked)
        self.assertIn("attachments", asked)
        self.assertNotIn("autorun", asked)

    def test_mending_is_a_run_that_can_be_undone(self):
        self.autorun(145)
        before = hashlib.sha256(self.hives["SOFTWARE"].read_bytes()).hexdigest()
        self.expect(1, "check", "--mend", "--only", "autorun", self.host,
                    says=["NoDriveTypeAutoRun", "255"])
        self.assertEqual(before, hashlib.sha256(self.hives["SOFTWARE"].read_bytes()).hexdigest())
        out = self.expect(0, "check", "--mend", "--apply", "--json", "--only", "autorun", self.host)
        run = next(line["run"] for line in self.lines(out) if line.get("run"))
        self.assertEqual(self.verdicts(0, "--only", "autorun"), {"autorun": "pass"})
        self.expect(0, "undo", run)
        self.assertEqual(before, hashlib.sha256(self.hives["SOFTWARE"].read_bytes()).hexdigest())

    def test_a_page_for_each_check(self):
        self.expect(0, "explain", "posture/ms02-015", says=["mshtml.dll", "Win32/Mimail"])
        self.expect(0, "explain", "autorun", says=["NoDriveTypeAutoRun", "CIS"])

    def test_bad_input(self):
        self.one_sentence("check", "--only", "nonsense", self.host, says="--list")
        self.one_sentence("check", "--for", "win32/nonsense", self.host, says="no entry")
        self.one_sentence("check", says="root of a Windows disk")
        (self.dir / "empty").mkdir()
        self.one_sentence("check", self.dir / "empty", says="no Windows folder")


program.main()
