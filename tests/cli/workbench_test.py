#!/usr/bin/env python3
"""The workbench of those who write entries, used as an author uses it."""
import re
import shutil
import subprocess
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
        self.assertEqual(lint.returncode, 0)
        self.assertNotIn(": error: ", lint.stdout)
        # Whoever asks for an entry is told what is open in it; the whole book's lint is brief.
        self.assertIn("[draft-is-filled-in]", lint.stdout)
        self.assertIn("1 entries, 0 errors", lint.stderr)
        whole = self.run_bench("entry", "lint")
        self.assertNotIn("[draft-is-filled-in]", whole.stdout)
        self.assertIn("--warnings shows them", whole.stderr)
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
                   if ": error: " in line and "[label-has-one-place]" not in line and
                   "[label-fits-family]" not in line]
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


class Diff(Bench):
    def setUp(self):
        super().setUp()
        self.other = self.dir / "other"
        shutil.copytree(self.book, self.other)

    def diff(self, *words):
        return self.run_bench("entry", "diff", "win32/mimail", *words)

    def test_nothing_changed_is_no_difference(self):
        self.change(Lint.FILE, "[[file]]", "# A remark.\n[[file]]")
        result = self.diff(self.other)
        self.assertEqual(result.returncode, 0, result.stdout)
        self.assertIn("detection: 0 lines", result.stdout)

    def test_a_renamed_file_shows_in_detection_removal_and_page(self):
        self.change(Lint.FILE, 'name = "videodrv.exe"', 'name = "changed.exe"')
        result = self.diff(self.other, "--json")
        self.assertEqual(result.returncode, 1)
        seen = {(d["part"], d["change"]) for d in self.lines(result.stdout)
                if "changed.exe" in d["line"] or "videodrv.exe" in d["line"]}
        self.assertEqual(seen, {(part, change) for part in ("detection", "removal", "page")
                                for change in ("removed", "added")})

    def test_against_the_last_commit(self):
        def git(*words):
            subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words],
                           cwd=self.book, check=True, capture_output=True)
        result = self.diff()
        self.assertEqual(result.returncode, 2)
        self.assertIn("no git repository", result.stderr)
        git("init", "-q")
        git("add", "-A")
        git("commit", "-qm", "all")
        self.assertEqual(self.diff().returncode, 0)
        self.change(Lint.FILE, 'name = "videodrv.exe"', 'name = "changed.exe"')
        self.assertEqual(self.diff().returncode, 1)

    def git(self, *words):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words],
                       cwd=self.book, check=True, capture_output=True)

    def test_a_broken_commit_is_taken_for_empty_and_said_to_be(self):
        whole = (self.book / Lint.FILE).read_text()
        self.change(Lint.FILE, "evidence =", "evidense =")
        self.git("init", "-q")
        self.git("add", "-A")
        self.git("commit", "-qm", "broken")
        (self.book / Lint.FILE).write_text(whole)
        result = self.diff("HEAD", "--json")
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn("taken for empty", result.stderr)
        self.assertEqual({d["change"] for d in self.lines(result.stdout)}, {"added"})
        # The newer side is what the author can mend: there the error is told.
        self.change(Lint.FILE, "evidence =", "evidense =")
        self.assertEqual(self.diff("HEAD").returncode, 2)

    def test_names_that_are_not_plain_are_read_from_the_commit(self):
        folder = self.book / "win32/mimail/variants"
        (folder / "a.toml").rename(folder / "\u00e4.toml")
        self.git("init", "-q")
        self.git("add", "-A")
        self.git("commit", "-qm", "all")
        result = self.diff()
        self.assertEqual(result.returncode, 0, result.stdout)

    def test_no_line_is_left_out_of_a_long_entry(self):
        text = "".join(f"[[fact]]\ntopic = \"x\"\ntext = \"Fact {n}.\"\nsource = [\"MCJP_A\"]\n"
                       for n in range(4500))
        path = self.book / Lint.FILE
        path.write_text(path.read_text() + text)
        result = self.diff(self.other, "--json")
        lines = [d["line"] for d in self.lines(result.stdout) if d["part"] == "page"]
        self.assertTrue(any("Fact 4499." in line for line in lines))

    def test_what_is_not_there_gets_one_sentence(self):
        self.assertIn("neither an entry nor a folder", self.diff("win32/no-such").stderr)
        result = self.run_bench("entry", "diff", "win32/no-such", self.other)
        self.assertEqual(result.returncode, 2)


class Prove(Bench):
    def setUp(self):
        super().setUp()
        # What an entry refers to must be there: the linter's errors are failures of the proof.
        for entry in (SOURCE / "encyclopedia/win32").iterdir():
            if not (self.book / "win32" / entry.name).exists():
                shutil.copytree(entry, self.book / "win32" / entry.name)

    def test_what_the_linter_refuses_is_not_proven(self):
        self.change("win32/mimail/variants/a.toml", 'directory = "%windir%"',
                    'directory = "%windows%"')
        result = self.run_bench("entry", "test", "win32/mimail")
        self.assertEqual(result.returncode, 1, result.stdout)
        self.assertIn("FAIL  win32/mimail       the linter finds no error", result.stdout)
        self.assertIn("%windows%", result.stdout)

    def test_a_folder_without_entries_is_no_success(self):
        shutil.rmtree(self.book)
        self.book.mkdir()
        for words in (["entry", "lint"], ["entry", "test", "--all"]):
            result = self.run_bench(*words)
            self.assertEqual(result.returncode, 2, words)
            self.assertIn("holds no entry", result.stderr)

    def test_all_is_a_table_with_its_sum(self):
        result = self.run_bench("entry", "test", "--all")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        rows = [line.split() for line in result.stdout.splitlines()]
        self.assertEqual(rows[0], ["entry", "tried", "named", "checks", "failed"])
        self.assertEqual(rows[-1][0], "all")
        counted = [sum(int(row[-n]) for row in rows[1:-1]) for n in (4, 3, 2, 1)]
        self.assertEqual(counted, [int(cell) for cell in rows[-1][-4:]])
        self.assertEqual(counted[-1], 0)

    def test_all_stands_alone(self):
        result = self.run_bench("entry", "test", "--all", "win32/mimail")
        self.assertEqual(result.returncode, 2)


class Generated(Case):
    """Man pages and completions hold every verb and flag, and their readers take them."""

    def generate(self, kind):
        self.expect(0, "generate", kind, self.dir / kind)
        return self.dir / kind

    def verbs(self):
        text = self.expect(0, "--help")
        return sorted(set(re.findall(r"(?m)^Usage: antidotary ([a-z]+(?: [a-z]+)?)", text)))

    def need(self, tool):
        if shutil.which(tool) is None:
            self.skipTest(f"{tool} is not installed (tools/setup test)")

    def test_each_verb_has_a_page_without_a_warning(self):
        self.need("groff")
        folder = self.generate("man")
        for verb in self.verbs():
            self.assertTrue((folder / f"antidotary-{verb.replace(' ', '-')}.1").is_file(), verb)
        for page in folder.iterdir():
            result = subprocess.run(["groff", "-man", "-ww", "-Tutf8", page], capture_output=True,
                                    text=True)
            self.assertEqual((result.returncode, result.stderr), (0, ""), page.name)
        self.assertIn("\\-\\-github", (folder / "antidotary-entry-lint.1").read_text())

    def complete(self, *words):
        script = self.generate("bash") / "antidotary"
        self.assertEqual(subprocess.run(["bash", "-n", script]).returncode, 0)
        line = " ".join(f"'{w}'" for w in ("antidotary", *words))
        return subprocess.run(
            ["bash", "-c", f"source {script}; COMP_WORDS=({line}); COMP_CWORD={len(words)}; "
             "_antidotary; echo \"${COMPREPLY[@]}\""], capture_output=True, text=True,
            check=True).stdout.split()

    def test_bash_offers_verbs_and_flags(self):
        self.assertIn("explain", self.complete(""))
        self.assertNotIn("generate", self.complete(""))
        self.assertIn("lint", self.complete("entry", ""))
        self.assertIn("--github", self.complete("entry", "lint", "--"))
        self.assertIn("--max-filesize", self.complete("scan", "--max"))

    def test_zsh_and_fish_take_theirs(self):
        for tool, file, check in (("zsh", "_antidotary", "-n"),
                                  ("fish", "antidotary.fish", "--no-execute")):
            self.need(tool)
            path = self.generate(tool) / file
            self.assertEqual(subprocess.run([tool, check, path]).returncode, 0)
            for verb in self.verbs():
                self.assertIn(verb.split()[-1], path.read_text())


if __name__ == "__main__":
    main()
