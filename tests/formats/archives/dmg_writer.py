"""Apple's disk images, as hdiutil lays them out: no tool of Debian's writes them."""
import base64
import bz2
import lzma
import struct
import zlib

SECTOR = 512


def adc(data):
    """Literals alone, but for runs of one byte, which are matches."""
    out, at = bytearray(), 0
    while at < len(data):
        run = 1
        while at + run < len(data) and run < 60 and data[at + run] == data[at]:
            run += 1
        if run > 12:
            out += bytes([0x80, data[at], 0x40 | run - 1 - 4, 0, 0])
            at += run
        else:
            piece = data[at:at + 8]
            out += bytes([0x80 | len(piece) - 1]) + piece
            at += len(piece)
    return bytes(out)


METHODS = {"stored": (1, bytes), "adc": (0x80000004, adc), "zlib": (0x80000005, zlib.compress),
           "bzip2": (0x80000006, bz2.compress), "lzma": (0x80000008, lzma.compress)}


def image(volume, method, sectors=64):
    """One partition; runs of `sectors` sectors, those of zeros as holes."""
    kind, pack = METHODS[method]
    volume += bytes(-len(volume) % SECTOR)
    fork, runs = b"", b""
    for at in range(0, len(volume), sectors * SECTOR):
        piece = volume[at:at + sectors * SECTOR]
        packed = pack(piece) if any(piece) else b""
        runs += struct.pack(">IIQQQQ", kind if packed else 2, 0, at // SECTOR,
                            len(piece) // SECTOR, len(fork), len(packed))
        fork += packed
    total = len(volume) // SECTOR
    runs += struct.pack(">IIQQQQ", 0xffffffff, 0, total, 0, len(fork), 0)
    table = struct.pack(">4sIQQQII", b"mish", 1, 0, total, 0, sectors + 8, 0)
    table += bytes(24) + struct.pack(">II", 2, 32) + bytes(128)
    table += struct.pack(">I", len(runs) // 40) + runs
    rows = base64.encodebytes(table).decode()
    listed = ('<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0"><dict>'
              "<key>resource-fork</key><dict><key>blkx</key><array><dict>"
              "<key>Attributes</key><string>0x0050</string><key>CFName</key><string>whole disk"
              f"</string><key>Data</key><data>\n{rows}</data><key>ID</key><string>0</string>"
              "<key>Name</key><string>whole disk</string></dict></array></dict></dict></plist>\n"
              ).encode()
    koly = struct.pack(">4sIIIQQQQQII", b"koly", 4, 512, 1, 0, 0, len(fork), 0, 0, 1, 1)
    koly += bytes(16) + struct.pack(">II", 0, 32) + bytes(128)
    koly += struct.pack(">QQ", len(fork), len(listed)) + bytes(120)
    koly += struct.pack(">II", 0, 32) + bytes(128) + struct.pack(">IQ", 1, total) + bytes(12)
    assert len(koly) == 512, len(koly)
    return fork + listed + koly
