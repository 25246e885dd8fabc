"""Cases for definitions of types (ftm): what an object becomes, told by the rules that see it.

A database of their own: clamscan drops its built-in definitions where a database brings any. So
files here bear marks of definitions alone, and are text or data otherwise.
"""
TARGETS = {1: "MSEXE", 2: "MSOLE2", 4: "MAIL", 5: "GRAPHICS", 6: "ELF", 7: "TEXT_UTF8", 9: "MACHO", 10: "PDF",
           11: "SWF", 12: "JAVA", 13: "INTERNAL", 14: "PYTHON_COMPILED"}
# PE and mail are looked at as such beside their type, which brings in other rules.
STRENGTHS = ["ELF", "MACHO", "POSIX_TAR", "GZ", "ZIP", "MSOLE2", "GRAPHICS", "PNG", "PDF", "SCRIPT", "SWF", "JAVA",
             "INTERNAL", "PYTHON_COMPILED"]
DATA = b"\x01\x02\x80\x90\xa0\xf0\x05\x06"


def watched(cases, mark):
    """Rules for every target and for any, that see the mark."""
    hexed = mark.hex()
    for target in [0, *TARGETS]:
        cases.add("type-rule", "ndb", "{name}:%d:*:%s" % (target, hexed), b"")


def places(cases):
    """Bytes at a place: where they end behind the head, one off, and from what they are."""
    r = cases.random
    for _ in range(60):
        magic, word = cases.mark()[:r.randint(2, 9)], b"w" + cases.word()
        magic = b"%c%c" % (r.randrange(0x80, 0x100), r.randrange(0x80, 0x100)) + magic
        watched(cases, word)
        at = r.choice([0, 0, 1, 4, 100, 1023 - len(magic), 1024 - len(magic), 1025 - len(magic), 1024])
        target = r.choice(list(TARGETS))
        lead = r.choice([b"\x01", b"a", b"\xff"]) * at
        body = magic + r.choice([DATA, b" text ", b"\0"]) + word + b" end"
        origin = r.choice(["ANY", "TEXT_ASCII", "BINARY_DATA"])
        cases.add("type-place", "ftm", f"0:{at}:{magic.hex()}:D:CL_TYPE_{origin}:CL_TYPE_{TARGETS[target]}",
                  lead + body, lead + b"\x01" + body, lead + body[1:])


def patterns(cases):
    """Patterns in the head, of some kind of text or data."""
    r = cases.random
    for _ in range(120):
        a, b, word = cases.mark(), cases.word(), b"w" + cases.word()
        watched(cases, word)
        target = r.choice([t for t in TARGETS if t not in (4,)])
        form, inside = r.choice([
            (a.hex(), a), (a.hex() + "??" + b.hex(), a + b"x" + b), (a.hex() + "{2-5}" + b.hex(), a + b"xyz" + b),
            (a.hex() + "*" + b.hex(), a + b" between " + b), (a.hex() + "(41|42)" + b.hex(), a + b"B" + b)])
        lead_size = r.choice([0, 1, 9, 500, 1023 - len(inside), 1024 - len(inside), 1025 - len(inside), 3000])
        lead = r.choice([b"\x01", b"a"]) * lead_size
        offset = r.choice(["*", "*", "*", "0", str(lead_size), f"{max(0, lead_size - 4)},8"])
        origin = r.choice(["ANY", "ANY", "TEXT_ASCII", "BINARY_DATA"])
        tail = r.choice([b" text ", DATA]) + word + b" end"
        cases.add("type-pattern", "ftm", f"1:{offset}:{form}:D:CL_TYPE_{origin}:CL_TYPE_{TARGETS[target]}",
                  lead + inside + tail, lead + inside[:-1] + b"!" + tail, lead + b"z" + inside + tail)


def strengths(cases):
    """Two marks in one head, in either order."""
    r = cases.random
    for _ in range(60):
        (a, b), word = (cases.mark(), cases.mark()), b"w" + cases.word()
        watched(cases, word)
        one, two = r.sample(STRENGTHS, 2)
        for mark, kind in ((a, one), (b, two)):
            cases.add("type-strength", "ftm", f"1:*:{mark.hex()}:D:CL_TYPE_ANY:CL_TYPE_{kind}",
                      a + b" and " + b + word, b + DATA + a + word)


def pages(cases):
    """What is called HTML by its head, or behind it, is matched as HTML is."""
    r = cases.random
    for _ in range(30):
        mark, word = b"Q" + cases.word(), b"w" + cases.word()
        watched(cases, word)
        cases.add("type-rule", "ndb", "{name}:3:*:" + word.hex(), b"")
        lead = b"a " * r.choice([0, 3, 400, 700, 3000])
        cases.add("type-page", "ftm", f"1:*:{mark.hex()}:D:CL_TYPE_{r.choice(['ANY', 'TEXT_ASCII'])}:CL_TYPE_HTML",
                  lead + mark + b" <b>" + word + b"</b> end", lead + mark[:-1] + b" " + word)


def make(Cases):
    cases = Cases(seed=20260102)
    for part in (places, patterns, strengths, pages):
        part(cases)
    # Names stand nowhere in a definition; rules alone are told.
    cases.files = {path: data for path, data in cases.files.items() if data}
    return cases
