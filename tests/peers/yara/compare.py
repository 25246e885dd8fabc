#!/usr/bin/python3
"""Our YARA beside Debian's `yara`: the same rules report the same names for the same files.

2,400 generated rules over the files that they match or just miss, and over files of /usr: 20 MB
of them, or as many as ANTIDOTARY_YARA_USR_MB says (500 for the full comparison). Both sides' time
is printed; more than `yara` needs is a failure where ANTIDOTARY_YARA_TIME=1 asks for it.

Exit 0: all agree. 1: they do not. 77: `yara` is missing, and nothing was compared.
"""
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile

import make_rules

SKIP = 77
NAMES = sys.argv[1]
RULES = 2400
SLACK = 1.05  # of time: what two runs of the same program differ by


def files_of_usr(bytes_max):
    """The same files each time on the same system, of all kinds and sizes."""
    found, folders = [], ["/usr"]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    elif entry.is_file(follow_symlinks=False) and entry.path.isprintable():
                        found.append(entry.path)
        except OSError:
            pass
    found.sort()
    random.Random(1).shuffle(found)
    chosen, total = [], 0
    for path in found:
        if total > bytes_max * 0.99:
            break
        try:
            size = os.path.getsize(path)
            open(path, "rb").close()
        except OSError:
            continue
        if total + size <= bytes_max:
            chosen.append(path)
            total += size
    return chosen, total


def run(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, errors="surrogateescape")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done, cpu


def write_list(folder, name, paths):
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        file.write("".join(p + "\n" for p in paths))
    return path


def compare(what, folder, compiled, section, paths, total):
    listed = write_list(folder, "list", paths)
    peer, peer_cpu = run(["yara", "-w", "-C", "-p", "1", "--scan-list", compiled, listed])
    ours, our_cpu = run([NAMES, "scan", section, listed])
    theirs = set(peer.stdout.splitlines())
    mine = set(ours.stdout.splitlines())
    print(f"{what}: {len(paths)} files, {total / 1e6:.1f} MB, {len(theirs)} hits of "
          f"{len({line.split(' ', 1)[0] for line in theirs})} rules; "
          f"cpu: yara {peer_cpu:.2f} s, here {our_cpu:.2f} s")
    for line in sorted(theirs - mine)[:20]:
        print(f"  only yara: {line}")
    for line in sorted(mine - theirs)[:20]:
        print(f"  only here: {line}")
    failed = theirs != mine
    for name, done in (("yara", peer), ("here", ours)):
        told = [line for line in done.stderr.splitlines() if not line.startswith("cpu_s")]
        if told:
            print(f"  {name} says: {told[:5]}")
        if done.returncode != 0:
            print(f"  {name} ended with {done.returncode}")
            failed = True
    if not theirs:
        print("  nothing was hit: nothing was compared")
        failed = True
    return failed, peer_cpu, our_cpu


def main():
    if not shutil.which("yara") or not shutil.which("yarac"):
        print("skipped: the program yara is not installed (Debian package yara)")
        return SKIP
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        rule_files, objects = make_rules.make(os.path.join(folder, "made"), RULES)
        spaces = [f"{os.path.basename(path)}:{path}" for path in rule_files]
        compiled = os.path.join(folder, "rules.yarc")
        section = os.path.join(folder, "rules.section")
        peer, peer_cpu = run(["yarac", "-w", *spaces, compiled])
        ours, our_cpu = run([NAMES, "compile", section, *rule_files])
        print(f"compiled {RULES} rules; cpu: yarac {peer_cpu:.2f} s, here {our_cpu:.2f} s")
        for done in (peer, ours):
            if done.returncode != 0 or done.stderr:
                print(done.stderr[:2000])
                return 1
        sizes = sum(os.path.getsize(path) for path in objects)
        results = [compare("generated", folder, compiled, section, objects, sizes)]
        megabytes = int(os.environ.get("ANTIDOTARY_YARA_USR_MB", "20"))
        chosen, total = files_of_usr(megabytes * 1_000_000)
        results.append(compare("/usr", folder, compiled, section, chosen, total))
        failed = any(result[0] for result in results)
        theirs, mine = sum(r[1] for r in results), sum(r[2] for r in results)
        print(f"cpu in all: yara {theirs:.2f} s, here {mine:.2f} s, ratio {mine / theirs:.3f}")
        if os.environ.get("ANTIDOTARY_YARA_TIME") == "1" and mine > theirs * SLACK:
            print("it costs more than yara")
            failed = True
    return 1 if failed else 0


sys.exit(main())
