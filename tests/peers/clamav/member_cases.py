"""Cases for what speaks of members and types: cdb, HandlerType, Intermediates, mail.

Macros are left out: clamscan 1.4.6 crashes on them.
"""
import gzip
import io
import struct
import tarfile
import zipfile
import zlib


def hex_of(data):
    return data.hex()


def zipped(data, name="member.bin", method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data, compress_type=method)
    return out.getvalue()


def zipped_many(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data)
    return out.getvalue()


def tarred(data, name="member.bin"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def zip_keys(password):
    keys = [0x12345678, 0x23456789, 0x34567890]
    for byte in password:
        mix_in(keys, byte)
    return keys


def mix_in(keys, byte):
    def crc(value, octet):
        return zlib.crc32(bytes([octet]), value ^ 0xffffffff) ^ 0xffffffff
    keys[0] = crc(keys[0], byte)
    keys[1] = ((keys[1] + (keys[0] & 0xff)) * 134775813 + 1) & 0xffffffff
    keys[2] = crc(keys[2], keys[1] >> 24)


def locked_zip(data, password, packed=True, name=b"member.bin"):
    """A zip of one member, encrypted as PKWARE's APPNOTE says (6.1), and both last bytes of its header checked as
    Info-ZIP's zip writes them: of others clamscan 1.4.6 takes no password (docs/decisions/0014)."""
    crc, time = zlib.crc32(data), 0x6b21
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = compressor.compress(data) + compressor.flush() if packed else data
    keys, out = zip_keys(password), bytearray()
    for byte in bytes(range(10)) + struct.pack("<H", time) + body:
        pad = (keys[2] & 0xffff) | 2
        out.append(byte ^ (pad * (pad ^ 1) >> 8 & 0xff))
        mix_in(keys, byte)
    fields = struct.pack("<HHHHHIIIHH", 20, 9, 8 if packed else 0, time, 0x5021, crc, len(out), len(data), len(name), 0)
    local = b"PK\3\4" + fields + name + bytes(out) + struct.pack("<4sIII", b"PK\7\x08", crc, len(out), len(data))
    central = b"PK\1\2" + struct.pack("<H", 20) + fields + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
    return local + central + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 1, 1, len(central), len(local), 0)


def passwords(cases):
    """pwdb: members of encrypted archives are found by the passwords of the database."""
    r = cases.random
    for _ in range(40):
        mark, word = cases.mark(), cases.word()
        conditions = "Engine:81-255" + r.choice(["", ",Container:CL_TYPE_ZIP", ",Container:CL_TYPE_ANY",
                                                 ",Container:CL_TYPE_RAR"])
        form, text = r.choice([("0", word.decode()), ("1", hex_of(word))])
        cases.add("password", "pwdb", "{name};%s;%s;%s" % (conditions, form, text), b"no archive")
        body = cases.filler() + mark + cases.filler()
        packed = r.random() < 0.7
        cases.add("password", "ndb", "{name}:0:*:" + hex_of(mark), locked_zip(body, word, packed),
                  locked_zip(body, word + b"x", packed), zipped(locked_zip(body, word, packed)))


def members(cases):
    """cdb: names, sizes, position, checksum, of members of zip and tar."""
    r = cases.random
    for _ in range(140):
        word = cases.word().decode()
        body = cases.filler(50, 400)
        size = len(body)
        name = f"{word}.exe"
        form = r.choice(["name", "anchored", "size", "range", "position", "checksum", "any", "tar",
                         "container-size"])
        hit = zipped(body, name, zipfile.ZIP_STORED)
        other = zipped(body + b"!", f"{word}.txt", zipfile.ZIP_STORED)
        fields = {"name": ("CL_TYPE_ZIP", "*", f"{word}\\.exe", "*", "*", "0", "*", "*"),
                  "anchored": ("CL_TYPE_ZIP", "*", f"^{word}\\.(exe|scr)$", "*", "*", "*", "*", "*"),
                  "size": ("CL_TYPE_ZIP", "*", word, "*", str(size), "0", "*", "*"),
                  "range": ("CL_TYPE_ZIP", "*", word, f"{size - 3}-{size}", f"{size - 9}-{size}",
                            "*", "*", "*"),
                  "position": ("CL_TYPE_ZIP", "*", word, "*", "*", "*", "2", "*"),
                  "checksum": ("CL_TYPE_ZIP", "*", word, "*", "*", "*", "*",
                               "%x" % zlib.crc32(body)),
                  "any": ("*", "*", f"{word}\\.exe", "*", "*", "*", "*", "*"),
                  "tar": ("CL_TYPE_POSIX_TAR", "*", f"{word}\\.exe", "*", str(size), "*", "*", "*"),
                  "container-size": ("CL_TYPE_ZIP", f"{len(hit)}-{len(hit) + 2}", word, "*", "*",
                                     "*", "*", "*")}[form]
        if form == "position":
            hit = zipped_many([(f"first{word[::-1]}", b"a" * 30), (name, body)])
            other = zipped_many([(name, body), (f"last{word[::-1]}", b"a" * 30)])
        if form == "tar":
            hit, other = tarred(body, name), tarred(body + b"x", name)
        family = "checksum" if form == "checksum" else "member"
        cases.add(family, "cdb", "{name}:" + ":".join(fields) + ":*", hit, other)


def types(cases):
    """HandlerType: what a rule calls HTML or text is looked at as that."""
    r = cases.random
    for _ in range(30):
        a, b = cases.mark(), cases.word(7, 9)
        target, handler = r.choice([(3, "CL_TYPE_HTML"), (7, "CL_TYPE_TEXT_ASCII")])
        # Tells by itself only where it hits the object as that type.
        cases.lines.setdefault("ldb", []).append(
            f"Handler.{b.decode()};Engine:81-255,Target:0,HandlerType:{handler};0;{hex_of(a)}")
        begin = b"\x01\x02\x03\x04 "
        hit = begin + a + b" " + b.upper() + b" tail"
        cases.add("handler", "ndb", "{name}:%d:*:%s" % (target, hex_of(b)), hit,
                  begin + b" " + b.upper() + b" tail")


def intermediates(cases):
    r = cases.random
    for _ in range(60):
        a = cases.mark()
        body = cases.filler() + a + cases.filler()
        way, wrap, unlike = r.choice([
            ("CL_TYPE_ZIP", lambda d: zipped(d), lambda d: tarred(d)),
            ("CL_TYPE_GZ>CL_TYPE_ZIP", lambda d: gzip.compress(zipped(d), mtime=0), lambda d: zipped(d)),
            ("CL_TYPE_ZIP>CL_TYPE_ZIP", lambda d: zipped(zipped(d)), lambda d: zipped(d)),
            ("CL_TYPE_ZIP>CL_TYPE_POSIX_TAR", lambda d: zipped(tarred(d)), lambda d: tarred(zipped(d))),
        ])
        cases.add("between", "ldb",
                  "{name};Engine:81-255,Intermediates:%s,Target:0;0;%s" % (way, hex_of(a)),
                  wrap(body), unlike(body))


def mails(cases):
    """Target 4 is the message's own bytes; parts are objects of their own."""
    import base64
    r = cases.random
    for _ in range(50):
        a, b = cases.word(8, 9), cases.mark()
        part = cases.filler(40, 90) + b + cases.filler(40, 90)
        head = (b"From: one@example.org\nTo: two@example.org\nSubject: " + a +
                b"\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"cut\"\n\n--cut\n"
                b"Content-Type: text/plain\n\nsome words\n--cut\n")
        attached = (b"Content-Type: application/octet-stream; name=a.bin\n"
                    b"Content-Disposition: attachment; filename=a.bin\n"
                    b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(part) +
                    b"--cut--\n")
        form = r.choice(["subject", "part", "digest"])
        mail = head + attached
        if form == "subject":
            cases.add("mail", "ndb", "{name}:4:*:" + hex_of(b"Subject: " + a), mail,
                      mail.replace(a, a[:-1] + b"q"), suffix="eml")
        elif form == "part":
            cases.add("mail", "ndb", "{name}:0:*:" + hex_of(b), mail,
                      mail.replace(base64.encodebytes(part), base64.encodebytes(part[::-1])), suffix="eml")
        else:
            import hashlib
            cases.add("mail", "hdb", f"{hashlib.md5(part).hexdigest()}:{len(part)}:{{name}}", mail,
                      mail.replace(base64.encodebytes(part), base64.encodebytes(part + b"x")), suffix="eml")


FAMILIES = [members, types, intermediates, mails, passwords]
