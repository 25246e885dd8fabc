"""Runs the program in a scratch folder with a state folder of its own."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = str(Path(sys.argv[1]).resolve())
SOURCE = Path(sys.argv[2]).resolve()


class Case(unittest.TestCase):
    """A test with `self.dir` to write in; nobody (uid 65534) may read it as well."""

    def setUp(self):
        self.dir = Path(tempfile.mkdtemp(prefix="antidotary-cli-"))
        self.dir.chmod(0o755)

    def tearDown(self):
        subprocess.run(["chmod", "-R", "u+rwX", str(self.dir)], check=False)
        shutil.rmtree(self.dir, ignore_errors=True)

    def run_program(self, *words, nobody=False, state=None, encyclopedia=None,
                    environment=None):
        env = {"PATH": os.environ["PATH"],
               "ANTIDOTARY_STATE": str(state or self.dir / ("state-nobody" if nobody else "state")),
               "ANTIDOTARY_ENCYCLOPEDIA": str(encyclopedia or SOURCE / "encyclopedia")}

        env.update(environment or {})

        def become_nobody():
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)

        return subprocess.run([PROGRAM, *map(str, words)], env=env, capture_output=True, text=True,
                              errors="surrogateescape", timeout=120, cwd=self.dir,
                              preexec_fn=become_nobody if nobody else None)

    def expect(self, code, *words, says=None, **options):
        """Runs; wants this exit code and, on either stream, these words. Returns stdout."""
        result = self.run_program(*words, **options)
        both = result.stdout + result.stderr
        self.assertEqual(result.returncode, code, both)
        for part in [says] if isinstance(says, str) else says or []:
            self.assertIn(part, both)
        # No control character of a stranger ever reaches the terminal.
        self.assertNotRegex(both, r"[\x00-\x08\x0b-\x1f]")
        return result.stdout

    def one_sentence(self, *words, says, **options):
        """Bad input: exit code 2, nothing on stdout, one line on stderr that holds `says`."""
        result = self.run_program(*words, **options)
        self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
        self.assertEqual(len(result.stderr.strip().splitlines()), 1, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertIn(says, result.stderr)

    def simulate(self, variant="win32/mimail.a", folder="sick", *flags):
        self.expect(0, "entry", "simulate", *flags, variant, folder)
        return self.dir / folder

    def lines(self, text):
        return [json.loads(line) for line in text.splitlines()]


def main():
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=1)
