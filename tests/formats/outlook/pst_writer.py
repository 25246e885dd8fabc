"""Personal folders (PST) made for tests: the ANSI form of [MS-PST], a folder and its messages.

As small as a reader allows: one level of each index, one block a node. Section
numbers are those of [MS-PST]. It is not a writer for mail programs: tables have the columns that a
row must have and no others.
"""
import ctypes
import struct

ROOT_FOLDER, MESSAGE_STORE, NAME_MAP = 0x122, 0x21, 0x61
NID_FOLDER, NID_MESSAGE, NID_ATTACHMENT_TABLE, NID_ATTACHMENT = 0x02, 0x04, 0x671, 0x05
BLOCK_DATA_MAX = 8192 - 12


def crc(data):
    """5.3: CRC-32 that starts at 0 and is not inverted at its end."""
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xEDB88320 if value & 1 else 0)
    return value


def signature(at, number):
    """5.5"""
    value = at ^ number
    return (value >> 16 ^ value) & 0xffff


class Heap:
    """2.3.1: a heap on one block."""

    def __init__(self, client):
        self.client = client
        self.items = []

    def add(self, data):
        self.items.append(data)
        return len(self.items) << 5  # HID: 2.3.1.1

    def finish(self, root):
        body, starts = b"", []
        for item in self.items:
            starts.append(12 + len(body))
            body += item
        starts.append(12 + len(body))
        body += b"\0" * (len(body) % 2)
        head = struct.pack("<HBBI4s", 12 + len(body), 0xEC, self.client, root, b"\0" * 4)
        table = struct.pack("<HH", len(self.items), 0) + struct.pack(f"<{len(starts)}H", *starts)
        return head + body + table


def tree(heap, key_bytes, value_bytes, records):
    """2.3.2: a BTH of one level; `records` are whole rows, sorted."""
    rows = heap.add(b"".join(records)) if records else 0
    return struct.pack("<BBBBI", 0xB5, key_bytes, value_bytes, 0, rows)


def properties(values):
    """2.3.3: a property context. Values of at most four bytes are numbers, others bytes."""
    heap = Heap(0xBC)
    header = len(heap.items)
    heap.add(b"\0" * 8)
    rows = []
    for (number, kind), value in sorted(values.items()):
        stored = value if isinstance(value, int) else heap.add(value)
        rows.append(struct.pack("<HHI", number, kind, stored))
    heap.items[header] = tree(heap, 2, 6, rows)
    return heap.finish(1 << 5)


def table(columns, rows):
    """2.3.4: a table context, rows in the heap. A row's first four bytes are its number."""
    heap = Heap(0x7C)
    heap.add(b"\0" * 8)
    columns = sorted([(0x67F2, 0x0003), (0x67F3, 0x0003)] + columns)
    order = [(0x67F2, 3), (0x67F3, 3)] + [c for c in columns if c[0] not in (0x67F2, 0x67F3)]
    offsets = {number: 4 * i for i, (number, _) in enumerate(order)}
    end = 4 * len(order)
    bits = (len(order) + 7) // 8
    row_bytes = end + bits
    body = b""
    for i, row in enumerate(rows):
        data = struct.pack("<II", row["id"], i) + b"".join(
            struct.pack("<I", row.get(number, 0)) for number, _ in order[2:])
        body += data + b"\xff" * bits
    index = [struct.pack("<IH", row["id"], i) for i, row in enumerate(rows)]
    hnid_rows = heap.add(body) if body else 0
    info = struct.pack("<BB4HIII", 0x7C, len(order), end, end, end, row_bytes, 1 << 5, hnid_rows, 0)
    bit = {number: i for i, (number, _) in enumerate(order)}
    for number, kind in columns:
        info += struct.pack("<IHBB", number << 16 | kind, offsets[number], 4, bit[number])
    root = heap.add(info)
    heap.items[0] = tree(heap, 4, 2, index)
    return heap.finish(root)


NONE, PERMUTED, CYCLIC = range(3)


def encoder(method):
    """A function of data and its block's number that encodes as 2.2.2.6 says of bCryptMethod: the
    inverse of what libpff decodes, found byte by byte, so that no table stands here."""
    if method == NONE:
        return lambda data, bid: data
    library = ctypes.CDLL("libpff.so.1")
    decode = library.libpff_encryption_decrypt
    decode.restype = ctypes.c_ssize_t
    decode.argtypes = [ctypes.c_uint8, ctypes.c_uint32, ctypes.c_char_p, ctypes.c_size_t,
                       ctypes.c_void_p]

    def encode(data, bid):
        decoded = []
        for byte in range(256):
            row = ctypes.create_string_buffer(bytes([byte]) * len(data), len(data))
            assert decode(method, bid, row, len(data), None) >= 0
            decoded.append(row.raw)
        out = bytearray(len(data))
        for byte, row in enumerate(decoded):
            for at, (got, wanted) in enumerate(zip(row, data)):
                if got == wanted:
                    out[at] = byte
        return bytes(out)
    return encode


class Pst:
    def __init__(self, method=NONE):
        self.method = method
        self.encode = encoder(method)
        self.blocks = []   # (bid, data, internal)
        self.nodes = {}    # nid: (data bid, sub-node bid, parent nid)
        self.next_block = 1

    def block(self, data, internal=False):
        assert len(data) <= BLOCK_DATA_MAX
        bid = self.next_block << 2 | (2 if internal else 0)
        self.next_block += 1
        self.blocks.append((bid, data if internal else self.encode(data, bid)))
        return bid

    def data(self, data):
        """A block, or 2.2.2.8.3.2.1: an XBLOCK over several."""
        if len(data) <= BLOCK_DATA_MAX:
            return self.block(data)
        parts = [self.block(data[i:i + BLOCK_DATA_MAX])
                 for i in range(0, len(data), BLOCK_DATA_MAX)]
        head = struct.pack("<BBHI", 1, 1, len(parts), len(data))
        return self.block(head + struct.pack(f"<{len(parts)}I", *parts), True)

    def subnodes(self, entries):
        """2.2.2.8.3.3.1: an SLBLOCK. `entries`: nid, data bid, sub-node bid."""
        rows = b"".join(struct.pack("<III", *entry) for entry in sorted(entries))
        return self.block(struct.pack("<BBH", 2, 0, len(entries)) + rows, True)

    def node(self, nid, data, parent, sub=0):
        self.nodes[nid] = (self.data(data), sub, parent)

    def finish(self, at=0x4600 + 512):
        """`at`: where blocks begin: behind the header, DList and the first map, as Outlook writes."""
        out = bytearray(at)
        places = []
        for bid, data in self.blocks:
            size = -(-(len(data) + 12) // 64) * 64
            if at % 512 + size > 512 and size <= 512:
                pad = -at % 512
                out += b"\0" * pad
                at += pad
            trailer = struct.pack("<HHII", len(data), signature(at, bid), bid, crc(data))
            out += data + b"\0" * (size - 12 - len(data)) + trailer
            places.append((bid, at, len(data)))
            at += size
        out += b"\0" * (-at % 512)
        at = len(out)
        blocks = [struct.pack("<IIHH", bid, place, size, 2) for bid, place, size in sorted(places)]
        nodes = [struct.pack("<IIII", nid, *self.nodes[nid]) for nid in sorted(self.nodes)]
        roots = []
        for kind, rows, bytes_each in ((0x81, nodes, 16), (0x80, blocks, 12)):
            bid, place = self.pages(out, kind, rows, bytes_each)
            roots.append((bid, place))
        head = self.header(len(out), roots)
        out[0:len(head)] = head
        return bytes(out)

    def pages(self, out, kind, rows, bytes_each):
        """2.2.2.7.7.1: leaf pages, and one page above them where they are several."""
        per_page = 496 // bytes_each
        leaves = []
        for i in range(0, max(1, len(rows)), per_page):
            some = rows[i:i + per_page]
            key = some[0][:4] if some else b"\0" * 4
            leaves.append((key, *self.page(out, kind, some, bytes_each, 0)))
        if len(leaves) == 1:
            return leaves[0][1:]
        above = [key + struct.pack("<II", bid, place) for key, bid, place in leaves]
        return self.page(out, kind, above, 12, 1)

    def page(self, out, kind, rows, bytes_each, level):
        at = len(out)
        bid = self.next_block << 2 | 2
        self.next_block += 1
        body = b"".join(rows).ljust(496, b"\0")
        body += struct.pack("<BBBB", len(rows), 496 // bytes_each, bytes_each, level)
        out += body + struct.pack("<BBHII", kind, kind, signature(at, bid), bid, crc(body))
        return bid, at

    def header(self, size, roots):
        """2.2.2.6, the ANSI form."""
        (node_bid, node_at), (block_bid, block_at) = roots
        root = struct.pack("<IIIIIIIIIBBH", 0, size, 0x4400, 0, 0, node_bid, node_at, block_bid,
                           block_at, 0, 0, 0)
        body = struct.pack("<2sHHBBIIIII", b"SM", 14, 19, 1, 1, 0, 0, self.next_block << 2,
                           self.next_block << 2, 1)
        body += struct.pack("<32I", *[0x400 << 5 | i for i in range(32)]) + root
        body += b"\xff" * 256 + bytes([0x80, self.method, 0, 0]) + b"\0" * 48
        assert len(body) == 504, len(body)
        return b"!BDN" + struct.pack("<I", crc(body[:471])) + body


STRING8, BINARY, LONG, BOOLEAN = 0x1E, 0x102, 3, 0xB


def message_values(message):
    values = {(0x1A, STRING8): b"IPM.Note", (0x0E07, LONG): 1}
    for key, number in (("subject", 0x37), ("sender", 0x0C1A), ("address", 0x0C1F),
                        ("body", 0x1000), ("headers", 0x7D), ("to", 0x0E04)):
        if key in message:
            values[(number, STRING8)] = message[key]
    return values


def message_number(index):
    return 0x10001 + index << 5 | NID_MESSAGE


def make(messages, method=NONE):
    """A PST of one folder below the root. A message is a dict of bytes (subject, sender, address,
    body, headers, to) and `attachments`: pairs of name and content."""
    pst = Pst(method)
    pst.node(MESSAGE_STORE, properties({(0x3001, STRING8): b"Store",
                                        (0x0FF9, BINARY): b"\1" * 16}), 0)
    pst.node(NAME_MAP, properties({(1, LONG): 251, (2, BINARY): b"\0" * 16, (3, BINARY): b"\0" * 8,
                                    (4, BINARY): b"\0" * 4}), 0)
    pst.node(ROOT_FOLDER, properties({(0x3001, STRING8): b"", (0x3602, LONG): 0,
                                      (0x3603, LONG): 0, (0x360A, BOOLEAN): 1}), ROOT_FOLDER)
    folder = 0x401 << 5 | NID_FOLDER
    pst.node(folder, properties({(0x3001, STRING8): b"Inbox", (0x3602, LONG): len(messages),
                                 (0x3603, LONG): 0, (0x360A, BOOLEAN): 0}), ROOT_FOLDER)
    for nid in (ROOT_FOLDER, folder):
        below = [{"id": folder}] if nid == ROOT_FOLDER else []
        pst.node(nid & ~0x1f | 0x0D, table([], below), 0)
        inside = [{"id": message_number(i)} for i in range(len(messages))] if nid == folder else []
        pst.node(nid & ~0x1f | 0x0E, table([], inside), 0)
        pst.node(nid & ~0x1f | 0x0F, table([], []), 0)
    for i, message in enumerate(messages):
        nid = message_number(i)
        entries = []
        rows = []
        for j, (name, content) in enumerate(message.get("attachments", [])):
            local = 0x100 + j << 5 | NID_ATTACHMENT
            inner, values = 0, {(0x3704, STRING8): name, (0x3707, STRING8): name,
                                (0x3705, LONG): 1, (0x0E20, LONG): len(content)}
            if len(content) < 3000:
                values[(0x3701, BINARY)] = content
            else:  # a sub-node of the attachment's own
                far = 0x200 << 5 | 0x1F
                inner = pst.subnodes([(far, pst.data(content), 0)])
                values[(0x3701, BINARY)] = far
            entries.append((local, pst.data(properties(values)), inner))
            rows.append({"id": local})
        if rows:
            entries.append((NID_ATTACHMENT_TABLE, pst.data(table([], rows)), 0))
        sub = pst.subnodes(entries) if entries else 0
        pst.node(nid, properties(message_values(message)), folder, sub)
    return pst.finish()
