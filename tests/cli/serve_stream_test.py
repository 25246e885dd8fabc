#!/usr/bin/env python3
"""Streams over clamd's protocol as a client of a few lines speaks it: many in one session, cut
anywhere, answered each under its number; and what clients hear of what was not wholly read."""
import io
import os
import zipfile

from daemon import DaemonCase
from program import main

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
CONFIG = """[scan]
workers = 2
incomplete = "{incomplete}"
[clamd]
unix = "{{dir}}/clamd.sock"
stream_bytes_max = "1M"
"""


def zipped(data, encrypted=False):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("member", data)
    out = bytearray(held.getvalue())
    if encrypted:  # flag bit 0 in both of its headers
        out[6] |= 1
        out[out.index(b"PK\x01\x02") + 8] |= 1
    return bytes(out)


def stream(data, chunk=1 << 16):
    out = b"zINSTREAM\0"
    for at in range(0, len(data), chunk):
        piece = data[at:at + chunk]
        out += len(piece).to_bytes(4, "big") + piece
    return out + bytes(4)


class Streams(DaemonCase):
    CONFIG = CONFIG.format(incomplete="report")

    def test_each_is_answered_under_its_number(self):
        bad, good = zipped(EICAR), zipped(b"harmless")
        with self.client() as peer:
            words = b"zIDSESSION\0"
            for i in range(1, 31):
                words += stream(bad if i % 3 == 0 else good, chunk=i)
            words += b"zEND\0"
            for at in range(0, len(words), 997):
                peer.sendall(words[at:at + 997])
            said = sorted(self.read_all(peer).decode().split("\0")[:-1],
                          key=lambda line: int(line.split(":")[0]))
        self.assertEqual(said, [f"{i}: stream: " + ("test/eicar.standard FOUND" if i % 3 == 0 else "OK")
                                for i in range(1, 31)])

    def test_one_that_was_not_wholly_read(self):
        self.assertEqual(self.talk(stream(zipped(b"x", encrypted=True))), b"stream: OK\0")
        self.assertIn("the member is encrypted (opaque)", self.said())

    def test_one_that_is_too_long(self):
        self.assertEqual(self.talk(b"zINSTREAM\0" + (2 << 20).to_bytes(4, "big")),
                         b"INSTREAM size limit exceeded. ERROR\0")


class Errors(DaemonCase):
    CONFIG = CONFIG.format(incomplete="error")

    def test_one_that_was_not_wholly_read(self):
        self.assertEqual(self.talk(stream(zipped(b"x", encrypted=True))),
                         b"stream: the member is encrypted ERROR\0")


class Alerts(DaemonCase):
    CONFIG = CONFIG.format(incomplete="alert")

    def test_one_that_was_not_wholly_read(self):
        self.assertEqual(self.talk(stream(zipped(b"x", encrypted=True))),
                         b"stream: Heuristics.Encrypted.NotRead FOUND\0")

    def test_one_that_is_too_long(self):
        self.assertEqual(self.talk(b"zINSTREAM\0" + (2 << 20).to_bytes(4, "big")),
                         b"stream: Heuristics.Limits.Exceeded.NotRead FOUND\0")

    def test_what_is_found_and_what_is_clean_is_as_ever(self):
        self.assertEqual(self.talk(stream(EICAR)), b"stream: test/eicar.standard FOUND\0")
        self.assertEqual(self.talk(stream(os.urandom(1_000))), b"stream: OK\0")


if __name__ == "__main__":
    main()
