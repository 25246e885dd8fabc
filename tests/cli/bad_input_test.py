#!/usr/bin/env python3
"""Kinds of bad input: each gets a clear sentence and the right exit code, and nothing is lost.

The names of the tests are the list.
"""
import fcntl
import io
import os
import struct
import subprocess
import sys
import unittest
import zipfile
import zlib

from program import PROGRAM, SOURCE, Case, main

EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def overlapping_zip(entries):
    """Many names that all point at one compressed megabyte of zeros (Fifield, 2019)."""
    raw = bytes(1 << 20)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packer.compress(raw) + packer.flush()
    local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 0, zlib.crc32(raw), len(data),
                        len(raw), 1, 0) + b"a" + data
    central = b""
    for number in range(entries):
        name = b"%05d" % number
        central += struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 8, 0, 0,
                               zlib.crc32(raw), len(data), len(raw), len(name), 0, 0, 0, 0, 0, 0)
        central += name
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, entries, entries, len(central), len(local), 0)
    return local + central + end


def nested_zip(depth):
    inner = bytes(1000)
    for level in range(depth):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"level{level}.zip" if level else "zeros", inner)
        inner = buffer.getvalue()
    return inner


class Words(Case):
    def test_no_verb_shows_the_help(self):
        self.expect(2, says="Usage: antidotary VERB")

    def test_unknown_verb_offers_the_nearest(self):
        self.one_sentence("scam", "x", says="did you mean 'scan'")

    def test_unknown_flag_names_the_help(self):
        self.one_sentence("scan", "--nonsense", ".", says="antidotary scan -h")

    def test_missing_argument_says_what_is_taken(self):
        self.one_sentence("examine", says="examine takes HOST, not 0 arguments")

    def test_bad_number_shows_a_good_one(self):
        self.one_sentence("scan", "--max-files", "many", ".", says="takes a number such as")

    def test_unknown_name_offers_the_nearest(self):
        self.one_sentence("explain", "W32.Mimial.A@mm", says="the nearest")

    def test_a_bulletin_that_is_not_here_is_not_taken_for_a_threat(self):
        self.one_sentence("explain", "CVE-2003-9999", says="no bulletin here closes the weakness")
        self.one_sentence("explain", "MS03-999", says="no page here is of the bulletin")

    def test_an_export_that_clamscan_would_not_load_is_refused(self):
        self.one_sentence("export", "clamav", "win32/mimail", "--out", self.dir / "a.txt",
                          says="call it *.ldb")
        self.assertFalse((self.dir / "a.txt").exists())
        self.expect(0, "export", "clamav", "win32/mimail", "--out", self.dir / "a.ldb")


class Files(Case):
    def write(self, name, data):
        path = self.dir / name
        path.write_bytes(data)
        return path

    def test_missing_path(self):
        self.expect(2, "scan", "missing", says=["missing", "No such file"])

    def test_no_permission(self):
        self.write("secret", b"x").chmod(0)
        self.expect(2, "scan", self.dir / "secret", nobody=True, says="Permission denied")

    def test_empty_file_and_folder_are_clean(self):
        self.write("empty", b"")
        (self.dir / "folder").mkdir()
        self.expect(0, "scan", "empty", "folder", says="0 found, 0 incomplete")

    def test_truncated_zip_is_incomplete(self):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("a.txt", os.urandom(5000))
        self.write("cut.zip", buffer.getvalue()[:3000])
        self.expect(2, "scan", "cut.zip", says=["incomplete", "cut.zip"])

    def test_encrypted_zip_is_opaque(self):
        self.write("a.txt", b"text")
        subprocess.run(["zip", "-q", "-P", "word", "locked.zip", "a.txt"], cwd=self.dir, check=True)
        self.expect(2, "scan", "locked.zip", says=["incomplete (opaque)", "a.txt"])

    def test_zip_bomb_by_overlap_is_incomplete(self):
        self.write("bomb.zip", overlapping_zip(500))
        self.expect(2, "scan", "bomb.zip", says=["incomplete", "overlap"])

    def test_zip_bomb_by_nesting_is_limited(self):
        self.write("deep.zip", nested_zip(30))
        self.expect(2, "scan", "deep.zip", says=["incomplete (limited)", "depth_max"])

    def test_more_bytes_than_the_limit_are_limited(self):
        with zipfile.ZipFile(self.dir / "many.zip", "w") as archive:
            for i in range(4):
                archive.writestr(str(i), os.urandom(400_000))
        self.expect(2, "scan", "--max-scansize", "1M", "many.zip",
                    says=["incomplete (limited)", "bytes_max"])

    def test_zip_bomb_by_size_is_limited(self):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(30):
                archive.writestr(str(number), bytes(20 << 20))
        self.write("fat.zip", buffer.getvalue())
        self.expect(2, "scan", "fat.zip", says=["incomplete (limited)", "ratio_max"])

    def test_loop_of_links_is_not_followed(self):
        (self.dir / "folder").mkdir()
        (self.dir / "folder/again").symlink_to("..")
        (self.dir / "folder/self").symlink_to("self")
        self.expect(0, "scan", "folder", says="0 found")

    def test_a_report_that_cannot_be_written_is_no_report(self):
        with open("/dev/full", "w") as full:
            result = subprocess.run([PROGRAM, "scan", "--json", self.dir], stdout=full,
                                    stderr=subprocess.PIPE, text=True)
        self.assertEqual(result.returncode, 2)
        self.assertIn("not complete", result.stderr)

    def test_a_pipe_does_not_hang(self):
        os.mkfifo(self.dir / "pipe")
        self.expect(0, "scan", self.dir, says="0 found")

    def test_name_with_escape_codes_is_escaped(self):
        self.write("a\x1b[31m\u202egnp.exe\x07", EICAR.encode())
        self.expect(1, "scan", self.dir, says=["FOUND", "\\x1b[31m\\u{202e}gnp.exe\\x07"])

    def test_name_that_is_no_text_reaches_json_whole(self):
        path = os.fsencode(self.dir) + b"/\xff\xfe"
        with open(path, "w", encoding="ascii") as file:
            file.write(EICAR)
        found = [line for line in self.lines(self.expect(1, "scan", "--json", self.dir))
                 if line.get("verdict") == "found"]
        self.assertEqual(bytes.fromhex(found[0]["path"]["bytes"])[-2:], b"\xff\xfe")


class Entries(Case):
    def encyclopedia(self, change):
        target = self.dir / "encyclopedia"
        subprocess.run(["cp", "-r", SOURCE / "encyclopedia", target], check=True)
        variant = target / "win32/mimail/variants/c.toml"
        variant.write_text(change(variant.read_text()))
        return target

    def test_invalid_toml_is_told_with_its_place(self):
        broken = self.encyclopedia(lambda text: text + "\n[[file\n")
        self.expect(1, "entry", "lint", encyclopedia=broken,
                    says=["win32/mimail/variants/c.toml:", "Mend:"])

    def test_unknown_key_is_told_with_its_place_and_the_nearest(self):
        broken = self.encyclopedia(lambda text: text.replace("directory =", "directroy =", 1))
        self.expect(1, "entry", "lint", encyclopedia=broken, says=["directroy", "directory"])

    def test_a_broken_entry_is_left_out_and_said(self):
        broken = self.encyclopedia(lambda text: text + "\n[[file\n")
        self.expect(2, "explain", "win32/mimail", encyclopedia=broken, says="entry lint")

    def test_where_an_entry_is_left_out_nothing_is_clean(self):
        broken = self.encyclopedia(lambda text: text + "\n[[file\n")
        (self.dir / "folder").mkdir()
        self.expect(2, "scan", "folder", encyclopedia=broken, says="left out")
        self.expect(0, "scan", "folder")

    def test_no_encyclopedia(self):
        self.one_sentence("scan", ".", encyclopedia=self.dir / "none", says="none")

    def test_no_such_entry_to_test(self):
        self.one_sentence("entry", "test", "win32/nothing", says="there is no entry")

    def test_no_such_variant_to_simulate(self):
        self.one_sentence("entry", "simulate", "win32/mimail.z", "x", says="win32/mimail.a")

    def test_simulate_never_writes_into_a_folder_in_use(self):
        (self.dir / "used").mkdir()
        (self.dir / "used/mine").write_text("precious")
        self.one_sentence("entry", "simulate", "win32/mimail.a", "used", says="used")
        self.assertEqual(os.listdir(self.dir / "used"), ["mine"])


class Hosts(Case):
    def test_folder_without_windows(self):
        self.one_sentence("examine", self.dir, says="holds no Windows folder")

    def test_hive_of_no_bytes_is_incomplete(self):
        tree = self.simulate("win32/mimail.a", "well", "--honest") / "host"
        (tree / "WINDOWS/system32/config/SOFTWARE").write_bytes(b"")
        self.expect(2, "examine", tree, says=["SOFTWARE", "INCOMPLETE"])

    def test_hive_of_noise_is_incomplete(self):
        tree = self.simulate("win32/mimail.a", "well", "--honest") / "host"
        (tree / "WINDOWS/system32/config/SOFTWARE").write_bytes(os.urandom(9000))
        self.expect(2, "examine", tree, says=["SOFTWARE", "INCOMPLETE"])

    def test_dirty_hive_is_read_and_never_written(self):
        tree = self.simulate() / "host"
        hive = tree / "WINDOWS/system32/config/SOFTWARE"
        data = bytearray(hive.read_bytes())
        struct.pack_into("<I", data, 4, struct.unpack_from("<I", data, 4)[0] + 1)
        checksum = 0
        for (word,) in struct.iter_unpack("<I", data[:508]):
            checksum ^= word
        struct.pack_into("<I", data, 508, checksum)
        hive.write_bytes(data)
        self.expect(1, "examine", tree, says="INFECTED")
        self.run_program("clean", "--apply", tree)
        self.assertEqual(hive.read_bytes(), bytes(data))


class Plans(Case):
    def setUp(self):
        super().setUp()
        self.tree = self.simulate() / "host"
        self.body = self.tree / "WINDOWS/videodrv.exe"
        self.plan = self.dir / "plan.json"
        self.expect(1, "clean", self.tree, "--out", self.plan)

    def apply(self, **options):
        return self.run_program("clean", self.tree, "--plan", self.plan, "--apply", **options)

    def run_id(self):
        return self.lines(self.expect(0, "runs", "--json"))[-1]["run"]

    def test_plan_whose_file_changed_is_refused(self):
        self.body.write_bytes(b"the owner's own work")
        result = self.apply()
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("refused", result.stdout)
        self.assertEqual(self.body.read_bytes(), b"the owner's own work")

    def test_plan_that_is_no_plan(self):
        self.plan.write_text('{"version": 1}')
        self.one_sentence("clean", self.tree, "--plan", self.plan, "--apply", says="is not a plan")

    def test_plan_that_is_no_json(self):
        self.plan.write_text("x")
        self.one_sentence("clean", self.tree, "--plan", self.plan, "--apply", says="not JSON")

    def test_plan_of_another_tree_is_refused(self):
        other = self.simulate("win32/mimail.a", "other") / "host"
        result = self.run_program("clean", other, "--plan", self.plan, "--apply")
        self.assertEqual(result.returncode, 2, result.stdout)
        self.assertTrue((other / "WINDOWS/videodrv.exe").exists())

    def test_plan_never_overwrites_a_file(self):
        before = self.plan.read_bytes()
        self.expect(2, "clean", self.tree, "--out", self.plan, says="plan.json")
        self.assertEqual(self.plan.read_bytes(), before)

    def test_unknown_run(self):
        self.one_sentence("undo", "20030801-000000-0000", says="20030801-000000-0000")

    def test_broken_journal_is_told_with_its_line(self):
        self.assertEqual(self.apply().returncode, 0)
        run = self.run_id()
        journal = self.dir / "state/runs" / run / "journal"
        lines = journal.read_bytes().splitlines(keepends=True)
        lines[1] = lines[1].replace(b"1", b"2")
        journal.write_bytes(b"".join(lines))
        self.one_sentence("undo", run, says="line 2")

    def test_swapped_quarantine_is_not_restored(self):
        self.assertEqual(self.apply().returncode, 0)
        for item in (self.dir / "state/quarantine").iterdir():
            data = bytearray(item.read_bytes())
            data[-1] ^= 1
            item.write_bytes(data)
        result = self.run_program("undo", self.run_id())
        self.assertEqual(result.returncode, 2, result.stdout)
        self.assertFalse(self.body.exists())

    def test_read_only_tree_loses_nothing(self):
        subprocess.run(["chown", "-R", "65534:65534", str(self.dir)], check=True)
        for folder, _, _ in os.walk(self.tree):
            os.chmod(folder, 0o555)
        result = self.apply(nobody=True)
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        self.assertIn("Permission denied", result.stdout + result.stderr)
        self.assertTrue(self.body.exists())

    def test_full_disk_loses_nothing(self):
        state = self.dir / "full"
        state.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24k,mode=0700", "none", state],
                                 capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("no right to mount a small file system here")
        try:
            result = self.apply(state=state)
            self.assertNotEqual(result.returncode, 0)
            self.assertIn("no room", result.stdout + result.stderr)
            self.assertTrue(self.body.exists())
        finally:
            subprocess.run(["umount", state], check=False)

    def test_verification_that_could_not_read_is_not_clean(self):
        (self.tree / "Documents and Settings/alice/NTUSER.DAT").write_bytes(b"")
        result = self.apply()
        self.assertEqual(result.returncode, 2, result.stdout)
        self.assertIn("Not verified", result.stdout)

    def test_second_run_at_once_is_told_to_wait(self):
        self.assertEqual(self.apply().returncode, 0)
        self.expect(0, "undo", self.run_id())
        held = []
        for lock in (self.dir / "state/locks").iterdir():
            held.append(open(lock, "rb"))
            fcntl.flock(held[-1], fcntl.LOCK_EX)
        self.assertTrue(held)
        result = self.apply()
        self.assertEqual(result.returncode, 2, result.stdout)
        self.assertTrue(self.body.exists())
        for file in held:
            file.close()


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("these tests give up rights, and so must begin as root", file=sys.stderr)
        sys.exit(77)
    main()
