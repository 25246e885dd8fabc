"""Bombs end as incomplete, within 2 s of processor time and 256 MiB in each process.

Each is made here, small, as its public description has it. Processor time is the program's and all
its workers', by the system's own account; a machine that is busy does not change it.
"""
import gzip
import io
import json
import lzma
import struct
import subprocess
import sys
import tempfile
import unittest
import zipfile
import zlib
from pathlib import Path

from costly import COSTLY

PROGRAM = str(Path(sys.argv[1]).resolve())
SECONDS_MAX = 2.0
MEMORY_BYTES_MAX = 256 << 20


def zeros(mib):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = bytes(1 << 20)
    return b"".join(packer.compress(piece) for _ in range(mib)) + packer.flush()


def crc_of_zeros(mib):
    crc = 0
    for _ in range(mib):
        crc = zlib.crc32(bytes(1 << 20), crc)
    return crc


def overlapping_zip(members=200, mib=20):
    """Fifield's quoted overlap (2019): each member's first block quotes the next local header, and
    its stream goes on in the next member's, so that all of them end in the one kernel."""
    packed_bytes, plain_bytes = 0, 0
    body, rows = b"", []
    for number in range(members - 1, -1, -1):
        name = b"%04d" % number
        if not body:
            front, packed_bytes, plain_bytes = b"", len(zeros(mib)), mib << 20
            body = zeros(mib)
        else:
            # A stored block that is not the last, of the 34 bytes of the next header and name.
            front = b"\0" + struct.pack("<HH", 34, 34 ^ 0xffff)
            packed_bytes, plain_bytes = packed_bytes + 5 + 34, plain_bytes + 34
        header = struct.pack("<IHHHHHIIIHH", 0x04034b50, 20, 0, 8, 0, 0x2f01, 0, packed_bytes,
                             plain_bytes, 4, 0)
        body = header + name + front + body
        rows.insert(0, (name, packed_bytes, plain_bytes, len(body)))
    directory = b""
    for name, packed, plain, from_end in rows:
        directory += struct.pack("<IHHHHHHIIIHHHHHII", 0x02014b50, 20, 20, 0, 8, 0, 0x2f01, 0,
                                 packed, plain, 4, 0, 0, 0, 0, 0, len(body) - from_end) + name
    return body + directory + struct.pack("<IHHHHIIH", 0x06054b50, 0, 0, members, members,
                                          len(directory), len(body), 0)


def zip_of(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def nested_zip(layers=5, width=16, mib=32):
    """The shape of 42.zip: a file of zeros, sixteen of it in a zip, sixteen of that, and so on. No
    stream of it is dense enough to be told by itself once its own layers are packed again."""
    data = bytes(mib << 20)
    for _ in range(layers):
        data = zip_of([(f"{i}.zip", data) for i in range(width if len(data) < 1 << 20 else 1)])
    return data


def nested_mild(layers=4, width=16):
    """The same with streams of 100:1, each of which is honest by itself."""
    line = bytes(range(256)) * 4
    data = b"".join(line[i % 97:] + line[:i % 97] for i in range(4096))
    for _ in range(layers):
        data = zip_of([(f"{i}.zip", data) for i in range(width)])
    return data


def xz_dictionary():
    """Asks for a dictionary of 4 GiB (byte 40 of .xz 1.2.0, 5.3.1)."""
    data = bytearray(lzma.compress(b"x" * 1000))
    header = 12
    size = (data[header] + 1) * 4
    at = data.index(b"\x21\x01", header) + 2
    data[at] = 40
    checksum = zlib.crc32(data[header:header + size - 4])
    data[header + size - 4:header + size] = struct.pack("<I", checksum)
    return bytes(data)


def zstd_window():
    """A frame whose window is 2 GiB (RFC 8878, 3.1.1.1.2), then a block of repeated bytes."""
    block = struct.pack("<I", 1 | 1 << 1 | 1000 << 3)[:3] + b"x"
    return b"\x28\xb5\x2f\xfd" + bytes([0, (31 - 10) << 3]) + block


def deep_gzip(depth=40):
    data = b"x"
    for _ in range(depth):
        data = gzip.compress(data)
    return data


BOMBS = {
    "overlapping.zip": overlapping_zip,
    "zeros.gz": lambda: b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + zeros(600) + struct.pack(
        "<II", crc_of_zeros(600), 600 << 20),
    "zeros.zip": lambda: zip_of([("zeros", bytes(300 << 20))]),
    "nested.zip": nested_zip,
    "nested_mild.zip": nested_mild,
    "zeros.xz": lambda: lzma.compress(bytes(300 << 20), preset=0),
    "dictionary.xz": xz_dictionary,
    "window.zst": zstd_window,
    "empty_members.zip": lambda: zip_of([(str(i), b"") for i in range(65535)]),
    "deep.gz": deep_gzip,
}


class Bombs(unittest.TestCase):
    def test_each_ends_as_incomplete_within_its_bounds(self):
        self.check(BOMBS, ["incomplete"])

    def test_what_holds_little_ends_within_the_same_bounds(self):
        self.check(COSTLY, ["clean", "incomplete"])

    def check(self, bombs, verdicts):
        wrong = {}
        with tempfile.TemporaryDirectory(prefix="antidotary-bombs-") as scratch:
            rules = Path(scratch) / "x.ndb"
            rules.write_text("T.None:0:*:" + b"nothing that is there".hex() + "\n")
            for name, make in bombs.items():
                bomb = Path(scratch) / name
                bomb.write_bytes(make())
                verdict, reasons, seconds, memory = scan(bomb, rules, Path(scratch) / "state")
                print(f"{name}: {bomb.stat().st_size} bytes, {verdict}, {seconds:.2f} s, "
                      f"{memory >> 20} MiB, {reasons}")
                if verdict not in verdicts or seconds > SECONDS_MAX or memory > MEMORY_BYTES_MAX:
                    wrong[name] = (verdict, seconds, memory, reasons)
        self.assertEqual(wrong, {})


# Run by a small Python of its own: the system counts a process's peak from its parent's at the
# fork, and this test is larger than what it measures.
METER = """
import os, resource, subprocess, sys
out = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss << 10, flush=True)
os.write(1, out)
"""


def scan(file, rules, state):
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", METER,
         PROGRAM, "scan", "--json", "--no-cache", "-d", str(rules), str(file)],
        stdout=subprocess.PIPE, text=True, check=True, timeout=120,
        env={"PATH": "/usr/bin:/bin", "ANTIDOTARY_STATE": str(state)})
    used, *lines = done.stdout.splitlines()
    seconds, memory = used.split()
    for line in map(json.loads, lines):
        if line.get("path", "").endswith(file.name) and "verdict" in line:
            reasons = [part.get("reason") for part in line.get("unread", [])]
            return line["verdict"], reasons[:3], float(seconds), int(memory)
    return "none", [], float(seconds), int(memory)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=1)
