"""Whether a signature's own words hold for a file's bytes, read by nothing but Python.

Answers for the forms that planted.py writes to .ndb, .hdb and .hsb; None where it cannot tell.
"""
import gzip
import hashlib
import re


def regex_of(body):
    """The bytes' regular expression of a body signature."""
    out, at = b"", 0
    while at < len(body):
        if body[at] == "*":
            out, at = out + b".*?", at + 1
        elif body[at] == "{":
            end = body.index("}", at)
            low, dash, high = body[at + 1:end].partition("-")
            limits = f"{low or 0},{high}" if dash else low
            out, at = out + b".{" + limits.encode() + b"}?", end + 1
        elif body[at] == "(":
            end = body.index(")", at)
            ways = [re.escape(bytes.fromhex(way)) for way in body[at + 1:end].split("|")]
            out, at = out + b"(?:" + b"|".join(ways) + b")", end + 1
        else:
            high, low = body[at:at + 2]
            highs = range(16) if high == "?" else [int(high, 16)]
            lows = range(16) if low == "?" else [int(low, 16)]
            ways = b"".join(re.escape(bytes([h * 16 + l])) for h in highs for l in lows)
            out, at = out + b"[" + ways + b"]", at + 2
    return re.compile(out, re.DOTALL)


def section_start(data, number):
    """Where section `number` of a 64-bit little-endian ELF lies in the file."""
    if data[:6] != b"\x7fELF\2\1":
        return None
    table, size, count = (int.from_bytes(data[at:at + n], "little")
                          for at, n in ((40, 8), (58, 2), (60, 2)))
    header = data[table + number * size:][:64]
    return int.from_bytes(header[24:32], "little") if number < count else None


def holds(extension, line, data):
    if extension in ("hdb", "hsb"):
        digest, size = line.split(":")[:2]
        name = {32: "md5", 40: "sha1", 64: "sha256"}[len(digest)]
        return hashlib.new(name, data).hexdigest() == digest and size in ("*", str(len(data)))
    if extension != "ndb":
        return None
    _, target, offset, body = line.split(":")[:4]
    regex = regex_of(body)
    section = re.fullmatch(r"S(\d+)\+0,(\d+)", offset)
    if section and target == "6":
        start = section_start(data, int(section[1]))
        return start is not None and any(regex.match(data, at)
                                         for at in range(start, start + int(section[2]) + 1))
    if target != "0" or section:
        return None
    if offset == "*":
        return regex.search(data) is not None
    offset, _, shift = offset.partition(",")
    base = len(data) - int(offset[4:]) if offset.startswith("EOF") else int(offset)
    return any(regex.match(data, at) for at in range(max(0, base), base + int(shift or 0) + 1))


def confirms(extension, line, path):
    """True where the file, or what it is gzip's packing of, is as the signature says."""
    with open(path, "rb") as file:
        data = file.read()
    contents = [data]
    if data.startswith(b"\x1f\x8b"):
        contents.append(gzip.decompress(data))
    return any(holds(extension, line, one) for one in contents)
