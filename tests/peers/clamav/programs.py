"""Writes inert programs: right headers around int3 bytes, with whatever oddity a case asks for.

Nothing in them runs: every byte of code is 0xcc.
"""
import struct


def align(value, step):
    return -(-value // step) * step


class Section:
    def __init__(self, rva, raw, data, raw_size=None, virtual_size=None, name=b".s", flags=0x60000020):
        self.rva, self.raw, self.data, self.name, self.flags = rva, raw, data, name, flags
        self.raw_size = len(data) if raw_size is None else raw_size
        self.virtual_size = len(data) if virtual_size is None else virtual_size


def pe(sections, entry=0x1000, bits=32, file_alignment=0x200, section_alignment=0x1000, directories=None,
       count=None, tail=b"", e_lfanew=0x80, optional_size=None, headers_size=0x400, machine=None, characteristics=0x102,
       image_size=None, subsystem=3, rvas=16, magic=None):
    """`directories`: number -> (rva, size)."""
    table = bytearray(16 * 8)
    for number, (rva, size) in (directories or {}).items():
        struct.pack_into("<II", table, number * 8, rva, size)
    if image_size is None:
        ends = [s.rva + max(s.virtual_size, s.raw_size) for s in sections] or [0x1000]
        image_size = align(max(ends), section_alignment or 1)
    if bits == 32:
        optional = struct.pack("<HBBIIIIII", magic or 0x10B, 9, 0, 0x200, 0, 0, entry, 0x1000, 0x2000)
        optional += struct.pack("<I", 0x400000)
    else:
        optional = struct.pack("<HBBIIIII", magic or 0x20B, 9, 0, 0x200, 0, 0, entry, 0x1000)
        optional += struct.pack("<Q", 0x140000000)
    optional += struct.pack("<IIHHHHHHIIIIHH", section_alignment, file_alignment, 4, 0, 0, 0, 4, 0, 0, image_size,
                            headers_size, 0, subsystem, 0)
    optional += struct.pack("<IIII" if bits == 32 else "<QQQQ", 0x100000, 0x1000, 0x100000, 0x1000)
    optional += struct.pack("<II", 0, rvas) + bytes(table)
    wanted = len(optional) if optional_size is None else optional_size
    out = bytearray(b"MZ" + bytes(58) + struct.pack("<I", e_lfanew))
    out += bytes(max(0, e_lfanew - len(out)))
    out += b"PE\0\0" + struct.pack("<HHIIIHH", machine or (0x14C if bits == 32 else 0x8664),
                                   len(sections) if count is None else count, 0, 0, 0, wanted, characteristics)
    out += optional[:wanted].ljust(wanted, b"\0")
    for s in sections:
        out += struct.pack("<8sIIIIIIHHI", s.name, s.virtual_size, s.rva, s.raw_size, s.raw, 0, 0, 0, 0, s.flags)
    for s in sections:
        if not s.data:
            continue
        if len(out) < s.raw + len(s.data):
            out += bytes(s.raw + len(s.data) - len(out))
        out[s.raw:s.raw + len(s.data)] = s.data
    return bytes(out) + tail


def imports(libraries, rva, bits=32, thunks="both"):
    """The bytes of an import directory at `rva`: [(dll, [function or ordinal, ...]), ...].

    `thunks`: "both", "first" (no original first thunk).
    """
    width = 4 if bits == 32 else 8
    out = bytearray(20 * (len(libraries) + 1))

    def put(data):
        at = len(out)
        out.extend(data)
        return rva + at

    for number, (dll, functions) in enumerate(libraries):
        entries = []
        for function in functions:
            if isinstance(function, int):
                entries.append(function | 1 << (width * 8 - 1))
            else:
                if len(out) % 2:
                    out.append(0)
                entries.append(put(struct.pack("<H", 1) + function + b"\0"))
        name = put(dll + b"\0")
        out.extend(bytes(-len(out) % 8))
        packed = b"".join(struct.pack("<I" if width == 4 else "<Q", e) for e in entries + [0])
        original = put(packed) if thunks == "both" else 0
        first = put(packed)
        struct.pack_into("<IIIII", out, number * 20, original, 0, 0, name, first)
    return bytes(out)


def _block(key, value, kind, children=b"", value_length=None):
    """One node of a version resource: length, value length, type, key, padding, value, children."""
    head = key.encode("utf-16-le") + b"\0\0"
    body = head + bytes(-(6 + len(head)) % 4) + value
    if children:
        body += bytes(-(6 + len(body)) % 4) + children
    if value_length is None:
        value_length = len(value) // (2 if kind == 1 else 1)
    return struct.pack("<HHH", 6 + len(body), value_length, kind) + body


def _joined(blocks):
    out = b""
    for block in blocks:
        out += bytes(-len(out) % 4) + block
    return out


def version(strings, tables=None):
    """A VS_VERSIONINFO of the pairs; `tables` for more than one string table."""
    fixed = struct.pack("<13I", 0xFEEF04BD, 0x10000, *([0] * 11))
    made = []
    for pairs in tables or [strings]:
        texts = [_block(k, v.encode("utf-16-le") + b"\0\0", 1) for k, v in pairs]
        made.append(_block("040904b0", b"", 1, _joined(texts)))
    info = _block("StringFileInfo", b"", 1, _joined(made))
    var = _block("VarFileInfo", b"", 1, _block("Translation", struct.pack("<HH", 0x409, 1200), 0))
    return _block("VS_VERSION_INFO", fixed, 0, _joined([info, var]))


def resources(entries, rva):
    """A resource directory at `rva`: [(type, name, language, data), ...], one leaf for each."""
    by_type = {}
    for kind, name, language, data in entries:
        by_type.setdefault(kind, {}).setdefault(name, {})[language] = data
    out = bytearray()

    def directory(count):
        at = len(out)
        out.extend(struct.pack("<IIHHHH", 0, 0, 0, 0, 0, count) + bytes(8 * count))
        return at

    def entry(at, number, key, target):
        struct.pack_into("<II", out, at + 16 + 8 * number, key, target)

    root = directory(len(by_type))
    leaves = []
    for i, (kind, names) in enumerate(sorted(by_type.items())):
        at = directory(len(names))
        entry(root, i, kind, at | 0x80000000)
        for j, (name, languages) in enumerate(sorted(names.items())):
            below = directory(len(languages))
            entry(at, j, name, below | 0x80000000)
            for k, (language, data) in enumerate(sorted(languages.items())):
                leaves.append((below, k, language, data))
    for below, k, language, data in leaves:
        at = len(out)
        out.extend(bytes(16))
        entry(below, k, language, at)
        out.extend(bytes(-len(out) % 4))
        struct.pack_into("<IIII", out, at, rva + len(out), len(data), 0, 0)
        out.extend(data)
        out.extend(bytes(-len(out) % 4))
    return bytes(out)


def elf(segments, sections, entry, bits=64, order="<", data=b"", kind=2, machine=None, section_count=None,
        segment_count=None, section_entry=None, segment_entry=None):
    """segments: (type, offset, vaddr, filesz, memsz); sections: (type, addr, offset, size).

    `data` follows the headers at 0x400.
    """
    wide = bits == 64
    header = 64 if wide else 52
    ph = segment_entry if segment_entry is not None else (56 if wide else 32)
    sh = section_entry if section_entry is not None else (64 if wide else 40)
    segments_at = header if segments else 0
    sections_at = header + len(segments) * (56 if wide else 32) if sections else 0
    word = "Q" if wide else "I"
    out = b"\x7fELF" + bytes([2 if wide else 1, 1 if order == "<" else 2, 1]) + bytes(9)
    out += struct.pack(order + "HHI" + word * 3 + "IHHHHHH", kind, machine or (62 if wide else 3), 1, entry,
                       segments_at, sections_at, 0, header, ph,
                       len(segments) if segment_count is None else segment_count, sh,
                       len(sections) if section_count is None else section_count, 0)
    for type_, offset, vaddr, filesz, memsz in segments:
        if wide:
            out += struct.pack(order + "IIQQQQQQ", type_, 5, offset, vaddr, vaddr, filesz, memsz, 0x1000)
        else:
            out += struct.pack(order + "IIIIIIII", type_, offset, vaddr, vaddr, filesz, memsz, 5, 0x1000)
    for type_, addr, offset, size in sections:
        out += struct.pack(order + "II" + word * 4 + "II" + word * 2, 0, type_, 6, addr, offset, size, 0, 0, 1, 0)
    return out.ljust(0x400, b"\0") + data


# The machines whose start clamscan knows: (number, flavor, where the state keeps the start, words of the state).
POWER = {32: (18, 1, 0, 40), 64: (0x01000012, 5, 0, 76)}
INTEL = {32: (7, 1, 40, 16), 64: (0x01000007, 4, 128, 42)}


def macho(sections, start=None, bits=64, order="<", machine=INTEL, body=b"", at=0x1000, kind=2, segments=1):
    """`sections`: (address, size, offset), dealt to the segments; `body` stands at `at`."""
    number, flavor, place, words = machine[bits]
    word = "Q" if bits == 64 else "I"
    commands = []
    for i in range(segments):
        rows = sections[i::segments]
        packed = b"".join(struct.pack(f"{order}16s16s{word}{word}" + "I" * (8 if bits == 64 else 7), b"s", b"__TEXT",
                                      address, size, offset, *[0] * (7 if bits == 64 else 6))
                          for address, size, offset in rows)
        head = struct.pack(f"{order}16s{word * 4}iiII", b"__TEXT", 0x1000, 0x9000, 0, 0x9000, 7, 5, len(rows), 0)
        commands.append(struct.pack(order + "II", 0x19 if bits == 64 else 1, 8 + len(head) + len(packed)) + head + packed)
    if start is not None:
        state = bytearray(4 * words)
        struct.pack_into(order + word, state, place, start)
        commands.append(struct.pack(order + "IIII", 5, 16 + len(state), flavor, words) + state)
    load = b"".join(commands)
    magic = 0xfeedfacf if bits == 64 else 0xfeedface
    head = struct.pack(order + "IIIIIII", magic, number, 3, kind, len(commands), len(load), 0)
    out = (head + (bytes(4) if bits == 64 else b"") + load).ljust(at, b"\xcc")
    return out + body


def universal(parts, at=0x200):
    """A binary of several programs."""
    rows, place, out = b"", at, b""
    for number, part in enumerate(parts):
        rows += struct.pack(">IIIII", 7 + 11 * number, 3, place + len(out), len(part), 12)
        out += part
    return (struct.pack(">II", 0xcafebabe, len(parts)) + rows).ljust(at, b"\0") + out
