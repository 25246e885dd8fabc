"""The guides say what works: every command and file of a guide that has them in fenced blocks is
carried out in order, in an empty folder. usage: guides_test.py PROGRAM SOURCE

A block "```sh" is run by bash, which ends at the first failure; a block "```KIND PATH" is a file.
"""
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = Path(sys.argv[1]).resolve()
SOURCE = Path(sys.argv[2]).resolve()
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.M | re.S)


def walk(guide, folder):
    """Does what the guide says in `folder`; yields each command block with what became of it."""
    env = {"PATH": f"{PROGRAM.parent}:{os.environ['PATH']}", "HOME": str(folder), "LANG": "C.UTF-8",
           "ANTIDOTARY_STATE": str(folder / "state")}
    for kind, path, text in BLOCK.findall((SOURCE / "docs/guides" / guide).read_text()):
        if kind != "sh":
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
            continue
        yield text, subprocess.run(["bash", "-euc", text], cwd=folder, env=env, text=True,
                                   capture_output=True, timeout=300)


class WriteAnEntry(unittest.TestCase):
    def test_takes_a_newcomer_from_nothing_to_a_proven_entry(self):
        with tempfile.TemporaryDirectory(prefix="antidotary-guide-") as folder:
            said = []
            for text, done in walk("write-an-entry.md", Path(folder)):
                self.assertEqual(0, done.returncode, text + done.stdout + done.stderr)
                said.append(done.stdout + done.stderr)
        whole = "\n".join(said)
        self.assertEqual(5, len(said))
        self.assertIn("1 entries, 0 errors, 0 warnings", said[1])
        self.assertIn("1 variants tried, 0 named only, 0 checks failed", said[3])
        self.assertRegex(said[3], r"ok +win32/practice +near misses stay clean \(mail\)")
        self.assertIn("INFECTED: Win32/Practice.A, certain", whole)
        self.assertIn("1 entries, 0 errors", said[4])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
