"""A database whose signatures are taken from the bytes of given files, deterministically.

Each file lends a few: digests, strings with wildcards and gaps, offsets, logic with counts, regular
expressions, in every target that could fit. A second file's bytes are mixed in where a near miss is
wanted. What they hit is for the scanners to say.
"""
import hashlib
import random
from pathlib import Path

BYTES_READ_MAX = 4 << 20
TEXT_LIKE = (".txt", ".md", ".py", ".h", ".c", ".pl", ".pm", ".sh", ".js", ".css", ".html", ".xml",
             ".json", ".svg")


def wild(chance, data):
    """Hex of `data` with some bytes or halves left open, never at the ends."""
    out = []
    for at, byte in enumerate(data):
        roll = chance.random()
        inside = 3 < at < len(data) - 4
        if inside and roll < 0.05:
            out.append("??")
        elif inside and roll < 0.08:
            out.append(f"{byte:02x}"[0] + "?")
        elif inside and roll < 0.11:
            out.append(f"({byte:02x}|{byte ^ 0x55:02x})")
        else:
            out.append(f"{byte:02x}")
    return "".join(out)


def piece(chance, data, least=8, most=40):
    size = min(chance.randint(least, most), len(data))
    start = chance.randint(0, len(data) - size)
    return start, data[start:start + size]


class Planted:
    def __init__(self, seed=20260102):
        self.chance = random.Random(seed)
        # clamscan knows the end of a text's view only where a rule for texts asks for it.
        self.lines = {"ndb": ["Plant.none.x:7:EOF-1000:51787a7178717a71"]}
        self.count = 0

    def add(self, kind, extension, line):
        self.lines.setdefault(extension, []).append(
            line.replace("{name}", f"Plant.{kind}.{self.count}"))
        self.count += 1

    def take(self, path, data):
        c = self.chance
        if c.random() < 0.2:
            self.add("md5", "hdb", f"{hashlib.md5(data).hexdigest()}:{len(data)}:{{name}}")
        if c.random() < 0.1:
            self.add("sha256", "hsb", f"{hashlib.sha256(data).hexdigest()}:*:{{name}}:73")
        if c.random() < 0.1:  # A near miss: the right digest, the wrong size.
            self.add("size", "hdb", f"{hashlib.md5(data).hexdigest()}:{len(data) + 1}:{{name}}")
        if len(data) < 64:
            return
        self.take_bodies(path, data)
        self.take_logic(path, data)

    def take_bodies(self, path, data):
        c = self.chance
        start, first = piece(c, data)
        self.add("body", "ndb", f"{{name}}:0:*:{wild(c, first)}")
        self.add("offset", "ndb", f"{{name}}:0:{start}:{first.hex()}")
        self.add("missed", "ndb", f"{{name}}:0:{start + 1}:{first.hex()}")
        self.add("range", "ndb", f"{{name}}:0:{max(0, start - 9)},{c.randint(3, 12)}:{first.hex()}")
        self.add("end", "ndb", f"{{name}}:0:EOF-{len(data) - start}:{first.hex()}")
        gap = c.randint(1, 30)
        if len(data) > 40 + gap:
            at = c.randint(0, len(data) - 40 - gap)
            a, b = data[at:at + 10], data[at + 10 + gap:at + 20 + gap]
            form = c.choice([f"{{{gap}}}", f"{{{gap - 1}-{gap + 3}}}", f"{{-{gap}}}", "*",
                             f"{{{gap + 1}-}}"])
            self.add("gap", "ndb", f"{{name}}:0:*:{a.hex()}{form}{b.hex()}")
        if data.startswith(b"\x7fELF"):
            self.add("elf", "ndb", f"{{name}}:6:*:{first.hex()}")
            self.add("section", "ndb", f"{{name}}:6:S{c.randint(0, 6)}+0,{c.randint(1, 400)}:"
                                       f"{first[:6].hex()}")
        if path.endswith(TEXT_LIKE):
            for target in (3, 7):
                self.add(f"view{target}", "ndb", f"{{name}}:{target}:*:{first.lower().hex()}")
                spaced = b" ".join(first.lower().split())
                if len(spaced) > 4:
                    self.add(f"view{target}", "ndb", f"{{name}}:{target}:*:{spaced.hex()}")

    def take_logic(self, path, data):
        c = self.chance
        if c.random() < 0.5:
            return
        parts = [piece(c, data, 4, 10)[1] for _ in range(3)]
        expression = c.choice(["0&1&2", "0|1|2", "(0|1)&2", "0=1&(1|2)", "(0>1&1)|2", "(0|1|2)>2",
                               "(0&1)|2", "(0|1|2)>3,2", "0&1&2=1"])
        modifier = c.choice(["", "::i", "::w", "::a", "::f", "::iw"])
        target = c.choice([0, 0, 6, 7])
        self.add("logic", "ldb", f"{{name}};Engine:51-255,Target:{target};{expression};"
                 f"{parts[0].hex()}{modifier};{parts[1].hex()};{parts[2].hex()}")
        words = [w for w in data[:20000].split() if w.isalnum() and 4 < len(w) < 16]
        if words and c.random() < 0.4:
            word = c.choice(words).decode()
            regex = c.choice([f"{word}", f"\\s{word}[a-z ]", f"{word[:-1]}.", f"({word}|qzxj)\\b"])
            flags = c.choice(["", "i", "s"])
            self.add("regex", "ldb", f"{{name}};Engine:81-255,Target:0;0&1;{word[:4].encode().hex()};"
                     f"0/{regex}/{flags}")


def write(planted, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for extension, lines in planted.lines.items():
        (folder / f"planted.{extension}").write_text("\n".join(lines) + "\n")


def of(paths, share, folder):
    """Signatures of one in `share` of the files."""
    planted = Planted()
    for number, path in enumerate(paths):
        if number % share == 0:
            with open(path, "rb") as file:
                data = file.read(BYTES_READ_MAX + 1)
            if len(data) <= BYTES_READ_MAX:
                planted.take(str(path), data)
    write(planted, Path(folder))
    return planted
