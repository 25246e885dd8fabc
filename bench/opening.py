"""Scans with one signature, so that opening is what is measured: a mixed part of /usr, and each kind
of container by itself; beside clamscan with the same database, one thread each.

A row is MiB of input by wall second, ours and clamscan's, their ratio, and peak memory of ours.
The jail is in force in all of them; what it costs is a row of its own: 20,000 of these files opened
and scanned in one process, and by one jailed worker.
"""
import json
import os
import shutil
import subprocess
from pathlib import Path

import corpus
from measure import best

SIGNATURE = "0" * 31 + "1:1000003:nothing\n"
KINDS = {
    "archives": (".gz", ".zip", ".jar", ".whl", ".xz", ".bz2", ".tar", ".7z", ".deb", ".egg"),
    "pdf": (".pdf",),
    "ole2": (".doc", ".xls", ".ppt", ".msi", ".msg", ".ole"),
    "html": (".html", ".htm"),
    "programs": (".so", ".exe", ".dll"),
}
# Where one kind's files are few they are copied until there is this much to measure.
LEAST_BYTES = 8 << 20
JAILED_FILES = 20_000


def gather(folder, suffixes, megabytes):
    """Copies files whose names end so; yields their bytes."""
    folder.mkdir()
    found = []
    for root, _, names in os.walk("/usr"):
        for name in names:
            path = os.path.join(root, name)
            if name.endswith(suffixes) and os.path.isfile(path) and not os.path.islink(path):
                size = os.path.getsize(path)
                if 0 < size <= corpus.FILE_BYTES_MAX:
                    found.append((path, size))
    found.sort()
    total = count = 0
    while found and total < min(megabytes << 20, LEAST_BYTES):
        for path, size in found:
            if total >= megabytes << 20:
                break
            shutil.copyfile(path, folder / f"{count:06}-{os.path.basename(path)[-60:]}")
            total += size
            count += 1
    return total


def percent(cost, kind):
    return f"{(cost[f'jail_{kind}_s'] / cost[f'here_{kind}_s'] - 1) * 100:+.1f} %"


def first_files(mixed, folder, most):
    """Of these files the first, as many names for the same bytes. Yields how many."""
    folder.mkdir()
    paths = sorted(one for one in mixed.rglob("*") if one.is_file())[:most]
    for number, path in enumerate(paths):
        (folder / str(number // 500)).mkdir(exist_ok=True)
        os.link(path, folder / str(number // 500) / path.name)
    return len(paths)


class Opening:
    def __init__(self, program, scratch, quick):
        self.program, self.scratch = program, scratch
        self.megabytes = 20 if quick else 500
        self.database = scratch / "one.hdb"
        self.database.write_text(SIGNATURE)

    def row(self, title, folder, size):
        ours = best([self.program, "scan", "--no-cache", "-J", "1", "-d", self.database, folder],
                    allowed=(0, 2), memory=True)
        line = f"{title:12} {size / 2**20:7.1f} MiB  antidotary {size / 2**20 / ours.wall:7.1f} MiB/s"
        line += f"  {ours.resident:5.0f} MB"
        if shutil.which("clamscan"):
            peer = best(["clamscan", "-r", "--no-summary", "-i", "-d", self.database, folder],
                        allowed=(0, 2), memory=True)
            line += f"  clamscan {size / 2**20 / peer.wall:7.1f} MiB/s  {peer.resident:5.0f} MB"
            line += f"  ratio {peer.wall / ours.wall:.1f}"
        print(line, flush=True)
        return ours

    def run(self):
        mixed = self.scratch / "mixed"
        size, files = corpus.make(mixed, self.megabytes)
        # The pack of the one signature is made the first time; that is not what is measured.
        subprocess.run([self.program, "scan", "-d", self.database, self.database], check=False,
                       stdout=subprocess.DEVNULL)
        print(f"scan with one signature, one worker ({files} files of /usr in the first row)")
        one = self.row("mixed", mixed, size)
        two = best([self.program, "scan", "--no-cache", "-J", "2", "-d", self.database, mixed],
                   allowed=(0, 2))
        print(f"{'two workers':12} {'':11}  antidotary {size / 2**20 / two.wall:7.1f} MiB/s"
              f"  {one.wall / two.wall:.2f} times one")
        self.jail_cost(mixed)
        for kind, suffixes in KINDS.items():
            folder = self.scratch / kind
            size = gather(folder, suffixes, self.megabytes // 4)
            if size:
                self.row(kind, folder, size)
            else:
                print(f"{kind:12} no such file on this system")
            shutil.rmtree(folder)

    def jail_cost(self, mixed):
        """The jail beside no jail, on the same files."""
        folder = self.scratch / "jailed"
        first_files(mixed, folder, JAILED_FILES)
        out = subprocess.run([self.program.parent / "jail_cost", folder, "3"], check=True,
                             capture_output=True, text=True).stdout
        cost = json.loads(out)
        print(f"{'the jail':12} {cost['files']} files: {cost['here_wall_s']:.2f} s without, "
              f"{cost['jail_wall_s']:.2f} s with it ({percent(cost, 'wall')}); processor "
              f"{cost['here_cpu_s']:.2f} and {cost['jail_cpu_s']:.2f} s ({percent(cost, 'cpu')}; "
              "aim: under 5 %)", flush=True)
        shutil.rmtree(folder)
