"""Signature and file pairs about the layout of programs: entry points, sections, version, imports.

A case's files are one program and others that differ from it in one habit of alignment, one field
or one byte. Which of them hit is for clamscan to say.

Not asked, for clamscan 1.4.6 reads less there than the formats allow (docs/decisions/0014): version
information whose last string has no padding, imports of 64-bit programs, and those whose names
stand in the file's last 256 bytes or hold other characters than letters, digits, '_' and '.'. An ELF without sections is left
out as well: it ends with a segmentation fault at any signature with a section's offset.
"""
import hashlib

import programs
from programs import Section


def filled(size, mark=b"", at=0):
    data = bytearray(b"\xcc" * size)
    data[at:at + len(mark)] = mark
    return bytes(data)[:size]


def layout(r, mark):
    """Sections in a row, the mark in one of them: (sections, arguments of pe(), where it is)."""
    file_alignment = r.choice([0x200, 0x200, 0x200, 0x1000, 0x400, 0x20, 0x10, 1])
    section_alignment = r.choice([0x1000, 0x1000, 0x1000, 0x2000, 0x200, 0x10])
    raw, rva = r.choice([0x400, 0x600, 0x1000, 0x410, 0x488]), r.choice([0x1000, 0x2000])
    sections, marked = [], r.randrange(4)
    for number in range(r.randint(1, 5)):
        size = r.choice([0x200, 0x200, 0x400, 0x1f0, 0x201, 0x33])
        at = r.choice([0, 1, 0x10, max(0, size - len(mark))])
        data = filled(size, mark if number == marked else b"", at)
        section = Section(rva, raw, data, virtual_size=r.choice([size, size, 0, 0x10, size + 0x1000]))
        oddity = r.random()
        if oddity < 0.06:
            section = Section(rva, r.choice([0, raw]), b"", raw_size=0, virtual_size=0x1000)
        elif oddity < 0.12:
            section = Section(rva, 0x40000, b"", raw_size=size)
        elif oddity < 0.18:
            section.raw_size = size + r.choice([1, 0x200, 0x5000])
        sections.append(section)
        raw = programs.align(raw + size, r.choice([0x200, 0x200, file_alignment, 0x10]))
        rva += programs.align(max(size, 1), 0x1000) + r.choice([0, 0, 0, 0x1000, 0x10])
    aligned = {"file_alignment": file_alignment, "section_alignment": section_alignment,
               "bits": r.choice([32, 64]), "tail": filled(r.choice([0, 0x10, 0x200, 0x800])),
               "headers_size": r.choice([0x400, 0x200, 0x1000, 0x3000])}
    return sections, aligned


def entries(r, sections, place):
    """Addresses of interest, the mark's first."""
    out = [r.choice([0, 0x10, 0x3ff, 0x80000000, 0x7000])]
    for section in sections:
        out += [section.rva, section.rva + r.randrange(0x200), section.rva + section.raw_size]
        if section.data and section.raw <= place < section.raw + len(section.data):
            out = [section.rva + place - section.raw] * 4 + out
    return out


def variants(r, mark):
    """Files of the same mark: their bytes, sections, arguments and where the mark stands."""
    sections, aligned = layout(r, mark)
    while not any(mark in s.data for s in sections):
        sections, aligned = layout(r, mark)
    place = programs.pe(sections, **aligned).find(mark)
    out = []
    for number in range(3):
        changed = dict(aligned)
        if number == 1:
            changed["file_alignment"] = r.choice([0x200, 0x1000, 0x20, 0])
        if number == 2:
            changed["bits"] = 96 - changed["bits"]
        address = r.choice(entries(r, sections, place))
        out.append(programs.pe(sections, entry=address, **changed))
    return out, sections, aligned, place


def pe_offsets(cases):
    r = cases.random
    for _ in range(220):
        mark = cases.mark()
        files, sections, aligned, place = variants(r, mark)
        step = max(1, aligned["file_alignment"])
        number = r.randrange(len(sections))
        marked = [i for i, s in enumerate(sections) if mark in s.data]
        if r.random() < 0.7:
            number = marked[0]
        start = sections[number].raw
        start = r.choice([start, start - start % 0x200, start - start % step])
        distance = place - start + r.choice([0, 0, 0, 1, -1])
        slack = r.choice([1, 0x10, 0x200])
        forms = ["S%d+%d" % (number, max(0, distance)), "S%d+%d,%d" % (number, max(0, distance - slack), slack),
                 "SE%d" % number, "SE%d" % number, "SL+%d" % max(0, distance),
                 "EP+%d" % r.choice([0, 0, 1, 0x10]), "EP-%d" % r.choice([0, 1, 0x10]),
                 "EP+%d,%d" % (r.choice([0, 1]), r.choice([0x10, 0x200, 0x400]))]
        offset = r.choice(forms)
        if r.random() < 0.5:
            line = "{name}:1:%s:%s" % (offset, mark.hex())
            cases.add("pe-offset", "ndb", line, *files, suffix="exe")
        else:
            line = "{name};Engine:51-255,Target:1;0;%s:%s" % (offset, mark.hex())
            cases.add("pe-offset", "ldb", line, *files, suffix="exe")


def pe_conditions(cases):
    r = cases.random
    for _ in range(120):
        mark = cases.mark()
        files, sections, _, place = variants(r, mark)
        count = len(sections) + r.choice([0, 0, 0, 1, -1])
        at = place + r.choice([0, 0, 1, -0x10])
        condition = r.choice(["NumberOfSections:%d-%d" % (max(0, count), count + r.choice([0, 1])),
                              "EntryPoint:%d-%d" % (at, at + r.choice([0, 0x10, 0x400])),
                              "EntryPoint:0-1024,NumberOfSections:1-3"])
        line = "{name};Engine:51-255,%s,Target:1;0;%s" % (condition, mark.hex())
        cases.add("pe-condition", "ldb", line, *files, suffix="exe")


def pe_sections(cases):
    """Digests of sections: of the aligned size, and of the stated one."""
    r = cases.random
    for _ in range(160):
        mark = cases.mark()
        files, sections, aligned, _ = variants(r, mark)
        section = next(s for s in sections if mark in s.data)
        step = r.choice([0x200, max(1, aligned["file_alignment"]), 1])
        start = section.raw - section.raw % step
        body = files[0][start:start + programs.align(section.raw_size, step)]
        if mark not in body:  # a digest of filler alone would stand in many cases
            body = section.data
        kind, extension = r.choice([("md5", "mdb"), ("sha1", "msb"), ("sha256", "msb"), ("md5", "mdb")])
        digest = hashlib.new(kind, body).hexdigest()
        size, rest = (str(len(body)), "") if r.random() < 0.8 else ("*", ":73")
        flipped = files[0].replace(mark, mark[::-1])
        other = programs.elf([(1, 0x400, 0x10400, len(body), len(body))], [(1, 0x10400, 0x400, len(body))], 0x10400,
                             data=body)
        cases.add("pe-section", extension, f"{size}:{digest}:{{name}}{rest}", *files, flipped, other, suffix="exe")


LIBRARIES = [b"KERNEL32.dll", b"user32.DLL", b"WS2_32.dll", b"WSOCK32.dll", b"OLEAUT32.dll", b"mscomctl.ocx",
             b"ntoskrnl.exe", b"hal.sys", b"plain", b"two.parts.dll", b"twice.dll.dll", b"a.drv"]


def imphash_text(libraries, names):
    out = []
    for dll, functions in libraries:
        library = dll.lower()
        first, dot, rest = library.partition(b".")
        if dot and rest[:3] in (b"dll", b"ocx", b"sys"):
            library = first
        for function in functions:
            if isinstance(function, int):
                function = names.get((library, function), b"ord%d" % function)
            out.append(library + b"." + function.lower())
    return b",".join(out)


def pe_imports(cases):
    r = cases.random
    names = {}
    for library in (b"ws2_32", b"wsock32"):
        names |= {(library, 1): b"accept", (library, 3): b"closesocket", (library, 115): b"WSAStartup",
                  (library, 151): b"__WSAFDIsSet", (library, 23): b"socket"}
    names |= {(b"oleaut32", 2): b"SysAllocString", (b"oleaut32", 6): b"SysFreeString",
              (b"oleaut32", 9): b"VariantClear", (b"oleaut32", 411): b"SafeArrayCreateVector"}
    for _ in range(120):
        libraries = []
        for _ in range(r.randint(1, 6)):
            functions = [r.choice([b"Get", b"Set", b"_", b""]) + cases.word().title() for _ in range(r.randint(1, 5))]
            if r.random() < 0.5:
                functions.append(r.choice([1, 2, 3, 6, 9, 23, 115, 151, 302, 411, 500, 1000, 65535]))
            libraries.append((r.choice(LIBRARIES), functions))
        files = []
        for number in range(4):
            taken = libraries if number < 3 else libraries[:-1] + [(libraries[-1][0], [b"Another"])]
            bits, rva = 32, r.choice([0x2000, 0x3000])
            body = programs.imports(taken, rva, bits, r.choice(["both", "both", "first"]))
            size = r.choice([len(body), 20 * (len(taken) + 1), 20 * len(taken) + 1, 20 * len(taken)])
            sections = [Section(0x1000, 0x400, filled(0x200)),
                        Section(rva, 0x600, body.ljust(programs.align(len(body), 0x200), b"\0"))]
            files.append(programs.pe(sections, bits=bits, directories={1: (rva, size)}, tail=filled(0x200)))
        text = imphash_text(libraries, names)
        size, rest = (str(len(text)), "") if r.random() < 0.8 else ("*", ":90")
        cases.add("pe-import", "imp", f"{hashlib.md5(text).hexdigest()}:{size}:{{name}}{rest}", *files, suffix="exe")


def pe_versions(cases):
    r = cases.random

    def odd(word):
        """A value that needs no padding behind it."""
        return word if len(word) % 2 else word + "x"

    for _ in range(120):
        pairs = [(cases.word().decode().title(), odd(cases.word().decode())) for _ in range(r.randint(1, 5))]
        if r.random() < 0.3:
            tables = [pairs, [(cases.word().decode(), odd(cases.word().decode()))]]
        else:
            tables = [pairs]
        # What needs no padding behind the key is told by the length of the key.
        tables = [[(k if len(k) % 2 == 0 else k + "y", v) for k, v in table] for table in tables]
        key, value = r.choice(r.choice(tables))
        wide, wide_value = key.encode("utf-16-le"), value.encode("utf-16-le")
        pattern = r.choice([wide, wide + b"\0\0", wide_value, wide[2:], wide[:8]]).hex()
        if r.random() < 0.4:
            padding = -(6 + len(wide) + 2) % 4
            pattern = (wide + b"\0\0" + bytes(padding) + wide_value).hex()
        files = []
        for number in range(3):
            blob = programs.version([], tables=tables if number < 2 else [[(k + "zz", v) for k, v in tables[0]]])
            kind = 16 if r.random() < 0.85 else 15
            wanted = [(kind, 1, 0x409, blob)]
            if r.random() < 0.4:
                wanted += [(3, 1, 0x409, filled(40)), (24, 1, 0x409, filled(33))]
            bits, rva, raw = r.choice([32, 64]), r.choice([0x3000, 0x4000]), r.choice([0x600, 0x800])
            body = programs.resources(wanted, rva)
            sections = [Section(0x1000, 0x400, filled(0x200)),
                        Section(rva, raw, body.ljust(programs.align(len(body), 0x200), b"\0"))]
            size = r.choice([len(body), len(body), 16, 0])
            files.append(programs.pe(sections, bits=bits, directories={2: (rva, size)}, tail=filled(0x200)))
        extension, line = r.choice([("ldb", "{name};Engine:51-255,Target:1;0;VI:%s" % pattern),
                                    ("ndb", "{name}:1:VI:%s" % pattern)])
        cases.add("pe-version", extension, line, *files, suffix="exe")


def elf_layouts(cases):
    r = cases.random
    for _ in range(200):
        mark = cases.mark()
        place = 0x400 + r.choice([0, 1, 0x10, 0x80, 0x100, 0x101, 0x300])
        base = r.choice([0x10000, 0x8048000, 0])
        files = []
        count = r.randint(1, 5)
        starts = [0x400 + r.choice([0, 0x10, 0x100, 0x80, 0x300]) for _ in range(count)]
        for number in range(3):
            bits, order = r.choice([32, 64]), r.choice("<>")
            sections = [(r.choice([0, 1, 8]), base + at, at if r.random() < 0.95 else 0x9000,
                         r.choice([0x10, 0x100, 0, 0x5000])) for at in starts]
            segments = [(r.choice([1, 1, 1, 2, 6]), r.choice([0x400, 0x400, 0x500]), base + 0x400,
                         r.choice([0x400, 0x10]), r.choice([0x400, 0x400, 0x20]))
                        for _ in range(r.choice([1, 1, 2, 0]))]
            entry = r.choice([base + place, base + place, base + 0x400, base, 0, base + 0x7000])
            data = bytearray(filled(0x400))
            data[place - 0x400:place - 0x400 + len(mark)] = mark
            files.append(programs.elf(segments, sections, entry, bits=bits, order=order, data=bytes(data),
                                      kind=r.choice([1, 2, 3])))
        number = r.randrange(count)
        distance = max(0, place - starts[number] + r.choice([0, 0, 0, 1]))
        offset = r.choice(["S%d+%d" % (number, distance), "S%d+%d,%d" % (number, max(0, distance - 8), 8),
                           "SE%d" % number, "SL+%d" % max(0, place - starts[-1]), "EP+0", "EP+0", "EP+0,256", "EP-1",
                           "*"])
        condition = ""
        if offset == "*":
            condition = r.choice(["NumberOfSections:%d-%d," % (count, count), "NumberOfSections:2-3,",
                                  "EntryPoint:%d-%d," % (place, place + 1), "EntryPoint:0-1024,"])
        if condition or r.random() < 0.5:
            cases.add("elf", "ldb", "{name};Engine:51-255,%sTarget:6;0;%s:%s" % (condition, offset, mark.hex()),
                      *files, suffix="elf")
        else:
            cases.add("elf", "ndb", "{name}:6:%s:%s" % (offset, mark.hex()), *files, suffix="elf")


def macho_layouts(cases):
    """Mach-O and universal binaries. A file without sections crashes clamscan, and of other machines than PowerPC it
    takes the file's first byte for the entry point: neither is asked."""
    r = cases.random
    for _ in range(200):
        mark = cases.mark()
        place = 0x1000 + r.choice([0, 1, 0x10, 0x80, 0x100, 0x101, 0x300])
        count = r.randint(1, 5)
        starts = [0x1000 + r.choice([0, 0x10, 0x100, 0x80, 0x300]) for _ in range(count)]
        starts[r.randrange(count)] = 0x1000
        number = r.randrange(count)
        distance = max(0, place - starts[number] + r.choice([0, 0, 0, 1]))
        offset = r.choice(["S%d+%d" % (number, distance), "S%d+%d,%d" % (number, max(0, distance - 8), 8),
                           "SE%d" % number, "SL+%d" % max(0, place - starts[-1]), "EP+0", "EP+0", "EP+16,256", "EP-1",
                           "EOF-%d" % (0x1400 - place), str(place), "*"])
        files = []
        for _ in range(3):
            bits, order = r.choice([32, 64]), r.choice("<>")
            sections = [(0x10000 + 0x1000 * i + at, r.choice([0x10, 0x100, 0, 0x5000, 0x400]),
                         at if r.random() < 0.95 else r.choice([0, 0x9000])) for i, at in enumerate(starts)]
            machine = r.choice([programs.POWER, programs.POWER, programs.INTEL])
            entry = None
            # Without a layout clamscan does not ask the file's end either (docs/decisions/0014).
            if machine is programs.POWER and r.random() < 0.8 and not offset.startswith("EOF"):
                i = r.randrange(count)
                address, size, at = sections[i]
                entry = r.choice([address, address + place - at, address + size - 1, address + size, 0, 0x99999])
            body = bytearray(filled(0x400))
            body[place - 0x1000:place - 0x1000 + len(mark)] = mark
            # Dealt to one segment each file: rules number the sections in the order of the commands.
            one = programs.macho(sections, entry, bits, order, machine, bytes(body), kind=r.choice([1, 2, 6, 8]),
                                 segments=r.choice([1, 1, 2, 3]))
            if r.random() < 0.15:
                other = programs.macho([(0x10000, 0x100, 0x1000)], bits=32, body=filled(0x100))
                one = programs.universal(r.choice([[one, other], [other, one], [one]]))
            files.append(one)
        if r.random() < 0.5:
            condition = r.choice(["NumberOfSections:%d-%d" % (count, count + 1), "FileSize:0-100000",
                                  "EntryPoint:%d-%d" % (place, place + 16)])
            cases.add("macho", "ldb", "{name};Engine:51-255,Target:9,%s;0;%s:%s" % (condition, offset, mark.hex()),
                      *files, suffix="macho")
        else:
            cases.add("macho", "ndb", "{name}:9:%s:%s" % (offset, mark.hex()), *files, suffix="macho")


FAMILIES = (pe_offsets, pe_conditions, pe_sections, pe_imports, pe_versions, elf_layouts, macho_layouts)
