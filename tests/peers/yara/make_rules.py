"""Rules of the style that is published, and files that they match or just miss. Deterministic.

`make(folder, count)` writes rule files and objects, all inert: words, numbers and headers without
code. Every feature of the language stands alone in some rule and with others in many.
"""
import base64
import os
import random
import struct

WORDS = ("alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november "
         "oscar papa quebec romeo sierra tango uniform victor whiskey xray yankee zulu").split()
RULES_A_FILE = 60


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.objects = []

    def word(self, parts=2):
        return "_".join(self.random.choice(WORDS) for _ in range(parts)) + \
            f"{self.random.randrange(1000):03d}"

    def data(self, size):
        return bytes(self.random.randrange(256) for _ in range(size))

    # Each yields: the string's text after "=", bytes that match, bytes that nearly do.
    def text_string(self):
        word = self.word()
        near = word[:-1] + ("0" if word[-1] != "0" else "1")
        kind = self.random.randrange(9)
        if kind == 0:
            return f'"{word}"', word.encode(), near.encode()
        if kind == 1:
            return f'"{word}" nocase', word.upper().encode(), near.upper().encode()
        if kind == 2:
            return f'"{word}" wide', word.encode("utf-16-le"), word.encode()
        if kind == 3:
            return f'"{word}" wide ascii nocase', word.title().encode("utf-16-le"), near.encode()
        if kind == 4:
            return f'"{word}" fullword', b" " + word.encode() + b".", b"x" + word.encode() + b"y"
        if kind == 5:
            low, high = sorted(self.random.sample(range(1, 256), 2))
            key = self.random.randrange(low, high + 1)
            inside = bytes(b ^ key for b in word.encode())
            outside = bytes(b ^ (low - 1) for b in word.encode()) if low > 1 else near.encode()
            return f'"{word}" xor(0x{low:02x}-0x{high:02x})', inside, outside
        if kind == 6:
            shift = self.random.randrange(3)
            return (f'"{word}" base64', base64.b64encode(b"~" * shift + word.encode() + b"!!!"),
                    base64.b64encode(b"~" * shift + near.encode() + b"!!!"))
        if kind == 7:
            return (f'"{word}" base64wide',
                    base64.b64encode(word.encode() + b"abc").decode().encode("utf-16-le"),
                    base64.b64encode(word.encode() + b"abc"))
        escaped = "".join(f"\\x{b:02x}" for b in word.encode())
        return f'"{escaped}\\t\\\\" private', word.encode() + b"\t\\", word.encode() + b"\t/"

    def hex_string(self):
        head, tail = self.data(5), self.data(4)
        low = self.random.randrange(0, 6)
        high = low + self.random.randrange(0, 300)
        kind = self.random.randrange(6)
        join = lambda data: " ".join(f"{b:02X}" for b in data)
        if kind == 0:
            return "{ " + join(head + tail) + " }", head + tail, head + tail[:-1]
        if kind == 1:
            mask = " ".join(f"{b >> 4:X}?" if i % 2 else f"?{b & 15:X}"
                            for i, b in enumerate(tail))
            other = bytes([tail[0] ^ 0x10]) + tail[1:]
            wrong = bytes([tail[0] ^ 0x01]) + tail[1:]
            return "{ " + join(head) + " " + mask + " ?? }", head + other + b"z", head + wrong + b"z"
        if kind == 2:
            gap = self.random.randrange(low, high + 1)
            return (f"{{ {join(head)} [{low}-{high}] {join(tail)} }}", head + b"." * gap + tail,
                    head + b"." * (high + 1) + tail)
        if kind == 3:
            return (f"{{ {join(head)} ( {join(tail)} | {join(tail[:2])} ?? | 00 ) {join(head[:3])} }}",
                    head + tail + head[:3], head + tail[:1] + head[:3])
        if kind == 4:
            return (f"{{ {join(head)} [{low}-] {join(tail)} }}", head + b"-" * (low + 900) + tail,
                    tail + b"-" * (low + 900) + head)
        return (f"{{ {join(head)} /* }} */ [4] // }}\n {join(tail)} }}", head + b"----" + tail,
                head + b"---" + tail)

    def regex_string(self):
        word, other = self.word(1), self.word(1)
        kind = self.random.randrange(7)
        if kind == 0:
            return f"/{word}[0-9]{{2,4}}{other}/", f"{word}123{other}".encode(), \
                f"{word}1{other}".encode()
        if kind == 1:
            return f"/({word}|{other})\\s+=\\s*\"[^\"]+\"/i", f'{word.upper()} = "x"'.encode(), \
                f'{word.upper()}= "x"'.encode()
        if kind == 2:
            return f"/\\b{word}\\b.{{0,20}}{other}/s", f" {word} \n {other}".encode(), \
                f"a{word} {other}".encode()
        if kind == 3:
            return f"/https?:\\/\\/[a-z]{{3,9}}\\.{word}\\.example\\/[\\w\\/]*\\.php/ nocase", \
                f"HTTPS://abc.{word}.example/x/y.PHP".encode(), \
                f"https://ab.{word}.example/x.php".encode()
        if kind == 4:
            return f"/{word}+(\\x41|\\x42){{3}}/ wide ascii", \
                f"{word}ABA".encode("utf-16-le"), f"{word}AB".encode("utf-16-le")
        if kind == 5:
            return f"/^{word}/", None, f" {word}".encode()
        return f"/{word}[^\\n]*{other}$/", None, f"{word} {other} ".encode()

    def string(self):
        return self.random.choice([self.text_string, self.hex_string, self.regex_string])()

    def condition(self, names, hits):
        """A condition over `names`, and a function from (parts, fill) to the bytes that meet it."""
        joined = lambda parts: b" \0 ".join(parts)
        kind = self.random.randrange(14)
        first = names[0]
        bare = first[1:]
        if kind == 0:
            return "all of them", joined
        if kind == 1:
            return f"{max(1, len(names) - 1)} of them", lambda parts: joined(parts[1:] or parts)
        if kind == 2:
            return "any of ($s*)", lambda parts: parts[-1]
        if kind == 3:
            return f"#{bare} > 2", lambda parts: joined([parts[0]] * 3)
        if kind == 4:
            at = self.random.randrange(0, 200)
            return f"{first} at {at}", lambda parts: b"\0" * at + parts[0]
        if kind == 5:
            low = self.random.randrange(0, 100)
            return f"{first} in ({low}..{low + 60})", lambda parts: b"\0" * (low + 3) + parts[0]
        if kind == 6:
            return f"filesize < 3KB and {first}", lambda parts: parts[0]
        if kind == 7:
            return f"uint16(0) == 0x5A4D and {first}", lambda parts: b"MZ\0\0 " + parts[0]
        if kind == 8:
            return (f"uint32be(4) == 0x{0x41424344:08x} and not uint8(0) == 0 and {first}",
                    lambda parts: b"\1\2\3\4ABCD " + parts[0])
        if kind == 9:
            return (f"for any i in (1..#{bare}) : ( @{bare}[i] > 10 and !{bare}[i] > 2 )",
                    lambda parts: b"\0" * 12 + parts[0])
        if kind == 10:
            return "for all of them : ( # > 0 and $ in (0..filesize) )", joined
        if kind == 11:
            return ("for 1 of ($s*) : ( $ at 0 or @ < 64 )", lambda parts: parts[0])
        if kind == 12:
            return (f"{first} and math.entropy(0, filesize) < 7.5 and math.mean(0, 4) >= 0.0 and "
                    "math.in_range(math.deviation(0, filesize, 100.0), 0.0, 200.0)",
                    lambda parts: parts[0] + b"aaaa")
        return (f"{first} and filesize > 20 and filesize <= 1MB and (#{bare} * 2 - 1 >= 1) and "
                f"(@{bare} & 0xffff) >= 0 and ~uint8(0) != 0",
                lambda parts: b"." * 20 + parts[0])

    def module_rule(self, number):
        kind = self.random.randrange(10)
        if kind == 0:
            sections = self.random.randrange(1, 4)
            self.objects.append(make_pe(sections, self.data(64)))
            return f"pe.is_pe and pe.number_of_sections == {sections}"
        if kind == 1:
            return 'for any s in pe.sections : (s.name == ".text" and s.raw_data_size > 0)'
        if kind == 2:
            return f"pe.machine == pe.MACHINE_I386 and pe.timestamp > {self.random.randrange(10**9)}"
        if kind == 3:
            return f"elf.type == elf.ET_DYN and elf.number_of_sections > {self.random.randrange(40)}"
        if kind == 4:
            return "elf.machine == elf.EM_X86_64 and for any s in elf.sections : (s.name == " \
                   f'"{self.random.choice([".text", ".data.rel.ro", ".init_array", ".none"])}")'
        if kind == 5:
            import hashlib
            content = self.data(80)
            self.objects.append(content)
            digest = hashlib.md5(content[:40]).hexdigest()
            return f'hash.md5(0, 40) == "{digest}"'
        if kind == 6:
            content = self.data(64)
            self.objects.append(content)
            return f"hash.checksum32(0, filesize) == {sum(content)}"
        if kind == 7:
            return f"math.entropy(0, filesize) > {self.random.randrange(70, 79) / 10}"
        if kind == 8:
            return "dotnet.number_of_streams > 0 or (time.now() > 1000000000 and filesize == " \
                   f"{self.random.randrange(300)})"
        return f'magic.type() contains "{self.random.choice(["ELF", "text", "data", "gzip"])}" and ' \
               f"filesize % {self.random.randrange(2, 9)} == 1"

    def meta(self, number):
        return (f'  meta:\n    author = "Nobody {number % 7}"\n    description = "Rule \\"{number}\\""\n'
                f"    score = {number % 100}\n    hidden = {'true' if number % 2 else 'false'}\n")

    def rule(self, number, earlier):
        name = f"R{number:05d}_{self.random.choice(WORDS)}"
        tags = self.random.choice(["", " : TAG", " : ONE TWO"])
        before = "private " if self.random.random() < 0.08 else ""
        if self.random.random() < 0.15:
            condition = self.module_rule(number)
            return name, f"{before}rule {name}{tags} {{\n{self.meta(number)}" \
                         f"  condition:\n    {condition}\n}}\n"
        count = self.random.randrange(1, 5)
        strings = [self.string() for _ in range(count)]
        names = [f"$s{i}" for i in range(count)]
        condition, meet = self.condition(names, strings)
        if "them" not in condition and "$s*" not in condition and count > 1:
            condition = f"({condition}) and any of them"
        if earlier and self.random.random() < 0.15:
            reference = self.random.choice(earlier)
            condition = f"({condition}) and ({reference} or not {reference})" \
                if self.random.random() < 0.7 else f"({condition}) or {reference}"
        hits = [hit if hit is not None else b"" for _, hit, _ in strings]
        self.objects.append(meet(hits))
        self.objects.append(meet([near for _, _, near in strings]))
        lines = "".join(f"    {n} = {s[0]}\n" for n, s in zip(names, strings))
        return name, f"{before}rule {name}{tags} {{\n{self.meta(number)}" \
                     f"  strings:\n{lines}  condition:\n    {condition}\n}}\n"


def make_pe(sections, filling):
    """Headers of a PE with sections that hold no code."""
    out = bytearray(0x400)
    out[0:2] = b"MZ"
    struct.pack_into("<I", out, 0x3C, 0x80)
    struct.pack_into("<4sHHIIIHH", out, 0x80, b"PE\0\0", 0x14C, sections, 1700000000, 0, 0, 0xE0,
                     0x102)
    struct.pack_into("<H", out, 0x98, 0x10B)
    struct.pack_into("<III", out, 0x98 + 28, 0x400000, 0x1000, 0x200)
    struct.pack_into("<I", out, 0x98 + 92, 16)
    for i in range(sections):
        name = (b".text", b".data", b".rsrc")[i]
        struct.pack_into("<8sIIIIIIHHI", out, 0x178 + 40 * i, name, 0x200, 0x1000 * (i + 1), 0x200,
                         0x400 + 0x200 * i, 0, 0, 0, 0, 0x40000040)
    return bytes(out) + (filling * 8 + b"\0" * 512)[:0x200] * sections


HEAD = "".join(f'import "{m}"\n' for m in ("pe", "elf", "math", "hash", "dotnet", "time", "magic"))


def make(folder, count, seed=20030801):
    """Writes `count` rules in files of 60, and their objects. Returns (rule files, objects)."""
    maker = Maker(seed)
    os.makedirs(os.path.join(folder, "rules"))
    os.makedirs(os.path.join(folder, "objects"))
    rule_files, objects = [], []
    for start in range(0, count, RULES_A_FILE):
        texts, earlier = [], []
        if start % (RULES_A_FILE * 5) == 0:
            texts.append("private global rule G_size { condition: filesize < 40MB }\n")
        for number in range(start, min(start + RULES_A_FILE, count)):
            name, text = maker.rule(number, earlier)
            earlier.append(name)
            texts.append(text)
        path = os.path.join(folder, "rules", f"rules{start:05d}.yar")
        with open(path, "w") as file:
            file.write("// Generated; inert.\n" + HEAD + "\n".join(texts))
        rule_files.append(path)
    for number, content in enumerate(maker.objects):
        path = os.path.join(folder, "objects", f"{number:05d}.bin")
        with open(path, "wb") as file:
            file.write(content)
        objects.append(path)
    return rule_files, objects
