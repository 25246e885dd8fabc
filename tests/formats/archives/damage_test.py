"""Random damage of what the formats' own tools pack is never silently clean.

    damage_test.py PROGRAM TREE [COPIES]

For each maker of makers.py the program damage_soak, beside PROGRAM, opens COPIES damaged copies
(100; `make soak` asks for 1,000; a tenth of images, which are large and mostly empty, unless that
many are asked for) in one process. None may crash or hang. Those of which nothing is found and
nothing missed are judged by other readers of the format: these must not bring the payload out.
"""
import concurrent.futures
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import makers

SOAK = Path(sys.argv[1]).resolve().parent / "damage_soak"
COPIES = int(sys.argv[3]) if len(sys.argv) > 3 else 100
EICAR = ("X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*").encode()
LARGE_BYTES = 64 << 10
# 7z reads most of the formats; these read one each, and often more of a damaged file.
READERS = {
    "zip": ["unzip", "-p", "-P", "X"], "tar": ["tar", "-xOf"], "gzip": ["gzip", "-dcf"],
    "bzip2": ["bzip2", "-dc"], "xz": ["xz", "-dc"], "lzma": ["xz", "-dc", "--format=lzma"],
    "zstd": ["zstd", "-dcq", "--long=27"], "lz4": ["lz4", "-dcq"], "arj": ["arj", "p", "-y"],
    "lha": ["lha", "pq"], "compress": ["uncompress", "-c"], "deb": ["dpkg-deb", "--fsys-tarfile"],
    "ar": ["ar", "p"],
}


def payload():
    words = "one two three four five six seven eight nine ten".split()
    text = " ".join(words[i * i % 97 % 10] for i in range(150)).encode()
    return text + EICAR + text[::-1]


def brought_out(name, file):
    """Whether a reader of the format other than ours brings the payload out."""
    commands = [["7z", "e", "-so", "-y", "-pX"]]
    commands += [words for kind, words in READERS.items() if name.split("-")[0] == kind]
    for command in commands:
        try:
            done = subprocess.run([*command, str(file)], capture_output=True, timeout=60,
                                  stdin=subprocess.DEVNULL, cwd=file.parent)
        except (FileNotFoundError, subprocess.TimeoutExpired):
            continue
        if EICAR in done.stdout:
            return command[0]
    return None


class Damage(unittest.TestCase):
    def soak(self, name, folder):
        """(what it printed, errors) of one kind of container."""
        container = makers.make(name, payload())
        if container is None:
            return "not made: its tool is not there", []
        (folder / "clean").mkdir(parents=True)
        (folder / "whole").write_bytes(container)
        (folder / "payload").write_bytes(EICAR)
        copies = COPIES if len(container) <= LARGE_BYTES or COPIES > 100 else COPIES // 10
        done = subprocess.run([SOAK, folder / "whole", folder / "payload", str(copies),
                               folder / "clean"], capture_output=True, text=True)
        if done.returncode != 0:
            return done.stdout, [f"{name}: {done.stderr.strip()}"]
        lost = []
        for copy in sorted((folder / "clean").iterdir()):
            reader = brought_out(name, copy)
            if reader:
                lost.append(f"{name}: copy {copy.name} is clean, and {reader} brings it out")
        return done.stdout.strip(), lost

    def test_is_never_silently_clean(self):
        errors = []
        with tempfile.TemporaryDirectory(prefix="antidotary-damage-",
                                         dir=os.environ.get("ANTIDOTARY_DAMAGE")) as scratch:
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                runs = {name: pool.submit(self.soak, name, Path(scratch) / name)
                        for name in makers.MAKERS}
            for name, run in runs.items():
                line, wrong = run.result()
                print(f"{name}: {line}")
                errors += wrong
        self.assertEqual(errors, [])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]], verbosity=1)
