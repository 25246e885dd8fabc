#!/usr/bin/env python3
"""explain of what is no threat: bulletins, weaknesses, words, checks, vendors: every form of the
page for every one of them."""
import json
import os
import subprocess

from program import PROGRAM, SOURCE, Case, main


class Explain(Case):
    NAMES = {"ms03-026": "bulletin", "KB823980": "bulletin", "CVE-2003-0352": "weakness",
             "mass mailer": "term", "posture/autorun": "check", "sophos": "vendor"}

    def explain(self, *words):
        env = dict(os.environ, ANTIDOTARY_ENCYCLOPEDIA=str(SOURCE / "encyclopedia"))
        return subprocess.run([PROGRAM, "explain", *words], env=env, capture_output=True,
                              text=True, timeout=60, cwd=self.dir)

    def test_json_is_the_record_beside_the_page(self):
        for name, kind in self.NAMES.items():
            with self.subTest(name):
                done = self.explain("--json", name)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(json.loads(done.stdout)["schema"], f"antidotary-{kind}/1")

    def test_every_form_knows_every_name(self):
        for name in self.NAMES:
            for form in ((), ("--html",)):
                with self.subTest(name, form=form):
                    done = self.explain(*form, name)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertGreater(len(done.stdout), 60)

    def test_steps_are_refused_where_nothing_is_removed(self):
        for name in self.NAMES:
            with self.subTest(name):
                done = self.explain("--steps", "--reg", "x.reg", name)
                self.assertEqual(done.returncode, 2, done.stdout)
                self.assertEqual(done.stdout, "")
                self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
                self.assertIn("no threat", done.stderr)
                self.assertFalse((self.dir / "x.reg").exists())


class Signatures(Case):
    """explain --pack: any signature, where it comes from and what it says."""

    def setUp(self):
        super().setUp()
        for name, text in {
                "db/a.ndb": "T.A:0:*:41424344\nT.Odd:0:*:4142434\nT.Hushed:0:*:45464748\n",
                "db/a.cdb": "T.M:CL_TYPE_ZIP:*:a.exe$:*:*:*:*:beef:*\n",
                "db/a.ign2": "T.Hushed\nYARA.hushed\n", "db/y.yar": "rule hushed { condition: true }",
                "rules/a.yar": 'include "inc/b.yar"\nrule site_quux {\n  condition: inner\n}\n',
                "rules/inc/b.yar": "\nrule inner { condition: true }\n"}.items():
            (self.dir / name).parent.mkdir(parents=True, exist_ok=True)
            (self.dir / name).write_text(text)
        self.expect(0, "pack", "build", "-o", "p.pack", "db", "rules/a.yar")

    def test_a_signature_is_told_with_its_place_and_what_it_looks_for(self):
        for name, says in {"T.A": ["db/a.ndb, line 1", "'ABCD'"],
                           "T.M": ["db/a.cdb, line 1", "/a.exe$/", "0000beef"],
                           "site_quux": ["rules/a.yar, line 2", "condition: inner"],
                           "inner": ["rules/inc/b.yar, line 2", "included by rules/a.yar"],
                           "YARA.hushed.UNOFFICIAL": ["db/y.yar, line 1", "db/a.ign2 ignores it"]}.items():
            with self.subTest(name):
                self.expect(0, "explain", "--pack", "p.pack", name, says=says)

    def test_json_has_its_text(self):
        told = self.lines(self.expect(0, "explain", "--json", "--pack", "p.pack", "site_quux"))
        self.assertEqual([(one["type"], one["kind"], one["path"], one["line"]) for one in told],
                         [("signature", "yara", "rules/a.yar", 2)])
        self.assertTrue(told[0]["text"].startswith("rule site_quux {"))

    def test_what_was_not_taken_says_why(self):
        for name, says in {"T.Odd": "db/a.ndb, line 2 was refused", "T.Hushed": "db/a.ign2 says",
                           "site_qux": "the nearest in the pack: site_quux"}.items():
            with self.subTest(name):
                self.one_sentence("explain", "--pack", "p.pack", name, says=says)
        self.one_sentence("explain", "--html", "--pack", "p.pack", "T.A", says="leave out --html")


if __name__ == "__main__":
    main()
