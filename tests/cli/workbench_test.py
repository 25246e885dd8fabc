#!/usr/bin/env python3
"""The workbench of those who write entries, used as an author uses it."""
import json
import re
import shutil
import unittest

from program import SOURCE, Case, main


class Bench(Case):
    """A test with an encyclopedia of its own: a copy of one entry and what it refers to."""

    def setUp(self):
        super().setUp()
        self.book = self.dir / "book"
        for part in ("win32/mimail", "win32/mydoom", "bulletins", "glossary"):
            shutil.copytree(SOURCE / "encyclopedia" / part, self.book / part)

    def change(self, file, before, after):
        path = self.book / file
        text = path.read_text()
        self.assertIn(before, text)
        path.write_text(text.replace(before, after, 1))

    def run_bench(self, *words):
        return self.run_program(*words, encyclopedia=self.book)


class Lint(Bench):
    FILE = "win32/mimail/variants/a.toml"

    def slip(self):
        self.change(self.FILE, "evidence =", "evidense =")
        lines = (self.book / self.FILE).read_text().splitlines()
        return next(i for i, line in enumerate(lines, 1) if "evidense" in line)

    def test_a_clean_entry_is_silent(self):
        result = self.run_bench("entry", "lint", "win32/mimail")
        self.assertEqual((result.returncode, result.stdout), (0, ""))

    def test_text_names_file_line_and_column(self):
        line = self.slip()
        result = self.run_bench("entry", "lint")
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stdout, rf"(?m)^book/{self.FILE}:{line}:1: error: .* Mend: .*\[")

    def test_json_has_the_same_place(self):
        line = self.slip()
        result = self.run_bench("entry", "lint", "--json")
        problems = self.lines(result.stdout)
        self.assertTrue(all(p["type"] == "problem" for p in problems))
        self.assertIn((self.FILE, line, 1), [(p["file"], p["line"], p["column"]) for p in problems])

    def test_github_has_annotations_that_no_text_can_forge(self):
        line = self.slip()
        self.change("win32/mimail/entry.md", "## Symptoms", "## ::error::forged%0A,")
        result = self.run_bench("entry", "lint", "--github")
        self.assertIn(f"::error file=book/{self.FILE},line={line},col=1,title=", result.stdout)
        for text in result.stdout.splitlines():
            self.assertRegex(text, r"^::(error|warning) file=[^,:]+,line=\d+,col=\d+,title=[^,:]+::")
        self.assertEqual(len(re.findall(r"(?m)^::error::forged", result.stdout)), 0)

    def test_a_proof_that_runs_is_refused(self):
        near = self.book / "win32/mimail/proof/near/host"
        near.mkdir(parents=True, exist_ok=True)
        (near / "tool.sh").write_text("#!/bin/sh\n")
        result = self.run_bench("entry", "lint", "win32/mimail")
        self.assertEqual(result.returncode, 1)
        self.assertIn("[proof-is-inert]", result.stdout)


PAGE = """# Win32/Example
Source: https://example.org/a (Vendor)
Type: worm/mass-mailer
Discovered: 2003-08-01
Summary: A worm.
Colour: red

## Aliases
- Symantec: W32.Example

## Files
- %windir%\\example.exe (19824 bytes)

## Technical analysis
It writes a file.
"""


class Import(Bench):
    def import_text(self, text, *flags, name="page.md"):
        path = self.dir / name
        path.write_text(text)
        return self.run_bench("entry", "import", path, *flags)

    def test_a_page_becomes_a_draft_that_tells_what_is_missing(self):
        result = self.import_text(PAGE)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("left out: a line that the form does not know: colour", result.stdout)
        self.assertIn("[draft-is-filled-in]", result.stdout)
        lint = self.run_bench("entry", "lint", "win32/example")
        self.assertEqual((lint.returncode, lint.stdout), (0, ""))
        self.assertIn('status = "draft"', (self.book / "win32/example/entry.md").read_text())
        # A second import does not write over the first.
        again = self.import_text(PAGE)
        self.assertEqual(again.returncode, 2)
        self.assertIn("exists", again.stderr)

    def test_our_own_exports_come_back(self):
        # Both before either comes back: two entries with the same labels are ambiguous.
        forms = [(form, f"{form}.json", self.run_bench("export", form, "win32/mimail").stdout)
                 for form in ("stix", "misp-galaxy")]
        for form, name, text in forms:
            result = self.import_text(text, "--id", f"win32/{form}", "--name", "Win32/Mimail",
                                      name=name)
            self.assertEqual(result.returncode, 0, result.stderr)
            lint = self.run_bench("entry", "lint", f"win32/{form}")
            bad = [line for line in lint.stdout.splitlines()
                   if "[label-has-one-place]" not in line and "[label-fits-family]" not in line]
            self.assertEqual(bad, [])
            count = len(list((self.book / "win32" / form / "variants").iterdir()))
            self.assertEqual(count, len(list((self.book / "win32/mimail/variants").iterdir())))

    def test_bad_input_gets_one_sentence(self):
        for text, says in (("", "no title"), ("{", "no whole JSON"), ("{}", "neither a STIX"),
                           ('{"values": 1}', "no list"), ("# ../../x", "--id"),
                           ("[" * 1000, "no whole JSON"), ("\x00\xff", "no title")):
            result = self.import_text(text)
            self.assertEqual((result.returncode, result.stdout), (2, ""), text)
            self.assertEqual(len(result.stderr.splitlines()), 1)
            self.assertIn(says, result.stderr)
        result = self.run_bench("entry", "import", self.dir)
        self.assertIn("is no file", result.stderr)
        result = self.import_text(PAGE, "--id", "../../etc")
        self.assertEqual(result.returncode, 2)


if __name__ == "__main__":
    main()
