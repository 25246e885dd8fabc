"""What the mails of these tests carry: EICAR's test file, made at run time, and codes for it.

No file of the project holds the string. It is put together here from its halves, in memory.
"""
import base64
import binascii
import gzip
import io
import zipfile

EICAR = ("X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*").encode()


def zipped(name="payload.txt", data=EICAR):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name, (2004, 1, 26, 12, 0, 0)), data,
                         zipfile.ZIP_DEFLATED)
    return out.getvalue()


ZIP = zipped()


def lines(text, width=76, end="\r\n"):
    return "".join(text[at:at + width] + end for at in range(0, len(text), width))


def b64(data=ZIP, width=76, end="\r\n"):
    return lines(base64.b64encode(data).decode(), width, end)


def quoted(data=EICAR, every=True, width=24):
    """Each byte escaped, or only what must be; soft line ends after `width` bytes."""
    def one(byte):
        plain = 33 <= byte <= 126 and byte != 61
        return chr(byte) if plain and not every else f"={byte:02X}"
    out = [one(byte) for byte in data]
    return "=\r\n".join("".join(out[at:at + width]) for at in range(0, len(out), width)) + "\r\n"


def uu(data=ZIP, name="payload.zip", backtick=True, begin=True, end=True):
    out = f"begin 644 {name}\r\n" if begin else ""
    for at in range(0, len(data), 45):
        out += binascii.b2a_uu(data[at:at + 45], backtick=backtick).decode().replace("\n", "\r\n")
    return out + ("`\r\nend\r\n" if end else "")


XX = "+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def xx(data=ZIP, name="payload.zip"):
    out = f"begin 644 {name}\r\n"
    for at in range(0, len(data), 45):
        for c in binascii.b2a_uu(data[at:at + 45]).decode().rstrip("\n"):
            out += XX[(ord(c) - 32) & 63]
        out += "\r\n"
    return out + "+\r\nend\r\n"


def yenc(data=ZIP, name="payload.zip", begin=True, end=True):
    body = bytearray()
    for byte in data:
        code = (byte + 42) & 255
        if code in (0, 10, 13, 61):
            body += bytes([61, (code + 64) & 255])
        else:
            body.append(code)
    out = b""
    if begin:
        out += f"=ybegin line=128 size={len(data)} name={name}\r\n".encode()
    out += b"".join(bytes(body[at:at + 128]) + b"\r\n" for at in range(0, len(body), 128)) \
        if b"=" not in body else bytes(body) + b"\r\n"
    if end:
        out += f"=yend size={len(data)}\r\n".encode()
    return out


HQX = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"


def binhex(data=ZIP, name="payload.zip", mark=True):
    def crc(part):
        return binascii.crc_hqx(part, 0).to_bytes(2, "big")
    head = bytes([len(name)]) + name.encode() + b"\0" + b"????????" + b"\0\0" + \
        len(data).to_bytes(4, "big") + (0).to_bytes(4, "big")
    raw = head + crc(head) + data + crc(data) + crc(b"")
    packed = raw.replace(b"\x90", b"\x90\0")
    bits = "".join(f"{byte:08b}" for byte in packed)
    bits += "0" * (-len(bits) % 6)
    text = ":" + "".join(HQX[int(bits[at:at + 6], 2)] for at in range(0, len(bits), 6)) + ":"
    first = "(This file must be converted with BinHex 4.0)\r\n\r\n" if mark else ""
    return first + lines(text, 64)


def gzip64(data=EICAR):
    return b64(gzip.compress(data, mtime=0))
