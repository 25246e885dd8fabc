#!/usr/bin/env python3
"""The verbs of packs, and what they say of databases that are wrong.

Of each format one well-formed line is taken, and each malformed line is refused alone: with its
file, its line and a reason, while its good neighbours stay. The tables below are the list.
"""
import hashlib
import io
import json
import os
import resource
import shutil
import struct
import subprocess
import tarfile
import time
import unittest

from program import PROGRAM, SOURCE, Case, main

MD5 = "d41d8cd98f00b204e9800998ecf8427e"
ICON = "0" * 124

# extension: (a good line, malformed ones)
LINES = {
    "hdb": (f"{MD5}:7:T.A", ["", f"{MD5[:-1]}:7:T.B", f"{MD5}:x:T.B", f"{MD5}:7", f"{'g' * 32}:7:T.B",
                             f"{MD5}:-1:T.B", f"{MD5}:7:"]),
    "hsb": (f"{MD5 * 2}:*:T.A:73", [f"{MD5}00:*:T.B:73", f"{MD5 * 2}:*", f"{MD5 * 2}::T.B:73",
                                    f"{MD5 * 2}:99999999999999999999:T.B"]),
    "mdb": (f"512:{MD5}:T.A", [f"{MD5}:512:T.B", f"512:{MD5[1:]}:T.B", f"512:{MD5}", "512"]),
    "imp": (f"{MD5}:10:T.A", [f"{MD5}:10", f"{MD5[2:]}:10:T.B"]),
    "fp": (f"{MD5}:7:ours", [f"{MD5}:seven:ours", "ours"]),
    "sfp": (f"{MD5 * 2}:7:ours", [f"{MD5 * 3}:7:ours"]),
    "ndb": ("T.A:0:*:41424344", ["T.B:0:*:4142434", "T.B:0:*:zz424344", "T.B:99:*:41424344",
                                 "T.B:0:here:41424344", "T.B:0:*", "T.B:0:*:", "T.B:0:*:41{4-2}42434445",
                                 "T.B:0:*:414243(44|45", "T.B:0:*:41424344{", "T.B:0:EP+x:41424344",
                                 "T.B:0:*:*41424344", "T.B:0:S9999999999+1:41424344", ":0:*:41424344"]),
    "db": ("T.A=41424344", ["T.B41424344", "T.B=4142434", "=41424344"]),
    "ldb": ("T.A;Engine:51-255,Target:0;0&1;41424344;45464748",
            ["T.B;Engine:51-255,Target:0;0&1;41424344", "T.B;Target:0;0;4142434",
             "T.B;Engine:51-255,Target:0;(0&1;41424344;45464748",
             "T.B;Engine:51-255,Target:0;0&;41424344", "T.B;Engine:51-255,Target:0;2;41424344",
             "T.B;Engine:51-255,Target:0,Nonsense:1;0;41424344", "T.B;;0;41424344", "T.B;Target:0;0",
             "T.B;Engine:51-255,Target:0;0&1;41424344;0/(unclosed/",
             "T.B;Engine:51-255,Target:0,FileSize:9-1;0;41424344",
             "T.B;Engine:51-255,Target:0;0>;41424344", "T.B;Engine:51-255,Target:0;0;41424344::q",
             "T.B;Engine:51-255,Target:0;0;fuzzy_img#xyz"]),
    "cdb": ("T.A:CL_TYPE_ZIP:*:a\\.exe:*:*:*:1:*:*",
            ["T.B:ZIP:*:a:*:*:*:1:*:*", "T.B:CL_TYPE_ZIP:*:(:*:*:*:1:*:*", "T.B:CL_TYPE_ZIP:*:a",
             "T.B:CL_TYPE_ZIP:9-1:a:*:*:*:1:*:*", "T.B:CL_TYPE_ZIP:*:a:*:*:7:1:*:*",
             "T.B:CL_TYPE_ZIP:*:a:*:*:*:1:zz:*"]),
    "ftm": ("0:0:41424344:Ours:CL_TYPE_ANY:CL_TYPE_ZIP",
            ["9:0:41424344:Ours:CL_TYPE_ANY:CL_TYPE_ZIP", "0:0:414:Ours:CL_TYPE_ANY:CL_TYPE_ZIP",
             "0:x:41424344:Ours:CL_TYPE_ANY:CL_TYPE_ZIP", "0:0:41424344"]),
    "idb": (f"ICON:G1:G2:{ICON}", [f"ICON:G1:G2:{ICON[1:]}", f"ICON:G1:{ICON}", f"I:G:G:{'x' * 124}"]),
    "ign2": ("T.Other", [f"T.B:{MD5[1:]}", "a:b:c"]),
    "ign": ("file:7:T.Other", ["T.B", "file:7:"]),
}


def limited(megabytes):
    def limit():
        resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
        resource.setrlimit(resource.RLIMIT_FSIZE, (megabytes << 20, megabytes << 20))
    return limit


class Lines(Case):
    def refusals(self, *words):
        out = self.expect(0, "pack", "build", "--json", "-o", "p.pack", *words)
        return json.loads(out.splitlines()[-1])

    def test_each_malformed_line_is_refused_alone_with_its_place(self):
        for extension, (good, malformed) in LINES.items():
            wrong = [line for line in malformed if line]
            name = f"x.{extension}"
            (self.dir / name).write_text("\n".join([good, *wrong, good.replace("T.A", "T.C")]) + "\n")
            with self.subTest(extension):
                told = self.refusals(name)
                lines = {one["line"]: one["reason"] for one in told["refusals"]}
                self.assertEqual(sorted(lines), list(range(2, 2 + len(wrong))),
                                 [wrong[n] for n in range(len(wrong)) if n + 2 not in lines])
                for reason in lines.values():
                    self.assertGreater(len(reason), 8)
                    self.assertNotIn("\n", reason)
                self.assertGreaterEqual(told["sources"][0]["taken"], 1)

    def test_a_malformed_line_is_told_with_file_line_and_reason(self):
        (self.dir / "x.ndb").write_text("T.A:0:*:41424344\nT.B:0:*:4142434\n")
        self.expect(0, "pack", "build", "-o", "p.pack", "x.ndb", says="refused: x.ndb:2: ")
        self.expect(0, "pack", "info", "--refused", "p.pack", says="x.ndb:2: ")

    def test_formats_that_are_not_applied_say_so(self):
        for name, text in (("a.cfg", "PDF:1\n"), ("a.cbc", "ClamBC1\n"), ("a.cat", "x\n")):
            (self.dir / name).write_text(text)
            self.assertTrue(self.refusals(name)["refusals"][0]["reason"], name)

    def test_rules_of_yara_are_refused_alone(self):
        (self.dir / "a.yar").write_text('rule A { strings: $a = "XYZW" condition: $a }\n'
                                        "rule B { condition: nothing }\n")
        told = self.refusals("a.yar")
        self.assertEqual([one["line"] for one in told["refusals"]], [2])

    def test_a_text_without_a_yara_rule_is_broken(self):
        for text in ("hello world\n", "/* rule A { condition: true }\n"):
            (self.dir / "a.yar").write_text(text)
            self.expect(2, "pack", "build", "-o", "p.pack", "a.yar", says="there is no rule in it")

    def test_lists_of_digests_refuse_what_is_none(self):
        (self.dir / "h.csv").write_text(f"sha256,name\n{MD5 * 2},T.A\nnonsense,T.B\n")
        self.assertEqual(len(self.refusals("h.csv")["refusals"]), 1)


class Places(Case):
    """A pack takes the place of nothing and of a pack: all else would be lost."""

    def test_what_is_no_pack_is_not_replaced(self):
        (self.dir / "x.ndb").write_text("T.A:0:*:41424344\n")
        (self.dir / "other").write_text("words\n")
        (self.dir / "link").symlink_to("other")
        (self.dir / "folder").mkdir()
        os.mkfifo(self.dir / "fifo")
        for name, why in (("x.ndb", "not a pack"), ("other", "not a pack"), ("link", "a link"),
                          ("folder", "not a file"), ("fifo", "not a file")):
            with self.subTest(name):
                self.one_sentence("pack", "build", "-o", name, "x.ndb", says=why)
        self.assertEqual((self.dir / "x.ndb").read_text(), "T.A:0:*:41424344\n")
        self.assertTrue((self.dir / "link").is_symlink())

    def test_a_pack_is_replaced_even_a_cut_one(self):
        (self.dir / "x.ndb").write_text("T.A:0:*:41424344\n")
        self.expect(0, "pack", "build", "-o", "p.pack", "x.ndb")
        whole = (self.dir / "p.pack").read_bytes()
        (self.dir / "p.pack").write_bytes(whole[:30])
        self.expect(0, "pack", "build", "-o", "p.pack", "x.ndb")
        self.assertEqual((self.dir / "p.pack").read_bytes(), whole)


class Nothing(Case):
    """A database of which nothing comes was cut, or is none: what is held against it is not clean."""

    def test_a_database_without_anything_is_broken(self):
        (self.dir / "file").write_text("words\n")
        for extension, content in (("hdb", b""), ("ndb", b""), ("ldb", b""), ("hdb", bytes(2000)),
                                   ("ndb", b"garbage\nmore garbage\n")):
            with self.subTest(extension, content=content[:8]):
                name = f"x.{extension}"
                (self.dir / name).write_bytes(content)
                why = "can be read" if content else "it is empty"
                self.expect(2, "scan", "-d", name, "file", says=why)
                self.expect(2, "pack", "build", "-o", "p.pack", name)
                (self.dir / name).unlink()

    def test_what_may_be_empty_may(self):
        (self.dir / "db").mkdir()
        (self.dir / "db/a.ndb").write_text("T.A:0:*:41424344\n")
        for extension in ("ign2", "pdb", "wdb", "gdb", "cfg"):
            (self.dir / f"db/x.{extension}").touch()
        (self.dir / "db/u.hdu").write_text(f"{MD5}:4:T.U\n")
        self.expect(0, "pack", "build", "-o", "p.pack", "db")


class Hostile(Case):
    def bounded(self, *words, code=0, megabytes=600, seconds=60):
        start = time.monotonic()
        done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True,
                              cwd=self.dir, timeout=200, preexec_fn=limited(megabytes),
                              env={"PATH": os.environ["PATH"], "ANTIDOTARY_STATE": str(self.dir / "s"),
                                   "ANTIDOTARY_ENCYCLOPEDIA": str(SOURCE / "encyclopedia")})
        self.assertEqual(done.returncode, code, done.stderr[-2000:])
        self.assertLess(time.monotonic() - start, seconds * 3)
        return done.stdout + done.stderr

    def test_ten_million_lines_of_garbage_are_counted_not_kept(self):
        with open(self.dir / "g.ndb", "w") as file:
            for number in range(0, 10_000_000, 10_000):
                file.write("".join(f"garbage {number + i}\n" for i in range(10_000)))
        said = self.bounded("pack", "build", "-o", "p.pack", "g.ndb", code=2)
        self.assertIn("refused: and 9999980 more", said)
        self.assertIn("none of its 10000000 lines can be read", said)
        self.assertLess((self.dir / "p.pack").stat().st_size, 1 << 20)

    def test_a_line_without_an_end_is_one_refusal(self):
        (self.dir / "l.ndb").write_text("x" * (32 << 20))
        self.assertIn("l.ndb:1: ", self.bounded("pack", "build", "-o", "p.pack", "l.ndb", code=2))

    def test_a_pattern_that_would_match_everywhere_is_refused(self):
        (self.dir / "e.ndb").write_text("T.A:0:*:??\nT.B:0:*:??????????\nT.C:0:*:*\nT.D:0:*:41424344\n")
        said = self.bounded("pack", "build", "-o", "p.pack", "e.ndb")
        for line in (1, 2, 3):
            self.assertIn(f"e.ndb:{line}: ", said)

    def test_a_regex_that_explodes_ends_as_a_limit(self):
        (self.dir / "r.ldb").write_text("T.A;Engine:81-255,Target:0;0&1;61616161;0/(a+)+(a+)+(a+)+[x-z]/\n")
        (self.dir / "a.bin").write_text("a" * 5000 + "b")
        said = self.bounded("scan", "-d", "r.ldb", "a.bin", code=2)
        self.assertIn("limited", said)

    def test_a_truncated_container_is_refused_with_its_name(self):
        header = b"ClamAV-VDB:01 Jan 2026 00-00 +0000:1:1:90:" + MD5.encode() + b":sig:us:1"
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            info = tarfile.TarInfo("x.ndb")
            info.size = 17
            tar.addfile(info, io.BytesIO(b"T.A:0:*:41424344\n"))
        whole = header.ljust(512) + packed.getvalue()
        for size in (0, 10, 511, 512, len(whole) - 20, len(whole)):
            (self.dir / "x.cvd").write_bytes(whole[:size])
            with self.subTest(size):
                out = self.run_program("pack", "build", "-o", "p.pack", "x.cvd")
                self.assertIn("x.cvd", out.stdout + out.stderr)
                self.assertNotIn("T.A", out.stdout)
                self.assertTrue("refused" in out.stderr or out.returncode == 2, out.stderr)


class Seals(Case):
    """What nobody can vouch for is not used."""

    def test_a_container_that_another_signed_is_refused_and_the_old_pack_kept(self):
        (self.dir / "main.ndb").write_text("T.A:0:*:58595a57\n")
        self.expect(0, "pack", "build", "-o", "p.pack", "main.ndb")
        before = (self.dir / "p.pack").read_bytes()
        inside = io.BytesIO()
        with tarfile.open(fileobj=inside, mode="w:gz") as tar:
            tar.add(self.dir / "main.ndb", "main.ndb")
        content = inside.getvalue()
        for name, code in (("main.cvd", 2), ("main.cld", 0)):
            # The right digest; the seal is a number that nobody signed.
            header = (f"ClamAV-VDB:01 Jan 2026 00-00 +0000:1:1:90:"
                      f"{hashlib.md5(content).hexdigest()}:{'seal' * 43}:us:1")
            (self.dir / name).write_bytes(header.encode().ljust(512) + content)
            done = self.run_program("pack", "build", "-o", "p.pack", name)
            self.assertEqual(done.returncode, code, done.stdout + done.stderr)
            if code == 2:
                self.assertIn("main.cvd", done.stderr)
                self.assertIn("not the publisher's", done.stderr)
                self.assertEqual((self.dir / "p.pack").read_bytes(), before)
        # What was put together locally is read; its names show that nobody signed it.
        (self.dir / "file").write_bytes(b"..XYZW..")
        self.expect(1, "scan", "--no-cache", "--pack", "p.pack", "file", says="T.A.UNOFFICIAL")

    def test_a_pack_must_be_signed_where_a_key_is_asked_for(self):
        for words in (["genpkey", "-algorithm", "ed25519", "-out", "key.pem"],
                      ["pkey", "-in", "key.pem", "-pubout", "-out", "public.pem"],
                      ["genpkey", "-algorithm", "ed25519", "-out", "other.pem"]):
            subprocess.run(["openssl", *words], cwd=self.dir, check=True, capture_output=True)
        (self.dir / "one.ndb").write_text("T.A:0:*:58595a57\n")
        (self.dir / "file").write_bytes(b"..XYZW..")
        self.expect(0, "pack", "build", "--sign", "key.pem", "-o", "ours.pack", "one.ndb")
        self.expect(0, "pack", "build", "--sign", "other.pem", "-o", "theirs.pack", "one.ndb")
        self.expect(0, "pack", "build", "-o", "nobodys.pack", "one.ndb")
        whole = (self.dir / "ours.pack").read_bytes()
        at = whole.index(b"T.A")
        (self.dir / "bent.pack").write_bytes(whole[:at] + b"T.B" + whole[at + 3:])
        key = {"ANTIDOTARY_PACK_KEY": "public.pem"}
        scan = ["scan", "--no-cache"]
        self.expect(1, *scan, "--pack", "ours.pack", "file", says="T.A", environment=key)
        for name in ("theirs.pack", "nobodys.pack", "bent.pack"):
            self.one_sentence(*scan, "--pack", name, "file", says=name, environment=key)
        # What is built here needs no signature.
        self.expect(1, *scan, "-d", "one.ndb", "file", says="T.A", environment=key)


    def test_a_pack_keeps_its_key(self):
        for words in (["genpkey", "-algorithm", "ed25519", "-out", "key.pem"],
                      ["genpkey", "-algorithm", "ed25519", "-out", "other.pem"]):
            subprocess.run(["openssl", *words], cwd=self.dir, check=True, capture_output=True)
        (self.dir / "one.ndb").write_text("T.A:0:*:58595a57\n")
        build = ("pack", "build", "-o", "p.pack")
        self.expect(0, *build, "--sign", "key.pem", "one.ndb")
        before = (self.dir / "p.pack").read_bytes()
        self.one_sentence(*build, "one.ndb", says="name the private key with --sign")
        self.one_sentence(*build, "--sign", "other.pem", "one.ndb", says="signed by another key")
        refresh = ("pack", "refresh", "--force", "p.pack")
        self.one_sentence(*refresh, says="name the private key with --sign")
        self.one_sentence(*refresh, "--sign", "other.pem", says="signed by another key")
        self.assertEqual((self.dir / "p.pack").read_bytes(), before)
        self.expect(0, *refresh, "--sign", "key.pem")
        self.expect(0, *build, "--sign", "key.pem", "one.ndb")
        self.one_sentence("pack", "verify", "--key", "key.pem", "p.pack",
                          says="'openssl pkey -in key.pem -pubout")


class Folders(Case):
    """What of a folder is read, skipped or broken, and how it is told."""

    def setUp(self):
        super().setUp()
        (self.dir / "file").write_bytes(b"..XYZW..")
        self.db = self.dir / "db"
        self.db.mkdir()
        (self.db / "a.ndb").write_text("T.A:0:*:58595a57\n")

    def sources(self, folder="db"):
        out = self.expect(0, "pack", "build", "--json", "-o", "f.pack", folder)
        told = json.loads(out.splitlines()[-1])["sources"]
        return {one["path"]: (one["format"], one["taken"]) for one in told}

    def test_a_broken_database_is_never_clean(self):
        (self.dir / "clean").write_bytes(b"nothing")
        (self.dir / "only.cvd").write_bytes(b"ClamAV-VDB:01 Jan")
        for _ in range(2):
            self.expect(2, "scan", "--no-cache", "-d", "only.cvd", "clean", says="only.cvd")
        self.expect(2, "pack", "build", "-o", "b.pack", "only.cvd", says="only.cvd")
        self.expect(2, "scan", "--no-cache", "--pack", "b.pack", "clean", says="only.cvd")

    def test_no_object_is_clean_by_a_pack_that_lacks_a_file(self):
        (self.dir / "clean").write_bytes(b"nothing")
        (self.db / "b.cvd").write_bytes(b"ClamAV-VDB:01 Jan")
        self.expect(2, "pack", "build", "-o", "b.pack", "db")
        for _ in range(2):  # The second time the clean one is known.
            done = self.run_program("scan", "--json", "--pack", "b.pack", "clean", "file")
            told = {one.get("path", "summary"): one for one in self.lines(done.stdout)}
            self.assertEqual(done.returncode, 1)
            self.assertEqual(told["clean"]["verdict"], "incomplete")
            self.assertIn("db/b.cvd", told["clean"]["unread"][0]["reason"])
            self.assertEqual(told["file"]["verdict"], "found")
            self.assertEqual(told["summary"]["incomplete"], 1)
            self.assertIn("db/b.cvd", told["summary"]["lacking"])
        self.assertIn("db/b.cvd", self.run_program("doctor", "--pack", "b.pack").stdout)

    def test_one_file_that_cannot_be_read_takes_no_other_away(self):
        (self.db / "gone.ndb").symlink_to("nowhere")
        os.mkfifo(self.db / "pipe.hdb")
        done = self.run_program("pack", "build", "--json", "-o", "f.pack", "db")
        self.assertEqual(done.returncode, 2)
        told = {one["path"]: (one["format"], one["taken"])
                for one in self.lines(done.stdout)[-1]["sources"]}
        self.assertEqual(told, {"db/a.ndb": ("ndb", 1), "db/gone.ndb": ("broken", 0),
                                "db/pipe.hdb": ("broken", 0)})
        self.expect(1, "scan", "--no-cache", "--pack", "f.pack", "file", says="T.A")

    def test_a_folder_below_that_may_not_be_listed_is_broken(self):
        rules = self.dir / "rules"
        (rules / "closed").mkdir(parents=True)
        (rules / "a.yar").write_text("rule a { condition: true }")
        (rules / "closed").chmod(0)
        (self.dir / "out").mkdir(mode=0o777)
        (self.dir / "out").chmod(0o777)
        self.expect(2, "pack", "build", "-o", "out/f.pack", "rules", nobody=True, state="out/state",
                    says="rules/closed")

    def test_lists_beside_databases_are_read_and_the_rest_is_listed(self):
        (self.db / "hashes.csv").write_text(f"{MD5},T.H\n")
        (self.db / "LICENSE.txt").write_text("Do as you like.\nReally.\n")
        (self.db / "mirrors.dat").write_text("x")
        self.assertEqual(self.sources(), {
            "db/LICENSE.txt": ("skipped", 0), "db/a.ndb": ("ndb", 1),
            "db/hashes.csv": ("csv", 1), "db/mirrors.dat": ("skipped", 0)})

    def test_lists_are_known_by_their_content_and_checksums_by_their_neighbours(self):
        sha256 = "b" * 64
        (self.db / "nsrl.dat").write_text(f'"SHA-1","FileName"\n"{"c" * 40}","a.exe"\n')
        (self.db / "noext").write_text(f"{MD5}\n")
        (self.db / "x.jsonl").write_text(f'{{"sha256": "{sha256}", "name": "T.J"}}\n')
        (self.db / "MD5SUMS").write_text(f"{MD5}  a.ndb\n")
        (self.db / "Makefile").write_text("all:\n\ttrue\n")
        self.assertEqual(self.sources(), {
            "db/MD5SUMS": ("skipped", 0), "db/Makefile": ("skipped", 0), "db/a.ndb": ("ndb", 1),
            "db/noext": ("list", 1), "db/nsrl.dat": ("list", 1), "db/x.jsonl": ("jsonl", 1)})
        self.expect(0, "pack", "info", "--refused", "f.pack",
                    says=["db/MD5SUMS: it states the digests of what lies beside it: a.ndb",
                          "db/Makefile: neither its name nor its content"])

    def test_folders_below_databases_are_left_out(self):
        (self.db / "tmp.1").mkdir()
        (self.db / "tmp.1" / "b.ndb").write_text("T.B:0:*:58595a57\n")
        self.assertEqual(self.sources(), {"db/a.ndb": ("ndb", 1), "db/tmp.1/b.ndb": ("skipped", 0)})
        self.expect(0, "pack", "build", "-o", "f.pack", "db", says="name its own folder as well")

    def test_an_entry_takes_no_database_away(self):
        shutil.copytree(SOURCE / "encyclopedia" / "test", self.db / "entries" / "test")
        told = self.sources()
        self.assertEqual(told["db/a.ndb"], ("ndb", 1))
        self.assertEqual(told["db/entries"][0], "encyclopedia")

    def test_links_to_databases_are_followed(self):
        (self.db / "a.ndb").rename(self.dir / "real.ndb")
        (self.db / "a.ndb").symlink_to("../real.ndb")
        self.expect(1, "scan", "--no-cache", "-d", "db", "file", says="T.A")


class Verbs(Case):
    def setUp(self):
        super().setUp()
        (self.dir / "db").mkdir()
        (self.dir / "db" / "a.ndb").write_text("T.A:0:*:41424344\n")
        (self.dir / "db" / "b.hdb").write_text(f"{MD5}:7:T.H\n")
        self.expect(0, "pack", "build", "-o", "one.pack", "db")

    def test_build_is_deterministic(self):
        self.expect(0, "pack", "build", "-o", "two.pack", "db")
        self.assertEqual(*(hashlib.sha256((self.dir / name).read_bytes()).hexdigest()
                           for name in ("one.pack", "two.pack")))

    def test_info_lists_sources_and_counts(self):
        self.expect(0, "pack", "info", "one.pack", says=["a.ndb", "b.hdb"])
        told = json.loads(self.expect(0, "pack", "info", "--json", "one.pack").splitlines()[0])
        self.assertEqual(len(told["sources"]), 2)

    def test_verify_reads_all(self):
        self.expect(0, "pack", "verify", "one.pack")

    def test_diff_names_what_changed(self):
        (self.dir / "db" / "a.ndb").write_text("T.A:0:*:41424344\nT.B:0:*:45464748\n")
        self.expect(0, "pack", "build", "-o", "two.pack", "db")
        out = self.run_program("pack", "diff", "one.pack", "two.pack")
        self.assertEqual(out.stdout, "+ T.B.UNOFFICIAL\n")

    def test_diff_sees_what_says_something_else_and_all_kinds(self):
        files = {"a.ndb": ("T.A:0:*:41424344\n", "T.A:0:*:41424345\n"),
                 "b.cdb": ("T.C:CL_TYPE_ZIP:*:a:*:*:*:*:*:*\n", "T.C:CL_TYPE_ZIP:*:b:*:*:*:*:*:*\n"),
                 "c.hdb": (f"{MD5}:7:T.H\n", f"{MD5}:8:T.H\n"),
                 "d.yar": ("rule y { condition: true }", "rule y { condition: false }"),
                 "e.fp": (f"{MD5}:7:ours\n", f"{MD5}:8:ours\n")}
        for number, pack in enumerate(("one.pack", "two.pack")):
            for name, texts in files.items():
                (self.dir / "db" / name).write_text(texts[number])
            self.expect(0, "pack", "build", "-o", pack, "db")
        done = self.run_program("pack", "diff", "one.pack", "two.pack")
        self.assertEqual(done.stdout.splitlines(), [
            "~ T.A.UNOFFICIAL", "~ T.C.UNOFFICIAL", "~ T.H.UNOFFICIAL", "~ YARA.y.UNOFFICIAL",
            "~ ours.UNOFFICIAL (allowed)"])
        self.assertEqual((done.returncode, done.stderr), (1, "5 names differ\n"))

    def test_diff_does_not_see_where_a_signature_was_read(self):
        (self.dir / "other").mkdir()
        (self.dir / "other" / "z.ndb").write_text("# moved\nT.A:0:*:41424344\n")
        (self.dir / "other" / "b.hdb").write_text(f"{MD5}:7:T.H\n")
        self.expect(0, "pack", "build", "-o", "two.pack", "other")
        self.expect(0, "pack", "diff", "one.pack", "two.pack", says="0 names differ")

    def test_refresh_follows_its_sources(self):
        self.expect(0, "pack", "refresh", "one.pack")
        (self.dir / "x.bin").write_text("..EFGH..")
        self.expect(0, "scan", "--pack", "one.pack", "x.bin")
        (self.dir / "db" / "a.ndb").write_text("T.B:0:*:45464748\n")
        self.expect(0, "pack", "refresh", "one.pack")
        self.expect(1, "scan", "--pack", "one.pack", "x.bin", says="T.B.UNOFFICIAL")

    def test_a_build_that_fails_keeps_the_old_pack(self):
        before = (self.dir / "one.pack").read_bytes()
        self.expect(2, "pack", "build", "-o", "one.pack", "no-such-folder", says="no-such-folder")
        self.assertEqual((self.dir / "one.pack").read_bytes(), before)

    def sections(self):
        data = (self.dir / "one.pack").read_bytes()
        count, = struct.unpack_from("<I", data, 24)
        rows = (struct.unpack_from("<32sQQ", data, 64 + 112 * i) for i in range(count))
        return data, [(name.rstrip(b"\0").decode(), offset, size) for name, offset, size in rows]

    def test_a_pack_that_is_cut_at_any_section_is_refused(self):
        data, sections = self.sections()
        self.assertGreater(len(sections), 3)
        cuts = {0, 1, 39, 63, 64, 64 + 112, len(data) - 1}
        for _, offset, size in sections:
            cuts |= {offset, offset + size // 2}
        for cut in sorted(cut for cut in cuts if cut < len(data)):
            (self.dir / "cut.pack").write_bytes(data[:cut])
            with self.subTest(cut):
                self.one_sentence("scan", "--pack", "cut.pack", "db", says="cut.pack")
                self.expect(2, "pack", "verify", "cut.pack", says="cut.pack")

    def test_a_changed_byte_in_any_section_is_found(self):
        data, sections = self.sections()
        for name, offset, size in sections:
            if size == 0:
                continue
            changed = bytearray(data)
            changed[offset + size // 2] ^= 1
            (self.dir / "bad.pack").write_bytes(changed)
            with self.subTest(name):
                self.one_sentence("pack", "verify", "bad.pack", says="bad.pack")

    def test_a_changed_byte_anywhere_is_found(self):
        data, sections = self.sections()
        places = {len(data) - 1, *range(0, len(data), 331)}
        for _, offset, size in sections:
            places |= {offset - 1, offset + size}
        for place in sorted(one for one in places if one < len(data)):
            changed = bytearray(data)
            changed[place] ^= 1
            (self.dir / "bad.pack").write_bytes(changed)
            with self.subTest(place):
                self.one_sentence("pack", "verify", "bad.pack", says="bad.pack")

    def test_a_pack_of_a_newer_version_is_refused(self):
        data = bytearray((self.dir / "one.pack").read_bytes())
        struct.pack_into("<I", data, 16, 99)
        (self.dir / "new.pack").write_bytes(data)
        self.one_sentence("scan", "--pack", "new.pack", "db", says="made by a newer antidotary (format 99)")

    def test_what_is_no_pack_is_refused(self):
        self.one_sentence("pack", "info", "db/a.ndb", says="a.ndb")
        self.one_sentence("scan", "--pack", "none.pack", "db", says="none.pack")


if __name__ == "__main__":
    main()
