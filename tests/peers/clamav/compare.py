#!/usr/bin/env python3
"""The names that clamscan and this program give the same files by the same database.

  compare.py PROGRAM GROUP [FAMILY]     generated pairs of signatures and files: cases, types ...
  compare.py PROGRAM folder DB TREE     any database and tree

Sets of (file, name) are compared. A difference must be explained in explained.toml, and every
explanation there must explain something. Exit code 1 where one does not hold.
"""
import collections
import fnmatch
import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import cases as generator

HERE = Path(__file__).parent


def names(command, tree):
    """The set of (path below tree, name) that a scanner under clamscan's name prints."""
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    if done.returncode not in (0, 1):
        sys.exit(f"{command[0]} ended with {done.returncode}: {done.stderr[-2000:]}")
    found = set()
    for line in done.stdout.splitlines():
        if line.endswith(" FOUND"):
            path, name = line[: -len(" FOUND")].rsplit(": ", 1)
            found.add((os.path.relpath(path, tree), name))
    return found


def compare(program, database, tree, scratch, options=()):
    ours = scratch / "clamscan"
    ours.symlink_to(program)
    words = ["-r", "-z", "--no-summary", "-i", *options, f"--database={database}", str(tree)]
    return names(["clamscan", *words], tree), names([str(ours), *words], tree)


def explained(differences, missing):
    """Takes out what explained.toml explains; says which explanations explain nothing."""
    rules = tomllib.loads((HERE / "explained.toml").read_text()).get("difference", [])
    left = set(differences)
    used = set()
    for number, rule in enumerate(rules):
        for side, path, name in differences:
            if rule["side"] == side and fnmatch.fnmatch(path, rule["path"]) and fnmatch.fnmatch(name, rule["name"]):
                left.discard((side, path, name))
                used.add(number)
    unused = [rule for number, rule in enumerate(rules) if number not in used and rule.get("of") == missing]
    return left, unused


def main():
    program = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="antidotary-peers-") as folder:
        scratch = Path(folder)
        os.environ["ANTIDOTARY_STATE"] = str(scratch / "state")
        (scratch / "state").mkdir(mode=0o700)
        kind = sys.argv[2]
        options = []
        if kind in generator.GROUPS:
            cases = generator.GROUPS[kind]()
            options = cases.options
            if len(sys.argv) > 3:
                cases.keep(sys.argv[3])
            database, tree = scratch / "db", scratch / "tree"
            generator.write(cases, database, tree)
            print(f"{cases.count} signatures, {len(cases.files)} files")
        else:
            database, tree = Path(sys.argv[3]), Path(sys.argv[4])
        peer, ours = compare(program, database, tree, scratch, options)
        differences = {("clamscan", *one) for one in peer - ours} | {("antidotary", *one) for one in ours - peer}
        left, unused = explained(differences, kind)
        families = collections.Counter(name.split(".")[1] for _, name in peer if name.startswith("Case."))
        print("agreed:", len(peer & ours), dict(families))
        if not peer:
            sys.exit("clamscan told nothing: nothing was compared")
        print("explained differences:", len(differences) - len(left))
        for side, path, name in sorted(left)[:60]:
            print(f"only {side}: {path}: {name}")
        for rule in unused:
            print("explains nothing:", rule)
        sys.exit(1 if left or unused else 0)


if __name__ == "__main__":
    main()
