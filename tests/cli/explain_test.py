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


if __name__ == "__main__":
    main()
