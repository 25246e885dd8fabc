"""Signature and file pairs that exercise ClamAV's formats, hit and near miss.

Deterministic: a fixed seed, no clock. Every file is inert: filler bytes and the marks of its own
signature. Each case has a name of its own, so that one scan of all files with all signatures tells
what each of them does.
"""
import hashlib
import random

import link_cases
import member_cases
import picture_cases
import program_cases
import type_cases


class Cases:
    def __init__(self, seed=20260101):
        self.random = random.Random(seed)
        self.lines = {}   # extension -> lines
        self.files = {}   # relative path -> bytes
        self.options = []  # words for both scanners
        self.count = 0

    def word(self, least=5, most=9):
        """Letters that stand in no other case."""
        size = self.random.randint(least, most)
        return "".join(self.random.choice("bcdfghjklmnpqrstvwxz") for _ in range(size)).encode()

    def mark(self):
        return b"Q" + str(self.count).encode() + self.word()

    def filler(self, least=20, most=200):
        size = self.random.randint(least, most)
        return bytes(self.random.choice(b"\x01\x02\x80\x90\xa0\xf0#%&~ ") for _ in range(size))

    def add(self, family, extension, line, hit, *misses, suffix="bin"):
        """`line` has {name} where the signature's name goes."""
        name = f"Case.{family}.{self.count}"
        self.count += 1
        self.lines.setdefault(extension, []).append(line.replace("{name}", name))
        folder = f"{family}/{self.count % 50}"
        self.files[f"{folder}/{name}.hit.{suffix}"] = hit
        for number, miss in enumerate(misses):
            self.files[f"{folder}/{name}.miss{number}.{suffix}"] = miss
        return name

    def keep(self, family):
        """Leaves out all cases but those of one family."""
        self.files = {path: data for path, data in self.files.items() if path.startswith(family + "/")}
        self.lines = {extension: kept for extension, lines in self.lines.items()
                      if (kept := [line for line in lines if f"Case.{family}." in line])}


def hex_of(data):
    return data.hex()


def wrapped(cases, *parts):
    return cases.filler() + b"".join(parts) + cases.filler()


def bodies(cases):
    """ndb: wildcards, gaps, alternatives, boundaries."""
    r = cases.random
    for _ in range(260):
        a, b = cases.mark(), cases.word()
        h = hex_of
        gap = r.randint(1, 20)
        between = cases.filler(gap, gap)
        forms = [
            (h(a), wrapped(cases, a), wrapped(cases, a[:-1] + b"!")),
            (h(a) + "*" + h(b), wrapped(cases, a, between, b), wrapped(cases, b, between, a)),
            (h(a) + "{%d}" % gap + h(b), wrapped(cases, a, between, b), wrapped(cases, a, between + b"x", b)),
            (h(a) + "{%d-%d}" % (gap, gap + 5) + h(b), wrapped(cases, a, between + b"xx", b),
             wrapped(cases, a, between + b"xxxxxxx", b)),
            (h(a) + "{-%d}" % gap + h(b), wrapped(cases, a, b), wrapped(cases, a, between + b"x", b)),
            (h(a) + "{%d-}" % gap + h(b), wrapped(cases, a, between + b"xxx", b), wrapped(cases, a, between[1:], b)),
            (h(a) + "??" + h(b), wrapped(cases, a, b"\x55", b), wrapped(cases, a, b)),
            (h(a) + "4?" + h(b), wrapped(cases, a, b"\x4e", b), wrapped(cases, a, b"\x5e", b)),
            (h(a) + "?4" + h(b), wrapped(cases, a, b"\xe4", b), wrapped(cases, a, b"\xe5", b)),
            (h(a) + "(41|42|43)" + h(b), wrapped(cases, a, b"B", b), wrapped(cases, a, b"D", b)),
            (h(a) + "!(41|42)" + h(b), wrapped(cases, a, b"C", b), wrapped(cases, a, b"A", b)),
            (h(a) + "(4142|4344)" + h(b), wrapped(cases, a, b"CD", b), wrapped(cases, a, b"CB", b)),
            (h(a) + "(41|424344)" + h(b), wrapped(cases, a, b"BCD", b), wrapped(cases, a, b"BC", b)),
        ]
        pattern, hit, miss = r.choice(forms)
        cases.add("body", "ndb", "{name}:0:*:" + pattern, hit, miss)


def offsets(cases):
    r = cases.random
    for _ in range(150):
        a = cases.mark()
        at = r.randint(0, 300)
        slack = r.randint(1, 40)
        pad = cases.filler(at, at)
        tail = cases.filler(at + 10, at + 10)
        before_end = len(a) + len(tail)
        forms = [
            ("%d" % at, pad + a + tail, pad + b"x" + a + tail),
            ("%d,%d" % (at, slack), pad + b"x" * slack + a + tail, pad + b"x" * (slack + 1) + a + tail),
            ("EOF-%d" % before_end, pad + a + tail, pad + a + tail + b"x"),
            ("EOF-%d,%d" % (before_end, slack), pad + a + tail[: len(tail) - 1] , pad + a + tail + b"xx"),
        ]
        offset, hit, miss = r.choice(forms)
        cases.add("offset", "ndb", "{name}:0:%s:%s" % (offset, hex_of(a)), hit, miss)


def modifiers(cases):
    r = cases.random
    for _ in range(200):
        a = cases.mark()
        wide = bytes(x for c in a for x in (c, 0))
        swapped = a.swapcase()
        forms = [
            ("i", swapped, a[:-1]),
            ("w", wide, a),
            ("wa", r.choice([wide, a]), a[:-1] + b"!"),
            ("iw", bytes(x for c in swapped for x in (c, 0)), swapped),
            ("f", b" " + a + b" ", b"x" + a + b"x"),
            ("fi", b"\t" + swapped + b"\n", b"x" + swapped + b"\n"),
            ("a", a, a[:-1]),
        ]
        letters, hit, miss = r.choice(forms)
        cases.add("modifier", "ldb", "{name};Engine:51-255,Target:0;0;%s::%s" % (hex_of(a), letters),
                  wrapped(cases, b"\x90", hit, b"\x90") if "f" not in letters else wrapped(cases, hit),
                  wrapped(cases, miss))


def expression(r, subs, depth=0):
    """A random expression that uses each number of `subs` once."""
    if len(subs) == 1:
        return str(subs[0])
    cut = r.randint(1, len(subs) - 1)
    left, right = subs[:cut], subs[cut:]
    op = r.choice("&|")
    a, b = expression(r, left, depth + 1), expression(r, right, depth + 1)
    if len(left) > 1:
        a = f"({a})"
    if len(right) > 1 and r.random() < 0.6:
        b = f"({b})"
    text = f"{a}{op}{b}"
    if depth > 0 and r.random() < 0.2:
        return f"({text}){r.choice('=<>')}{r.randint(0, 3)}" + (f",{r.randint(1, 2)}" if r.random() < 0.4 else "")
    return text


def logic(cases):
    """Whatever the expression says: random files hold random numbers of each subsignature."""
    r = cases.random
    for _ in range(420):
        count = r.randint(1, 6)
        marks = [cases.mark() + b"%d" % i for i in range(count)]
        text = expression(r, list(range(count)))
        if r.random() < 0.35:
            text = text.replace(str(count - 1), f"{count - 1}{r.choice('=<>')}{r.randint(0, 3)}", 1) \
                if text.endswith(str(count - 1)) else text
        files = []
        for _ in range(3):
            parts = []
            for mark in marks:
                parts += [mark] * r.choice([0, 0, 1, 1, 2, 3])
            r.shuffle(parts)
            files.append(cases.filler() + b"\x90".join(parts) + cases.filler())
        line = "{name};Engine:51-255,Target:0;%s;%s" % (text, ";".join(hex_of(m) for m in marks))
        cases.add("logic", "ldb", line, *files)


def counts(cases):
    """How overlapping and gapped matches are counted."""
    r = cases.random
    for _ in range(160):
        a, b = cases.mark(), cases.word()
        wanted = r.randint(0, 4)
        op = r.choice("=<>")
        form = r.choice([hex_of(a), hex_of(a) + "*" + hex_of(b), hex_of(a) + "{0-6}" + hex_of(b), "7a7a7a"])
        files = []
        for _ in range(3):
            parts = [r.choice([a, b, b"\x90\x90", b"zzzz", a + b, a + b"\x90" + b]) for _ in range(r.randint(1, 8))]
            files.append(cases.filler() + b"".join(parts) + cases.filler())
        cases.add("count", "ldb", "{name};Engine:51-255,Target:0;0%s%d&1;%s;%s" % (op, wanted, form, hex_of(b)),
                  *files)


def conditions(cases):
    r = cases.random
    for _ in range(120):
        a = cases.mark()
        body = wrapped(cases, a)
        size = len(body)
        forms = [
            ("FileSize:%d-%d" % (size - 5, size + 5), body, body + b"x" * 20),
            ("FileSize:%d-%d" % (size, size), body, body + b"x"),
            ("Container:CL_TYPE_ANY", body, None),
        ]
        condition, hit, miss = r.choice(forms)
        cases.add("condition", "ldb", "{name};Engine:51-255,%s,Target:0;0;%s" % (condition, hex_of(a)), hit,
                  *([miss] if miss else []))


def regexes(cases):
    r = cases.random
    for _ in range(220):
        a = cases.mark()
        word = cases.word().decode()
        digits = "".join(r.choice("0123456789") for _ in range(6)).encode()
        at = r.randint(0, 60)
        forms = [
            ("0/%s[0-9]{4,8}/" % word, wrapped(cases, a, word.encode() + digits), wrapped(cases, a, word.encode() + b"12x")),
            ("0/%s[0-9]{4,8}/i" % word, wrapped(cases, a, word.upper().encode() + digits), wrapped(cases, a, b"12x")),
            ("0/^%s/m" % word, wrapped(cases, a, b"\n" + word.encode()), wrapped(cases, a, b"\x90" + word.encode())),
            ("0/%s.%s/s" % (word, word), wrapped(cases, a, word.encode() + b"\n" + word.encode()), wrapped(cases, a, word.encode())),
            ("0/%s.%s/" % (word, word), wrapped(cases, a, word.encode() + b"\x90" + word.encode()),
             wrapped(cases, a, word.encode() + b"\n" + word.encode())),
            ("%d:0/%s/" % (at, word), cases.filler(at, at) + word.encode() + a, cases.filler(at + 1, at + 1) + word.encode() + a),
            ("%d:0/%s/r" % (at, word), cases.filler(at + 9, at + 9) + word.encode() + a, a + b"\x90" * at),
        ]
        text, hit, miss = r.choice(forms)
        cases.add("regex", "ldb", "{name};Engine:81-255,Target:0;0&1;%s;%s" % (hex_of(a), text), hit, miss)


def comparisons(cases):
    r = cases.random
    for _ in range(160):
        a = cases.mark()
        value = r.randint(10, 60000)
        gap = r.randint(0, 8)
        at = len(a) + gap
        low, high = value - r.randint(1, 9), value + r.randint(1, 9)
        size = r.choice([2, 4])
        little = value.to_bytes(size, "little")
        big = value.to_bytes(size, "big")
        decimal = b"%06d" % value
        hexadecimal = b"%06x" % value
        forms = [
            (">>%d#il%d#>%d,<%d" % (at, size, low, high), little), (">>%d#ib%d#=%d" % (at, size, value), big),
            (">>%d#il%d#=%d" % (at, size, high), little), (">>%d#de6#=%d" % (at, value), decimal),
            (">>%d#de6#<%d" % (at, low), decimal), (">>%d#hbe6#=0x%x" % (at, value), hexadecimal),
            (">>%d#ib%d#>%d" % (at, size, high), big),
        ]
        text, stored = r.choice(forms)
        hit = wrapped(cases, a, cases.filler(gap, gap), stored)
        other = wrapped(cases, a, cases.filler(gap + 1, gap + 1), stored)
        cases.add("compare", "ldb", "{name};Engine:81-255,Target:0;0&1;%s;0(%s)" % (hex_of(a), text), hit, other)


def digests(cases):
    r = cases.random
    for _ in range(240):
        body = wrapped(cases, cases.mark())
        name, extension = r.choice([("md5", "hdb"), ("sha1", "hsb"), ("sha256", "hsb"), ("md5", "hsb")])
        digest = hashlib.new(name, body).hexdigest()
        if r.random() < 0.3:
            digest = digest.upper()
        size = str(len(body)) if r.random() < 0.7 else "*"
        rest = ":73" if size == "*" else r.choice(["", ":1", ":1:255"])
        cases.add("digest", extension, f"{digest}:{size}:{{name}}{rest}", body, body + b"x", body[:-1] + b"!")


def old_bodies(cases):
    for _ in range(40):
        a = cases.mark()
        cases.add("old", "db", "{name}=" + hex_of(a), wrapped(cases, a), wrapped(cases, a[:-1]))


def texts(cases):
    """Normalised text: target 7 sees small letters and single blanks."""
    r = cases.random
    for _ in range(120):
        a, b = cases.word(7, 9), cases.word(7, 9)
        hit = b"A line of Text.\n" + a.upper() + b"  \t " + b + b"\nand more of it, plainly.\n" * 3
        miss = b"A line of Text.\n" + a + b"x" + b + b"\nand more of it, plainly.\n" * 3
        target = r.choice([7, 7, 0])
        cases.add("text", "ndb", "{name}:%d:*:%s" % (target, hex_of(a + b" " + b)), hit, miss, suffix="txt")


def text_ends(cases):
    """Places counted from the end, in a text and in its shorter view."""
    r = cases.random
    for _ in range(60):
        a = cases.word(7, 9)
        raw = b"A   line    of Text.\n" + a + b"\n and   more   of it, plainly.\n" * 2
        view = b" ".join(raw.lower().split()) + b" "
        target, seen = r.choice([0, 7]), r.choice([raw, view])
        at = len(seen) - seen.find(a)
        if r.random() < 0.5:
            cases.add("text-end", "ndb", "{name}:%d:EOF-%d:%s" % (target, at, hex_of(a)), raw)
        else:
            cases.add("text-end", "ldb", "{name};Engine:81-255,Target:%d;0;EOF-%d:%s" % (target, at, hex_of(a)), raw)


def ignored(cases):
    """Names in ign2, and files in fp: what would hit does not."""
    r = cases.random
    for _ in range(60):
        a = cases.mark()
        body = wrapped(cases, a)
        name = cases.add("ignored", "ndb", "{name}:0:*:" + hex_of(a), body)
        kind = r.choice(["name", "file", "none"])
        if kind == "name":
            cases.lines.setdefault("ign2", []).append(name)
        elif kind == "file":
            digest = hashlib.md5(body).hexdigest()
            cases.lines.setdefault("fp", []).append(f"{digest}:{len(body)}:allowed-{name}")


def levels(cases):
    r = cases.random
    for _ in range(60):
        a = cases.mark()
        low, high = r.choice([(1, 255), (300, 400), (1, 50), (216, 216), (217, 300)])
        if r.random() < 0.5:
            cases.add("level", "ndb", "{name}:0:*:%s:%d:%d" % (hex_of(a), low, high), wrapped(cases, a))
        else:
            cases.add("level", "ldb", "{name};Engine:%d-%d,Target:0;0;%s" % (low, high, hex_of(a)), wrapped(cases, a))


def containers(cases):
    """The same marks inside zip, gzip, tar and nested ones."""
    import gzip
    import io
    import tarfile
    import zipfile
    r = cases.random

    def zipped(data, name="member.bin"):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data)
        return out.getvalue()

    def tarred(data):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as archive:
            info = tarfile.TarInfo("member.bin")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        return out.getvalue()

    wraps = [zipped, lambda d: gzip.compress(d, mtime=0), tarred, lambda d: zipped(zipped(d)),
             lambda d: gzip.compress(tarred(d), mtime=0)]
    for _ in range(120):
        a = cases.mark()
        wrap = r.choice(wraps)
        form = r.choice(["body", "digest", "zip-only"])
        body = wrapped(cases, a)
        if form == "body":
            cases.add("container", "ndb", "{name}:0:*:" + hex_of(a), wrap(body), wrap(body.replace(a, b"!")))
        elif form == "digest":
            cases.add("container", "hsb", f"{hashlib.sha256(body).hexdigest()}:{len(body)}:{{name}}",
                      wrap(body), wrap(body + b"x"))
        else:
            cases.add("container", "ldb", "{name};Engine:51-255,Container:CL_TYPE_ZIP,Target:0;0;" + hex_of(a),
                      zipped(body), body)


def make_main():
    cases = Cases()
    for part in (bodies, offsets, modifiers, logic, counts, conditions, regexes, comparisons, digests, old_bodies,
                 texts, text_ends, ignored, levels, containers, *program_cases.FAMILIES, *member_cases.FAMILIES, *picture_cases.FAMILIES):
        part(cases)
    return cases


# What needs a database of its own: lines that change how all others are read.
GROUPS = {"cases": make_main, "types": lambda: type_cases.make(Cases),
          "links": lambda: link_cases.make(Cases),
          "links_asked": lambda: link_cases.make(Cases, ["--alert-phishing-ssl=yes", "--alert-phishing-cloak=yes"])}


def write(cases, database, tree):
    database.mkdir(parents=True)
    for extension, lines in cases.lines.items():
        (database / f"cases.{extension}").write_text("\n".join(lines) + "\n")
    for path, data in cases.files.items():
        file = tree / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
