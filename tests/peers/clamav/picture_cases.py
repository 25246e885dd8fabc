"""Cases for fuzzy_img: pictures in PNG and GIF, found by what they look like.

The hash is computed here once more, in plain Python, so that three programs must agree.
"""
import math
import struct
import zlib

SIDE, WAVES = 32, 8


def kernel(x):
    def sinc(v):
        return 1.0 if v == 0 else math.sin(math.pi * v) / (math.pi * v)
    return sinc(x) * sinc(x / 3) if abs(x) < 3 else 0.0


def scaled(line):
    """A line of brightness, as 32 values (Lanczos' kernel of three lobes)."""
    ratio = len(line) / SIDE
    stretch = max(ratio, 1.0)
    out = []
    for pixel in range(SIDE):
        centre = (pixel + 0.5) * ratio
        first = min(max(math.floor(centre - 3 * stretch), 0), len(line) - 1)
        end = min(max(math.ceil(centre + 3 * stretch), first + 1), len(line))
        weights = [kernel((at - (centre - 0.5)) / stretch) for at in range(first, end)]
        out.append(sum(w * line[first + i] for i, w in enumerate(weights)) / sum(weights))
    return out


def fuzzy_hash(rows):
    columns = [scaled([row[x] for row in rows]) for x in range(len(rows[0]))]
    small = [scaled([column[y] for column in columns]) for y in range(SIDE)]
    small = [[min(max(math.floor(v + 0.5), 0), 255) for v in row] for row in small]
    wave = [[math.cos(math.pi * k * (2 * i + 1) / (2 * SIDE)) for i in range(SIDE)] for k in range(WAVES)]
    down = [[sum(wave[k][y] * small[y][x] for y in range(SIDE)) for x in range(SIDE)] for k in range(WAVES)]
    strengths = [sum(down[k][x] * wave[l][x] for x in range(SIDE)) for k in range(WAVES) for l in range(WAVES)]
    ordered = sorted(strengths)
    median = (ordered[31] + ordered[32]) / 2
    # What stands at the median itself is decided by roundings that no description states.
    if any(abs(one - median) < 1e-6 * abs(median) + 1e-9 for one in strengths):
        return None
    return int("".join("1" if one > median else "0" for one in strengths), 2)


def grey(colour):
    red, green, blue = colour
    return (299 * red + 587 * green + 114 * blue + 500) // 1000


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(pixels, kind):
    """`pixels`: rows of (red, green, blue). kind: grey, colour, alpha, palette."""
    bits = {"grey": 0, "colour": 2, "palette": 3, "alpha": 6}[kind]
    head = struct.pack(">IIBBBBB", len(pixels[0]), len(pixels), 8, bits, 0, 0, 0)
    out = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
    known = {}
    if kind == "palette":
        for row in pixels:
            for colour in row:
                known.setdefault(colour, len(known))
        out += chunk(b"PLTE", b"".join(bytes(one) for one in known))
    form = {"grey": lambda c: bytes([c[0]]), "colour": bytes, "palette": lambda c: bytes([known[c]]),
            "alpha": lambda c: bytes(c) + b"\x80"}[kind]
    body = b"".join(b"\0" + b"".join(form(colour) for colour in row) for row in pixels)
    return out + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")


def gif(pixels):
    """Of at most 128 greys; each code is 8 bits wide, for the table is begun again in time."""
    width, height = len(pixels[0]), len(pixels)
    out = b"GIF89a" + struct.pack("<HHBBB", width, height, 0xf6, 0, 0)
    out += b"".join(bytes([2 * i] * 3) for i in range(128))
    out += b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x07"
    codes = []
    for at, value in enumerate(colour[0] // 2 for row in pixels for colour in row):
        if at % 100 == 0:
            codes.append(128)
        codes.append(value)
    codes.append(129)
    body = bytes(codes)
    for at in range(0, len(body), 255):
        out += bytes([len(body[at:at + 255])]) + body[at:at + 255]
    return out + b"\0;"


def painted(r, kind):
    """A picture of some discs over a slope."""
    width, height = r.choice([(32, 32), (64, 48), (20, 15), (90, 31), (33, 70), (120, 100)])
    discs = [(r.randrange(width), r.randrange(height), r.randint(3, max(width, height) // 2),
              tuple(r.randrange(256) for _ in range(3))) for _ in range(6)]
    few = kind in ("palette", "gif")
    rows = []
    for y in range(height):
        row = []
        for x in range(width):
            colour = (x * 255 // width, y * 255 // height, (x + y) * 255 // (width + height))
            for left, top, radius, other in discs:
                if (x - left) ** 2 + (y - top) ** 2 < radius * radius:
                    colour = other
            if kind in ("grey", "gif"):
                colour = (colour[0] & ~1,) * 3
            row.append(tuple(c & 0xc0 for c in colour) if few and kind == "palette" else colour)
        rows.append(row)
    return rows


def pictures(cases):
    r = cases.random
    for _ in range(90):
        kind = r.choice(["grey", "colour", "alpha", "palette", "gif"])
        pixels = painted(r, kind)
        value = fuzzy_hash([[grey(colour) for colour in row] for row in pixels])
        if value is None:
            continue
        data = gif(pixels) if kind == "gif" else png(pixels, kind)
        suffix = "gif" if kind == "gif" else "png"
        near = value ^ 1 << r.randrange(64)
        target = r.choice(["0", "5"])
        form = r.choice(["hash", "hash", "near", "with-body", "without-body", "either"])
        mark = b"IDAT".hex() if suffix == "png" else b"GIF89a".hex()
        expression, subs = {
            "hash": ("0", f"fuzzy_img#{value:016x}"), "near": ("0", f"fuzzy_img#{near:016x}"),
            "with-body": ("0&1", f"{mark};fuzzy_img#{value:016x}#0"),
            "without-body": ("0&1", f"{cases.mark().hex()};fuzzy_img#{value:016x}"),
            "either": ("0|1", f"{cases.mark().hex()};fuzzy_img#{value:016x}")}[form]
        cut = data[:len(data) // 2]
        cases.add("picture", "ldb", "{name};Engine:150-255,Target:%s;%s;%s" % (target, expression, subs), data, cut,
                  suffix=suffix)


FAMILIES = [pictures]
