#!/usr/bin/env python3
"""Mails that are read differently by different programs: whoever reads it, the payload is found.

Several hundred mails of our own writing (cases.py, name_cases.py), in the groups in which programs
differ. All of them must be found, and each hidden name told. What clamscan, GMime and Python's
email package meet in the same files is printed beside; nothing is demanded of them.
"""
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest
from collections import Counter, defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from cases import GROUPS, all_cases
from name_cases import all_names
from payload import EICAR

PROGRAM = str(Path(sys.argv[1]).resolve())
SOURCE = Path(sys.argv[2]).resolve()


def run(*words, **options):
    env = {"PATH": os.environ["PATH"], "ANTIDOTARY_STATE": str(options.pop("state")),
           "ANTIDOTARY_ENCYCLOPEDIA": str(SOURCE / "encyclopedia")}
    return subprocess.run([PROGRAM, *map(str, words)], env=env, capture_output=True, text=True,
                          errors="surrogateescape", timeout=600, **options)


def others(folder):
    """What the other readers meet: {reader: {name: [payload, names]}}."""
    python = "/usr/bin/python3" if Path("/usr/bin/python3").exists() else sys.executable
    result = subprocess.run([python, str(Path(__file__).parent / "readers.py"), str(folder)],
                            capture_output=True, text=True, timeout=600)
    return json.loads(result.stdout) if result.stdout else {}


def clamscan(folder, database):
    if not shutil.which("clamscan"):
        return None
    result = subprocess.run(["clamscan", "-d", str(database), "--no-summary", str(folder)],
                            capture_output=True, text=True, timeout=600)
    return {Path(line.split(": ")[0]).stem for line in result.stdout.splitlines()
            if line.endswith("FOUND")}


class Evasion(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = Path(tempfile.mkdtemp(prefix="antidotary-mail-"))
        cls.database = cls.dir / "eicar.ndb"
        cls.database.write_text("Test.EICAR:0:0:" + EICAR.hex() + "\n")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.dir, ignore_errors=True)

    def scan(self, folder):
        """The names of the files in which the payload was found."""
        result = run("scan", "-r", "--json", "-d", self.database, folder, state=self.dir / "state")
        found = set()
        for line in map(json.loads, result.stdout.splitlines()):
            if any(alert["name"].startswith("Test.EICAR") for alert in line.get("alerts", [])):
                found.add(Path(line["path"]).stem)
        return found

    def test_the_payload_is_found_however_the_mail_is_written(self):
        folder = self.dir / "contents"
        folder.mkdir()
        groups = {}
        for number, name, data in all_cases():
            stem = f"{number:02}-{name}"
            groups[stem] = number
            (folder / f"{stem}.eml").write_bytes(data)
        found = self.scan(folder)
        peers = {name: {stem for stem, (met, _) in files.items() if met}
                 for name, files in others(folder).items()}
        by_clamscan = clamscan(folder, self.database)
        if by_clamscan is not None:
            peers["clamscan"] = by_clamscan
        self.table(groups, {"antidotary": found, **peers})
        self.assertGreater(len(groups), 400)
        self.assertEqual(sorted(set(groups) - found), [])

    def table(self, groups, readers):
        total = Counter(groups.values())
        print("\n" + f"{'group':<32}{'mails':>6}" + "".join(f"{name:>12}" for name in readers))
        for number in sorted(total):
            hits = [sum(groups[stem] == number for stem in found) for found in readers.values()]
            title = f"{number} {GROUPS[number].__name__}"
            print(f"{title:<32}{total[number]:>6}" + "".join(f"{hit:>12}" for hit in hits))
        print(f"{'all':<32}{len(groups):>6}" +
              "".join(f"{len(found & set(groups)):>12}" for found in readers.values()), flush=True)

    def test_each_name_is_told_that_a_reader_may_show(self):
        folder = self.dir / "names"
        folder.mkdir()
        wanted = {}
        for name, data, want in all_names():
            wanted[name] = want
            (folder / f"{name}.eml").write_bytes(data)
        told = self.names_told(folder)
        missing = {name: sorted(told[name]) for name, want in wanted.items()
                   if not any(self.is_name(want, one) for one in told[name])}
        met = {name: sum(any(self.is_name(wanted[stem], one) for one in names)
                         for stem, (_, names) in files.items())
               for name, files in others(folder).items()}
        print(f"\nnames: antidotary {len(wanted) - len(missing)} of {len(wanted)}" +
              "".join(f", {name} {hits}" for name, hits in met.items()), flush=True)
        self.assertEqual(missing, {})

    def names_told(self, folder):
        """All names below each mail: of one tree, since a program for each mail takes minutes."""
        mails = self.dir / "names.tar"
        with tarfile.open(mails, "w") as out:
            for path in sorted(folder.iterdir()):
                out.add(path, arcname=path.name)
        result = run("unpack", "--json", "--max-files", 1000000, "--max-scantime", 500000, mails,
                     state=self.dir / "state")
        told = defaultdict(set)
        mail_of = {}
        *objects, end = map(json.loads, result.stdout.splitlines())
        self.assertEqual(end["objects"], len(objects))
        for one in objects:
            number, depth = one["number"], one["depth"]
            if depth == 1:
                mail_of[number] = Path(one["name"]).stem
            elif depth > 1:
                mail_of[number] = mail_of[one["parent"]]
                told[mail_of[number]] |= set(map(str, [one["name"], *one["names"]]))
        self.assertEqual(len(set(mail_of.values())), len(list(folder.iterdir())))
        return told

    @staticmethod
    def is_name(want, told):
        return told.endswith(want) if want.startswith(".") else told == want


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=1)
