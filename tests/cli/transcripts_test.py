#!/usr/bin/env python3
"""What the README promises, word by word where scripts rely on it."""
import hashlib
import os
import re
import subprocess
import unittest

from program import PROGRAM, SOURCE, Case, main


def digest(folder):
    """Content, names, times and modes of a tree."""
    lines = []
    for path in sorted(folder.rglob("*")):
        stat = path.lstat()
        data = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "-"
        lines.append(f"{path.relative_to(folder)} {data} {stat.st_mtime_ns} {stat.st_mode:o}")
    return lines


class Circle(Case):
    def test_finds_cleans_and_undoes_by_json(self):
        tree = self.simulate("win32/mimail.c") / "host"
        before = digest(tree)
        lines = self.lines(self.expect(1, "examine", "--json", tree))
        diagnosis = [line for line in lines if line["type"] == "diagnosis"][0]
        self.assertEqual((diagnosis["entry"], diagnosis["variant"], diagnosis["verdict"]),
                         ("win32/mimail", "c", "infected"))
        lines = self.lines(self.expect(0, "clean", "--json", "--apply", tree))
        run = [line for line in lines if line["type"] == "run"][0]["run"]
        self.expect(0, "examine", tree)
        self.assertNotEqual(digest(tree), before)
        self.expect(0, "undo", run)
        self.assertEqual(digest(tree), before)
        self.expect(0, "undo", run, says="undone already")
        self.assertEqual(digest(tree), before)
        self.expect(0, "undo", "--again", run)  # an undo can itself be undone
        self.expect(0, "examine", tree)

    def test_plan_alone_changes_nothing(self):
        tree = self.simulate() / "host"
        before = digest(tree)
        self.expect(1, "clean", tree, says="quarantine")
        self.assertEqual(digest(tree), before)

    def test_lure_is_named_with_its_whole_path(self):
        mail = self.simulate() / "mail"
        self.expect(1, "scan", mail / "mailbox.mbox",
                    says=["mailbox.mbox > message ", "> message.zip > message.html", "Mimail"])

    def test_a_mailbox_is_never_removed_for_one_message(self):
        mail = self.simulate() / "mail"
        before = (mail / "mailbox.mbox").read_bytes()
        lines = self.lines(self.expect(0, "clean", "--json", "--apply", mail))
        after = (mail / "mailbox.mbox").read_bytes()
        self.assertEqual(after.count(b"\nFrom: "), before.count(b"\nFrom: ") - 1)
        self.expect(0, "undo", [line for line in lines if line["type"] == "run"][0]["run"])
        self.assertEqual((mail / "mailbox.mbox").read_bytes(), before)

    def applied(self):
        tree = self.simulate() / "host"
        lines = self.lines(self.expect(0, "clean", "--json", "--apply", tree))
        return tree, [line for line in lines if line["type"] == "run"][0]["run"]

    def test_an_undo_that_was_blocked_never_removes_again(self):
        tree, run = self.applied()
        body = tree / "WINDOWS/videodrv.exe"
        body.write_text("somebody's new file")
        self.expect(2, "undo", run, says=["kept", "partly_undone"])
        self.assertEqual(body.read_text(), "somebody's new file")
        body.unlink()
        self.expect(2, "undo", run, says="partly_undone")
        self.assertTrue((tree / "WINDOWS/exe.tmp").exists())

    def test_an_undo_on_another_disk_at_the_same_place_brings_nothing(self):
        tree, run = self.applied()
        (tree / "WINDOWS").rename(self.dir / "away")
        subprocess.run(["cp", "-r", self.dir / "away", tree / "WINDOWS"], check=True)
        self.run_program("undo", run)
        self.assertFalse((tree / "WINDOWS/videodrv.exe").exists())

    def test_quarantine_tells_which_signature_hit(self):
        (self.dir / "one.ndb").write_text("T.One:0:*:58595a57\n")
        (self.dir / "tree").mkdir()
        (self.dir / "tree" / "file").write_text("begins XYZW ends")
        self.expect(0, "clean", "-d", "one.ndb", "--apply", "tree")
        says = [str(self.dir / "tree" / "file"), "the signature T.One.UNOFFICIAL hits it"]
        self.expect(0, "quarantine", "list", says=says)
        item = self.lines(self.expect(0, "quarantine", "list", "--json"))[0]
        self.assertIn("T.One.UNOFFICIAL", item["reason"])
        self.expect(0, "quarantine", "show", item["id"], says=says)

    def test_quarantine_gives_back_one_item(self):
        tree = self.simulate() / "host"
        body = tree / "WINDOWS/videodrv.exe"
        content = body.read_bytes()
        self.expect(0, "clean", "--apply", tree)
        items = self.lines(self.expect(0, "quarantine", "list", "--json"))
        item = [i for i in items if i["path"].endswith("videodrv.exe")][0]["id"]
        self.expect(0, "quarantine", "show", item, says=[str(body), "win32/mimail.a", "because"])
        self.expect(0, "quarantine", "release", item, "copy")
        self.assertEqual((self.dir / "copy").read_bytes(), content)
        self.expect(0, "quarantine", "restore", item)
        self.assertEqual(body.read_bytes(), content)


class Names(Case):
    def test_any_vendor_name_leads_to_the_page(self):
        for name in ("W32.Mimail.A@mm", "WORM_MIMAIL", "I-Worm.Paylap", "win32/mimail.c", "mimail"):
            self.expect(0, "explain", name, says="Win32/Mimail")

    def test_a_mistaken_name_leads_to_what_it_really_was(self):
        self.expect(0, "explain", "WORM_MIMAIL.R", says=["Win32/Mydoom", "mistaken"])

    def test_steps_and_json_and_bulletins(self):
        self.expect(0, "explain", "--steps", "win32/mimail.a", says="videodrv.exe")
        entry = self.lines(self.expect(0, "explain", "--json", "win32/mimail"))[0]
        self.assertEqual(entry["schema"], "antidotary-entry/1")
        self.expect(0, "explain", "MS02-015", says="CVE-2002-0077")


class Help(Case):
    def test_help_fits_on_a_screen_and_names_every_verb(self):
        text = self.expect(0, "-h")
        self.assertLessEqual(len(text.splitlines()), 31)
        for verb in ("scan", "examine", "explain", "clean", "undo", "quarantine list", "entry test"):
            # Verbs of a family share a line: "entry new|lint|test".
            self.assertRegex(text, r"(?m)^  " + verb.replace(" ", r" (?:\S*\|)?") + r"\b")
            self.expect(0, *verb.split(), "-h", says="Usage")
            self.expect(0, *verb.split(), "--help", says="Usage")
        for line in self.expect(0, "--help").splitlines():
            self.assertLessEqual(len(line), 100, line)

    def test_doctor_names_the_layers(self):
        self.expect(0, "doctor", says=["seccomp", "no_new_privs", "rlimits"])


class Bench(Case):
    def test_new_entry_lints_without_errors(self):
        target = self.dir / "encyclopedia"
        subprocess.run(["cp", "-r", SOURCE / "encyclopedia", target], check=True)
        self.expect(0, "entry", "new", "win32/example", encyclopedia=target, says="entry.md")
        self.expect(0, "entry", "lint", "win32/example", encyclopedia=target)
        self.expect(2, "entry", "new", "win32/example", encyclopedia=target, says="exists")

    def test_pipe_that_closes_early_is_no_crash(self):
        command = f"{PROGRAM} --help | head -1"
        result = subprocess.run(command, shell=True, capture_output=True, text=True, env=os.environ)
        self.assertEqual(result.returncode, 0)
        self.assertFalse(re.search("terminate|Abort", result.stderr))


if __name__ == "__main__":
    main()
