"""Issue of the pack and the match engine: clamscan's and yara's work on the same databases and
files. Throughput is by processor time, as a machine with other work on it shows that truly; loading
is taken off clamscan's where it says so."""
import json
import os
import shutil
import sys

import corpus
from measure import best, run

SIZES = ("3.7M", "8.7M")
# The least ratio of throughput that each size is to reach.
THROUGHPUT_AIMS = {"3.7M": 25, "8.7M": 40}


class Signatures:
    def __init__(self, bin_dir, scratch, table, quick):
        self.bin, self.scratch, self.table, self.quick = bin_dir, scratch, table, quick
        self.program = bin_dir / "antidotary"
        self.tiny = scratch / "tiny"
        self.tiny.write_bytes(b"seven b")

    def make_files(self):
        """All of the corpus for us; a share of it for clamscan, which reads 2 MB/s."""
        self.files, self.share = self.scratch / "corpus", self.scratch / "share"
        self.size, count = corpus.make(self.files, 60 if self.quick else 500)
        self.share_size, _ = corpus.make(self.share, 10 if self.quick else 60)
        print(f"corpus: {count} files, {self.size / 1e6:.0f} MB of /usr; "
              f"the share for clamscan: {self.share_size / 1e6:.0f} MB")

    def scan(self, pack, tree, *words, **options):
        return run([self.program, "scan", "--jobs", "1", "--no-cache", "--pack", pack, *words, tree],
                   allowed=(0, 1, 2), **options)

    def build(self, size):
        """Building from text, then after one file of the database changed."""
        database, pack = self.scratch / f"db-{size}", self.scratch / f"{size}.pack"
        database.mkdir()
        run([self.bin / "make_database", database, size])
        load = run(["clamscan", "--no-summary", f"--database={database}", self.tiny], memory=True)
        build = run([self.program, "pack", "build", "-o", pack, database], memory=True)
        add = self.table.add
        add(f"{size}: building from text, wall; clamscan's load", build.wall, "s", load.wall, 3,
            "ratio at most")
        add(f"{size}: the same, processor time", build.cpu, "s", load.cpu)
        add(f"{size}: memory of building; of clamscan", build.private, "MB", load.private)
        add(f"{size}: the pack on disk", pack.stat().st_size / 1e6, "MB")
        older = self.scratch / f"{size}-before.pack"
        shutil.copyfile(pack, older)
        changed = max(database.glob("*.hdb"), key=lambda path: path.stat().st_size)
        with open(changed, "a") as file:
            file.write("0123456789abcdef0123456789abcdef:4711:Bench.Changed\n")
        again = run([self.program, "pack", "build", "-o", pack, database])
        add(f"{size}: building after one file changed; clamscan's load", again.wall, "s", load.wall,
            1, "ratio at most")
        return database, pack, older, load

    def swap(self, size, pack, older):
        told = json.loads(run([self.bin / "swap_pack", older, pack]).out)
        self.table.add(f"{size}: opening a built pack", told["open_ms"], "ms", None, 50, "at most")
        self.table.add(f"{size}: stall while packs are swapped", told["stall_ms"], "ms", None, 50,
                       "at most")
        self.table.add(f"{size}: memory while packs are swapped, of before",
                       told["rss_peak_mb"] / told["rss_before_mb"], "x", None, 1.2, "at most")

    def throughput(self, size, database, pack, load):
        ours = self.scan(pack, self.files, memory=True)
        small = self.scan(pack, self.share)
        peer = run(["clamscan", "-r", "-i", "--no-summary", f"--database={database}", self.share],
                   allowed=(0, 1), memory=True)
        mb, share = self.size / 2**20, self.share_size / 2**20
        scanning = peer.cpu - load.cpu
        add = self.table.add
        add(f"{size}: scanning, one worker; clamscan without its load", mb / ours.cpu, "MiB/s",
            share / scanning, THROUGHPUT_AIMS[size])
        add(f"{size}: the same, both the share, clamscan's load included", share / small.cpu,
            "MiB/s", share / peer.cpu)
        add(f"{size}: private memory of the scan", ours.private, "MB", peer.private, 100, "at most",
            better="less")
        add(f"{size}: resident memory (Pss), the mapped pack included", ours.resident, "MB", peer.resident,
            400, "at most", better="less")

    def again(self, size, pack):
        """A second scan of the unchanged tree, and two workers beside one: each once, unsampled,
        after a scan that brought the files into memory."""
        words = [self.program, "scan", "--pack", pack, self.files]
        fresh = run([*words, "--jobs", "1"], allowed=(0, 1, 2))
        second = run([*words, "--jobs", "1"], allowed=(0, 1, 2))
        self.table.add(f"{size}: a second scan of the unchanged tree, wall; the first", second.wall,
                       "s", fresh.wall, 20, better="less")
        one, two = (best([*words, "--no-cache", "--jobs", jobs], rounds=2, allowed=(0, 1, 2))
                    for jobs in ("1", "2"))
        self.table.add(f"{size}: two workers, wall; one", two.wall, "s", one.wall, 1.8,
                       better="less")

    def look_ups(self):
        """Ten million digests, at random, by processor time: alone and overlapping as a processor
        overlaps them, and the three digests of one object."""
        told = json.loads(run([self.bin / "match_digest_table_bench", "--benchmark_filter=look_up",
                               "--benchmark_format=json"]).out)
        rows = {one["name"]: one for one in told["benchmarks"]}
        add = self.table.add
        add("ten million digests: a look-up that finds nothing",
            rows["look_up/hit:0/overlap:1"]["cpu_time"], "ns", None, 100, "at most")
        add("ten million digests: one of an object's three",
            rows["look_up_three"]["cpu_time"] / 3, "ns", None, 100, "at most")
        add("ten million digests: a look-up that nothing hides",
            rows["look_up/hit:0/overlap:0"]["cpu_time"], "ns")
        add("ten million digests: a look-up that finds a row",
            rows["look_up/hit:1/overlap:1"]["cpu_time"], "ns")
        add("ten million digests: bytes a digest",
            rows["look_up/hit:0/overlap:1"]["bytes_per_digest"], "bytes", None, 40, "at most")

    def run_all(self):
        if not shutil.which("clamscan"):
            sys.exit("bench: clamscan is not installed (tools/setup bench)")
        self.table.heading("The pack and the match engine, beside clamscan")
        self.look_ups()
        self.make_files()
        for size in SIZES:
            database, pack, older, load = self.build(size)
            self.swap(size, pack, older)
            self.throughput(size, database, pack, load)
            if size == SIZES[-1]:
                self.again(size, pack)
            for path in (pack, older):
                os.unlink(path)
            shutil.rmtree(database)
