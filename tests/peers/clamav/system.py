#!/usr/bin/env python3
"""The names that clamscan and this program give the system's own files.

  system.py PROGRAM MEGABYTES [DATABASE]

The files are those of /usr in an order that is fixed by their names' digests, until they make up
MEGABYTES. The signatures are taken from their own bytes (planted.py), so that there is something to
find; DATABASE (bench/make_database) is put beside them.

A name that only this program tells is explained where a naive reading of its signature (naive.py)
holds for the file's bytes: clamscan forgets places of a fragment that stands often, and of two sizes
for one digest keeps the last (docs/decisions/0014). Exit code 1 where a difference is left.
"""
import collections
import hashlib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import naive
import planted

FILE_BYTES_MAX = 20 << 20
SHARE = 4  # Of so many files one lends its bytes.


def chosen(megabytes):
    paths = []
    for folder, folders, names in os.walk("/usr"):
        for name in names:
            path = os.path.join(folder, name)
            if not os.path.islink(path) and os.path.isfile(path) and ":" not in path:
                paths.append(path)
    paths.sort(key=lambda path: hashlib.md5(path.encode(errors="replace")).digest())
    out, total = [], 0
    for path in paths:
        size = os.path.getsize(path)
        if 0 < size <= FILE_BYTES_MAX:
            out.append(path)
            total += size
            if total >= megabytes << 20:
                break
    return out, total


def names(program, database, listed):
    done = subprocess.run([program, "-z", "-i", "--no-summary", f"--database={database}",
                           f"--file-list={listed}"], capture_output=True, text=True,
                          errors="replace")
    if done.returncode not in (0, 1):
        print(f"{program} ended with {done.returncode}: {done.stderr[-1500:]}", file=sys.stderr)
        if done.returncode != 2:
            sys.exit(2)
    found, errors = set(), []
    for line in done.stdout.splitlines():
        if line.endswith(" FOUND"):
            path, name = line[: -len(" FOUND")].rsplit(": ", 1)
            found.add((path, name))
        elif line.endswith(" ERROR"):
            errors.append(line)
    return found, errors


def line_name(extension, line):
    return line.split(":")[2] if extension in ("hdb", "hsb") else re.split("[:;]", line)[0]


def main():
    program, megabytes = Path(sys.argv[1]).resolve(), int(sys.argv[2])
    with tempfile.TemporaryDirectory(prefix="antidotary-peers-") as folder:
        scratch = Path(folder)
        (scratch / "state").mkdir(mode=0o700)
        os.environ["ANTIDOTARY_STATE"] = str(scratch / "state")
        (scratch / "clamscan").symlink_to(program)
        paths, total = chosen(megabytes)
        signatures = planted.of(paths, SHARE, scratch / "db")
        if len(sys.argv) > 3:
            for part in Path(sys.argv[3]).iterdir():
                (scratch / "db" / part.name).symlink_to(part.resolve())
        (scratch / "list").write_text("".join(f"{path}\n" for path in paths))
        print(f"{len(paths)} files, {total >> 20} MB, {signatures.count} planted signatures", flush=True)
        peer, peer_errors = names("clamscan", scratch / "db", scratch / "list")
        ours, our_errors = names(str(scratch / "clamscan"), scratch / "db", scratch / "list")
    kinds = collections.Counter(name.split(".")[1] for _, name in peer & ours)
    print(f"{len(peer & ours)} hits agree {dict(kinds)}")
    print(f"errors: clamscan {len(peer_errors)}, here {len(our_errors)}")
    for line in our_errors[:20]:
        print("  " + line)
    lines = {line_name(extension, line): (extension, line)
             for extension, all_lines in signatures.lines.items() for line in all_lines}
    confirmed, differences = [], [("only clamscan", one) for one in sorted(peer - ours)]
    for path, name in sorted(ours - peer):
        extension, line = lines[name.removesuffix(".UNOFFICIAL")]
        if naive.confirms(extension, line, path):
            confirmed.append(name)
        else:
            differences.append(("only here", (path, name)))
    print(f"{len(confirmed)} names only here, as the signature says:",
          dict(collections.Counter(name.split(".")[1] for name in confirmed)))
    print(f"{len(differences)} differences",
          dict(collections.Counter((side, one[1].split(".")[1]) for side, one in differences)))
    for side, (path, name) in differences[:400]:
        print(f"{side}: {path}: {name}")
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
