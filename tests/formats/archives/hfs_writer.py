"""A small HFS+ volume with one file, written from Apple's Technical Note TN1150: no tool of Debian
12 makes one. 7z reads it, which is what says that it is one."""
import struct

BLOCK = 4096
DATES = 5 * 4
ROOT_PARENT, ROOT, FIRST_FILE = 1, 2, 16


def fork(size, start):
    """HFSPlusForkData of one extent."""
    blocks = -(-size // BLOCK)
    return struct.pack(">QIIII", size, BLOCK, blocks, start if blocks else 0, blocks) + bytes(56)


def node(kind, height, records, free_at=None):
    """A node of a B-tree: its descriptor, the records, their places from the end."""
    out = struct.pack(">IIbBHH", 0, 0, kind, height, len(records), 0)
    places = []
    for record in records:
        places.append(len(out))
        out += record
    places.append(len(out) if free_at is None else free_at)
    tail = b"".join(struct.pack(">H", place) for place in reversed(places))
    return out + bytes(BLOCK - len(out) - len(tail)) + tail


def header_node(depth, root, leaves, key_bytes_max, nodes, attributes):
    header = struct.pack(">HIIIIHHIIHIBBI", depth, root, leaves, root, root, BLOCK, key_bytes_max,
                         nodes, 0, 0, BLOCK, 0, 0, attributes) + bytes(64)
    used = bytearray(BLOCK - 14 - 106 - 128 - 8)
    used[0] = (0xff00 >> nodes) & 0xff
    return node(1, 0, [header, bytes(128), bytes(used)])


def name_of(text):
    return struct.pack(">H", len(text)) + text.encode("utf-16-be")


def record(parent, name, body):
    key = struct.pack(">I", parent) + name_of(name)
    return struct.pack(">H", len(key)) + key + body


def catalog_record(kind, number, mode):
    return (struct.pack(">hHII", kind, 2 if kind == 2 else 0, 1 if kind == 1 else 0, number)
            + bytes(DATES) + struct.pack(">IIBBHI", 0, 0, 0, 0, mode, 1) + bytes(32 + 8))


def thread(kind, parent, name):
    return struct.pack(">hHI", kind, 0, parent) + name_of(name)


def image(data, name="member.bin"):
    bitmap_at, extents_at, catalog_at, data_at = 1, 2, 3, 5
    total = data_at + -(-len(data) // BLOCK) + 1
    leaf = node(-1, 1, [
        record(ROOT_PARENT, "disk", catalog_record(1, ROOT, 0o40755)),
        record(ROOT, "", thread(3, ROOT_PARENT, "disk")),
        record(ROOT, name, catalog_record(2, FIRST_FILE, 0o100644) + fork(len(data), data_at)
               + fork(0, 0)),
        record(FIRST_FILE, "", thread(4, ROOT, name))])
    bitmap = bytearray(BLOCK)
    for block in range(total):
        bitmap[block // 8] |= 0x80 >> block % 8
    header = struct.pack(">2sHI4sI", b"H+", 4, 0x100, b"10.0", 0) + bytes(16)
    header += struct.pack(">IIIIIIIIIIQ", 1, 0, BLOCK, total, 0, 0, BLOCK, BLOCK, FIRST_FILE + 1,
                          1, 1) + bytes(32)
    header += (fork(BLOCK, bitmap_at) + fork(BLOCK, extents_at) + fork(2 * BLOCK, catalog_at)
               + fork(0, 0) + fork(0, 0))
    out = bytearray(total * BLOCK)
    for block, content in ((bitmap_at, bytes(bitmap)),
                           (extents_at, header_node(0, 0, 0, 10, 1, 2)),
                           (catalog_at, header_node(1, 1, 4, 516, 2, 6) + leaf), (data_at, data)):
        out[block * BLOCK:block * BLOCK + len(content)] = content
    out[1024:1536] = out[-1024:-512] = header
    return bytes(out)
