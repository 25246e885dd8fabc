#!/usr/bin/env python3
"""Outlook's stores: PST files that pst_writer.py makes from [MS-PST] are read, and what pffinfo
says of them is asked for where it is installed; damaged ones end, and are never clean by an error."""
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import pst_writer

PROGRAM, SOURCE = sys.argv[1], Path(sys.argv[2]).resolve()
PAYLOAD = b"an inert attachment that a digest of the test's own database knows\n"
MESSAGES = [
    {"subject": b"first", "sender": b"Admin", "address": b"admin@example.org", "to": b"you",
     "body": b"the body\r\n", "attachments": [(b"a.txt", b"attached text"),
                                              (b"big.bin", b"0123456789" * 3000)]},
    {"subject": b"second", "body": b"no attachment"},
    {"headers": b"From: x@example.org\r\nSubject: third\r\nMIME-Version: 1.0\r\n"
                b"Content-Type: multipart/mixed;\r\n boundary=gone\r\nMessage-ID: <3@example.org>"
                b"\r\n\r\n",
     "body": b"came by mail", "attachments": [(b"payload.bin", PAYLOAD)]},
]


class Outlook(unittest.TestCase):
    def setUp(self):
        self.dir = Path(tempfile.mkdtemp(prefix="antidotary-pst-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)

    def run_program(self, *words, codes):
        env = dict(os.environ, ANTIDOTARY_STATE=str(self.dir / "state"),
                   ANTIDOTARY_ENCYCLOPEDIA=str(SOURCE / "encyclopedia"))
        done = subprocess.run([PROGRAM, *map(str, words)], env=env, capture_output=True, timeout=60)
        self.assertIn(done.returncode, codes, done.stdout + done.stderr)
        return done.stdout.decode()

    def write(self, data):
        path = self.dir / "store.pst"
        path.write_bytes(data)
        return path

    def test_messages_bodies_and_attachments(self):
        path = self.write(pst_writer.make(MESSAGES))
        self.run_program("unpack", "--extract", self.dir / "out", path, codes=[0])
        tree = [json.loads(line) for line in
                self.run_program("unpack", "--json", path, codes=[0]).splitlines()]
        names = [one["name"] for one in tree if one.get("depth") == 1]
        self.assertEqual(names, ["message 2097188", "message 2097220", "message 2097252"])
        contents = {item.read_bytes() for item in (self.dir / "out").iterdir()}
        for expected in (b"attached text", b"0123456789" * 3000, PAYLOAD, b"the body\r\n",
                         b"came by mail"):
            self.assertIn(expected, contents)
        mails = [one for one in contents if one.startswith(b"From: ")]
        self.assertTrue(any(b"From: Admin <admin@example.org>\n" in one and b"Subject: first" in one
                            for one in mails))
        self.assertFalse(any(b"gone" in one for one in mails))

    def test_scan_says_which_message_and_clean_leaves_it(self):
        path = self.write(pst_writer.make(MESSAGES))
        database = self.dir / "test.hdb"
        database.write_text(f"{hashlib.md5(PAYLOAD).hexdigest()}:{len(PAYLOAD)}:Test.Payload\n")
        out = self.run_program("scan", "-d", database, path, codes=[1])
        self.assertIn("message 2097252 > payload.bin", out)
        plan = " ".join(self.run_program("clean", "-d", database, path, codes=[1]).split())
        self.assertIn("stores of Outlook are only read", plan)
        self.assertIn("0 steps to carry out", plan)

    def test_both_encodings_of_data_are_read(self):
        for method in (pst_writer.PERMUTED, pst_writer.CYCLIC):
            path = self.write(pst_writer.make(MESSAGES, method))
            self.assertNotIn(PAYLOAD, path.read_bytes())
            out = self.dir / f"out{method}"
            self.run_program("unpack", "--extract", out, path, codes=[0])
            self.assertIn(PAYLOAD, {item.read_bytes() for item in out.iterdir()})

    def test_pffinfo_reads_what_the_writer_writes(self):
        if not shutil.which("pffinfo"):
            self.skipTest("pff-tools is not installed")
        for method, said in enumerate((b"none", b"compressible", b"high")):
            path = self.write(pst_writer.make(MESSAGES, method))
            done = subprocess.run(["pffinfo", path], capture_output=True, timeout=60)
            self.assertRegex(done.stdout, rb"Encryption type:\s+" + said)

    def test_pffexport_brings_out_nothing_that_we_do_not(self):
        if not shutil.which("pffexport"):
            self.skipTest("pff-tools is not installed")
        for method in range(3):
            path = self.write(pst_writer.make(MESSAGES, method))
            theirs, ours = self.dir / f"theirs{method}", self.dir / f"ours{method}"
            subprocess.run(["pffexport", "-q", "-m", "items", "-f", "all", "-t", theirs, path],
                           capture_output=True, timeout=60, check=True)
            self.run_program("unpack", "--extract", ours, path, codes=[0])
            contents = {item.read_bytes() for item in ours.iterdir()}
            found = [one for one in Path(f"{theirs}.export").rglob("*")
                     if one.name == "Message.txt" or one.parent.name == "Attachments"]
            self.assertEqual(len(found), len(MESSAGES) + 3)
            for one in found:
                self.assertIn(one.read_bytes(), contents, one)

    def test_damage_ends_and_is_told_or_harmless(self):
        whole = pst_writer.make(MESSAGES)
        chance = random.Random(1)
        told = 0

        def objects(out):
            return [line for line in out.splitlines() if '"type":"object"' in line]

        right = objects(self.run_program("unpack", "--json", self.write(whole), codes=[0]))
        for i in range(30):
            bent = bytearray(whole)
            if i % 4 == 0:
                bent = bent[:chance.randrange(512, len(bent))]
            else:
                for _ in range(i % 7 + 1):
                    bent[chance.randrange(164, len(bent))] ^= 1 << chance.randrange(8)
            out = self.run_program("unpack", "--json", self.write(bytes(bent)), codes=[0, 2])
            last = json.loads(out.splitlines()[-1])
            told += not last["whole"]
            self.assertTrue(not last["whole"] or objects(out) == right)
        self.assertGreater(told, 10)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
