"""Puts a folder into an exFAT volume that mkfs.exfat made: nothing in Debian does so without a mount.

Every file and folder lies in clusters of its own that follow one another (NoFatChain), so that the
FAT stays as it is. Spec: Microsoft, "exFAT file system specification" (2019), sections 3, 6 and 7.
"""
import struct
import sys

sys.setrecursionlimit(10_000)  # a folder's entries are known when those below it are


class Volume:
    def __init__(self, path):
        self.file = open(path, "r+b")
        boot = self.file.read(512)
        fat, _, heap, self.clusters, self.root = struct.unpack_from("<5I", boot, 80)
        sector = 1 << boot[108]
        self.cluster = sector << boot[109]
        self.heap, self.fat = heap * sector, fat * sector
        entries = self.read(self.root, self.cluster)
        at = next(i for i in range(0, len(entries), 32) if entries[i] == 0x81)
        self.bitmap, = struct.unpack_from("<I", entries, at + 20)
        used = next(i for i in range(0, len(entries), 32) if entries[i] == 0)
        self.root_entries = bytes(entries[:used])
        self.next = 2 + sum(byte.bit_count() for byte in self.read(self.bitmap,
                                                                 (self.clusters + 7) // 8))

    def place(self, cluster):
        return self.heap + (cluster - 2) * self.cluster

    def read(self, cluster, size):
        self.file.seek(self.place(cluster))
        return bytearray(self.file.read(size))

    def write(self, data, at=None):
        """The first cluster of `data`, which lies in free clusters unless it says where."""
        count = max(1, -(-len(data) // self.cluster))
        first = at
        if at is None:
            first, self.next = self.next, self.next + count
        self.file.seek(self.place(first))
        self.file.write(data.ljust(count * self.cluster, b"\0"))
        return first

    def entries_of(self, name, data, is_folder):
        size = -(-len(data) // self.cluster) * self.cluster if is_folder else len(data)
        first = self.write(data) if data else 0
        wide = name.encode("utf-16-le")
        names = [wide[i:i + 30].ljust(30, b"\0") for i in range(0, len(wide), 30)]
        hash_ = 0
        for byte in name.upper().encode("utf-16-le"):
            hash_ = ((hash_ << 15 | hash_ >> 1) + byte) & 0xffff
        time = (2004 - 1980) << 25 | 1 << 21 | 26 << 16
        out = struct.pack("<BBHHHIIIBBBBB7x", 0x85, 1 + len(names), 0, 0x10 if is_folder else 0x20,
                          0, time, time, time, 0, 0, 0x80, 0x80, 0x80)
        out += struct.pack("<BBBBHHQIIQ", 0xc0, 3 if data else 1, 0, len(name), hash_, 0, size, 0,
                           first, size)
        out += b"".join(struct.pack("<BB", 0xc1, 0) + part for part in names)
        sum_ = 0
        for i, byte in enumerate(out):
            if i not in (2, 3):
                sum_ = ((sum_ << 15 | sum_ >> 1) + byte) & 0xffff
        return out[:2] + struct.pack("<H", sum_) + out[4:]

    def folder(self, path):
        out = b""
        for one in sorted(path.iterdir()):
            is_folder = one.is_dir()
            data = self.folder(one).ljust(1, b"\0") if is_folder else one.read_bytes()
            out += self.entries_of(one.name, data, is_folder)
        return out

    def fill(self, path):
        root = self.root_entries + self.folder(path)
        assert len(root) <= self.cluster
        self.write(root, self.root)
        taken = self.next - 2
        bits = bytes([0xff] * (taken // 8) + [(1 << taken % 8) - 1])
        self.file.seek(self.place(self.bitmap))
        self.file.write(bits)
        self.file.close()
