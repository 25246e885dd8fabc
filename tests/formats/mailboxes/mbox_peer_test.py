#!/usr/bin/env python3
"""Mailboxes in the dialects of mbox, beside Python's `mailbox` module: as many messages, at the same
places, with the same bytes but for the one `>` that our reader takes from quoted lines. Where a
dialect quotes nothing (mboxcl2) Python cuts messages at their own lines; there what was written is
the measure.

    mbox_peer_test.py PROGRAM TREE
"""
import json
import mailbox
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = sys.argv[1]
FROM = b"From a@example.org Fri Aug  1 12:00:%02d 2025\n"
LINES = [b"plain words", b"", b"", b"From here on", b"From x@example.org Fri Aug  1 12:00:00 2025",
         b">From quoted before", b">>From twice", b"From: no start", b" From behind a blank",
         b"Content-Length: 3", b"--dashes", b"caf\xc3\xa9 \xff\x80"]
QUOTED = {"mboxo": rb"(?m)^(From )", "mboxcl": rb"(?m)^(From )", "mboxrd": rb"(?m)^(>*From )"}


def unquoted(data):
    return re.sub(rb"(?m)^>(>*From )", rb"\1", data)


class Mbox(unittest.TestCase):
    def setUp(self):
        self.dir = Path(tempfile.mkdtemp(prefix="antidotary-mbox-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        self.chance = random.Random(4155)

    def bodies(self, count):
        for _ in range(count):
            lines = self.chance.choices(LINES, k=self.chance.randrange(1, 25))
            # Trailing empty lines divide messages as well: whose they are no dialect says.
            yield b"\n".join(lines).rstrip(b"\n") + b"\n"

    def written(self, dialect, count):
        """The mailbox, and the messages that were to be written."""
        out, wanted = b"", []
        for i, body in enumerate(self.bodies(count)):
            head = b"From: a@example.org\nSubject: number %d\n" % i
            if dialect in QUOTED:
                body = re.sub(QUOTED[dialect], rb">\1", body)
            if dialect.startswith("mboxcl"):
                head += b"Content-Length: %d\n" % len(body)
            out += FROM % (i % 60) + head + b"\n" + body + b"\n"
            wanted.append(head + b"\n" + body)
        return out, wanted

    def ours(self, data):
        """The children by name, of a mailbox that lies at self.dir / "box"."""
        (self.dir / "box").write_bytes(data)
        out = self.dir / "out"
        shutil.rmtree(out, ignore_errors=True)
        done = subprocess.run([PROGRAM, "unpack", "--json", "--extract", out, self.dir / "box"],
                              capture_output=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        return {row["name"]: (out / row["file"]).read_bytes()
                for row in rows if row.get("depth") == 1}

    def pythons(self):
        box = mailbox.mbox(self.dir / "box", create=False)
        self.addCleanup(box.close)
        return [box.get_bytes(key) for key in box.keys()]

    def test_what_quotes_is_cut_as_python_cuts_it(self):
        for dialect in QUOTED:
            for line_end in (b"\n", b"\r\n"):
                with self.subTest(dialect=dialect, line_end=line_end):
                    data, wanted = self.written(dialect, 60)
                    ours = self.ours(data.replace(b"\n", line_end))
                    # Python takes the dividing line away where it ends as this machine's lines do.
                    peer = [one if line_end == b"\n" else one.removesuffix(line_end)
                            for one in self.pythons()]
                    self.assertEqual(len(peer), 60)
                    self.assertEqual(list(ours), [f"message {i + 1}" for i in range(60)])
                    self.assertEqual(list(ours.values()), [unquoted(one) for one in peer])
                    self.assertEqual(list(ours.values()),
                                     [unquoted(one).replace(b"\n", line_end) for one in wanted])

    def test_what_python_writes_is_read(self):
        box = mailbox.mbox(self.dir / "box")
        for i, body in enumerate(self.bodies(60)):
            box.add(b"Subject: number %d\n\n" % i + body)
        box.close()
        peer = self.pythons()
        ours = self.ours((self.dir / "box").read_bytes())
        self.assertEqual(list(ours.values()), [unquoted(one) for one in peer])

    def test_what_only_counts_is_there_whole(self):
        data, wanted = self.written("mboxcl2", 60)
        contents = set(self.ours(data).values())
        for one in wanted:
            self.assertTrue(one in contents or unquoted(one) in contents, one)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
