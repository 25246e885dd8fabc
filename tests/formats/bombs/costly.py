"""Small containers that ask for much work or memory by what they say of their members: names of
great length that are put together at each level, headers that each lead to all the others."""
import hashlib
import struct
import zlib


def program(overlay):
    """The least that is a Windows program, with `overlay` behind its one section."""
    out = bytearray(0x400)
    out[0:2] = b"M" + b"Z"
    struct.pack_into("<I", out, 0x3c, 0x80)
    out[0x80:0x84] = b"PE\0\0"
    struct.pack_into("<HHIIIHH", out, 0x84, 0x14c, 1, 0, 0, 0, 0xe0, 0x102)
    optional = 0x98
    struct.pack_into("<H", out, optional, 0x10b)
    struct.pack_into("<I", out, optional + 16, 0x1000)
    struct.pack_into("<III", out, optional + 28, 0x400000, 0x1000, 0x200)
    struct.pack_into("<II", out, optional + 56, 0x2000, 0x200)
    struct.pack_into("<I", out, optional + 92, 16)
    section = optional + 0xe0
    out[section:section + 5] = b".text"
    struct.pack_into("<IIII", out, section + 8, 0x200, 0x1000, 0x200, 0x200)
    struct.pack_into("<I", out, section + 36, 0x60000020)
    return bytes(out) + overlay


def installshield_headers(count=1500):
    """As many volumes, and as many headers that each lead to all of them."""
    def file(name, data):
        return (name + b"\0D\\" + name + b"\0" + b"1.0\0" + str(len(data)).encode() + b"\0"
                + data)
    header = struct.pack("<IIIII", 0x28635349, 0x01009500, 0, 0xfffffff0, 1) + bytes(44)
    volumes = [file(b"data%d.cab" % (i + 1), b"x") for i in range(count)]
    return program(b"".join(volumes[::-1]) + file(b"data1.hdr", header) * count)


def nsis_names(count=99000):
    """As many files whose names are one text of a thousand variables."""
    entries = struct.pack("<7I", 11, 0, 1, 0, 0, 0, 0)
    entries += b"".join(struct.pack("<7I", 20, 0, 0, i, 0, 0, 0) for i in range(count))
    header = bytearray(4 + 64)
    struct.pack_into("<II", header, 4 + 16, len(header), count + 1)
    struct.pack_into("<I", header, 4 + 24, len(header) + len(entries))
    header = bytes(header) + entries + b"\x03\xff\xff" * 1030 + b"\0"
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(header) + packer.flush()
    body = struct.pack("<I", len(packed) | 0x80000000) + packed
    return program(struct.pack("<I", 4) + b"\xef\xbe\xad\xdeNullsoftInst"
                   + struct.pack("<II", len(header), 28 + len(body)) + body)


def wim_names(levels=8, files=5000):
    """Folders in each other with names of 60,000 bytes, and files in the innermost."""
    def entry(name, below, digest):
        wide = name.encode("utf-16-le")
        size = (102 + len(wide) + 7) & ~7
        out = bytearray(102)
        struct.pack_into("<QIIQ", out, 0, size, 0x10, 0, below)
        out[64:84] = digest
        struct.pack_into("<H", out, 100, len(wide))
        return bytes(out) + wide + bytes(size - 102 - len(wide))
    metadata = bytearray(struct.pack("<II", 8, 0))
    name = "\u4e00" * 30000
    size = len(entry(name, 0, bytes(20)))
    for _ in range(levels):
        metadata += entry(name, len(metadata) + size + 8, bytes(20)) + bytes(8)
    for i in range(files):
        metadata += entry("", 0, struct.pack("<I", i + 1) + bytes(16))
    metadata = bytes(metadata) + bytes(8)
    row = struct.pack("<QQQHI", len(metadata) | 2 << 56, 208, len(metadata), 1, 1)
    row += hashlib.sha1(metadata).digest()
    head = bytearray(208)
    head[:8] = b"MSWIM\0\0\0"
    struct.pack_into("<IIII", head, 8, 208, 0x10d00, 0, 0)
    struct.pack_into("<HHI", head, 40, 1, 1, 1)
    struct.pack_into("<QQQ", head, 48, len(row), 208 + len(metadata), len(row))
    return bytes(head) + metadata + row


def udf_names(levels=60, extents=200):
    """Folders in each other with names of 253 bytes; the innermost has a hundred thousand rows,
    whose blocks stand once and are named again and again."""
    sector, begin, blocks = 2048, 300, {}

    def row(name, block):
        name = b"\x08" + name if name else b""
        out = struct.pack("<H14xHBB", 257, 1, 2, len(name))
        out += struct.pack("<IIHHI", sector, block, 0, 0, 0) + bytes(2) + name
        return out + bytes(-len(out) % 4)

    def folder(size, rows, inside):
        out = bytearray(176)
        struct.pack_into("<H", out, 0, 261)
        out[27] = 4
        struct.pack_into("<H", out, 34, 3 if inside else 0)
        struct.pack_into("<Q", out, 56, size)
        struct.pack_into("<I", out, 172, len(rows))
        return bytes(out) + rows

    for level in range(1, levels + 1):
        one = row(b"\xe9" * 253, level + 1)
        blocks[begin + level] = folder(len(one), one, True)
    rows = row(b"", 1) * 5120
    extent = struct.pack("<II", len(rows), 200) * extents
    blocks[begin + levels + 1] = folder(extents * len(rows), extent, False)
    blocks[begin + 200] = rows
    blocks[16], blocks[17], blocks[18] = b"\0BEA01\1", b"\0NSR02\1", b"\0TEA01\1"
    blocks[256] = struct.pack("<H14xII", 2, 16 * sector, 32) + bytes(480)
    partition, volume, file_set = bytearray(512), bytearray(512), bytearray(512)
    struct.pack_into("<H", partition, 0, 5)
    struct.pack_into("<I", partition, 188, begin)
    struct.pack_into("<H", volume, 0, 6)
    struct.pack_into("<I", volume, 212, sector)
    struct.pack_into("<IIH", volume, 248, sector, 0, 0)
    struct.pack_into("<II", volume, 264, 6, 1)
    volume[440:446] = bytes([1, 6, 1, 0, 0, 0])
    struct.pack_into("<H", file_set, 0, 256)
    struct.pack_into("<IIH", file_set, 400, sector, 1, 0)
    blocks[32], blocks[33], blocks[34] = partition, volume, struct.pack("<H", 8) + bytes(510)
    blocks[begin] = file_set
    out = bytearray((max(blocks) + 128) * sector)
    for number, data in blocks.items():
        out[number * sector:number * sector + len(data)] = data
    return bytes(out)


def sis_names(rows=9000):
    """A table of files whose names are each the whole of a long file."""
    size = 1 << 20
    head = bytearray(100)
    struct.pack_into("<IIII", head, 0, 0x10000000, 0x1000006d, 0x10000419, 0)
    struct.pack_into("<HHH", head, 18, 1, rows, 0)
    struct.pack_into("<I", head, 52, len(head))
    row = struct.pack("<IIIIIIIII", 0, 0, 0, 0, 0, size, 0, 1, 0)
    return bytes(head) + row * rows + b"\xe9" * size


COSTLY = {
    "headers.exe": installshield_headers,
    "names.exe": nsis_names,
    "names.wim": wim_names,
    "names.udf": udf_names,
    "names.sis": sis_names,
    "frames.lz4": lambda: struct.pack("<I", 0x184c2102) * 20000,
}
