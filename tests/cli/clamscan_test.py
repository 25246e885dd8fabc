"""clamscan's front: the same words in, the same lines and exit codes out.

Where clamscan is installed, each command is given to both and the answers are compared; where it is
not, ours are held against what clamscan 1.4.6 printed.
"""
import base64
import io
import os
import shutil
import subprocess
import sys
import tarfile
import time
import unittest
import zipfile

import program

PEER = shutil.which("clamscan")
EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamscan(program.Case):
    def setUp(self):
        super().setUp()
        self.ours = self.dir / "bin" / "clamscan"
        self.ours.parent.mkdir()
        self.ours.symlink_to(program.PROGRAM)
        self.write("one.ndb", "T.One:0:*:58595a57\n")
        self.write("tree/a", "nothing here\n")
        self.write("tree/b", "begins XYZW ends\n")
        self.write("tree/empty", "")
        self.write("tree/sub/c", "more XYZW\n")
        self.write("tree/sub/deep/d", "clean\n")
        (self.dir / "tree/link").symlink_to("b")

    def write(self, name, content):
        path = self.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def run_front(self, *words, program_path=None, nobody=False):
        """(exit code, stdout, stderr) of a command; `input` goes to its standard input."""
        state = self.dir / ("state-nobody" if nobody else "state")
        if nobody and not state.exists():
            state.mkdir(mode=0o700)
            os.chown(state, 65534, 65534)

        def become_nobody():
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)

        result = subprocess.run(
            [program_path or self.ours, *map(str, words)], cwd=self.dir, text=True, timeout=120,
            errors="surrogateescape", capture_output=True, input="stdin has XYZW too\n",
            env={"PATH": os.environ["PATH"], "ANTIDOTARY_STATE": str(state)},
            preexec_fn=become_nobody if nobody else None)
        return result.returncode, result.stdout, result.stderr

    def same(self, code, lines, *words, nobody=False, form=sorted):
        """Ours gives this exit code and these lines, in any order; so does the peer."""
        words = ("--no-summary", "-d", "one.ndb", *words)
        fronts = [self.ours] + ([PEER] if PEER else [])
        for front in fronts:
            got, out, err = self.run_front(*words, program_path=front, nobody=nobody)
            self.assertEqual(form(out.splitlines()), form(lines), (front, err))
            self.assertEqual(got, code, (front, out, err))

    FOUND_B = "tree/b: T.One.UNOFFICIAL FOUND"
    FOUND_C = "tree/sub/c: T.One.UNOFFICIAL FOUND"

    def test_a_folder_alone_is_not_entered_deeper(self):
        self.same(1, ["tree/a: OK", self.FOUND_B, "tree/empty: Empty file",
                      "tree/link: Symbolic link"], "tree")

    def test_recursive(self):
        self.same(1, ["tree/a: OK", self.FOUND_B, "tree/empty: Empty file",
                      "tree/link: Symbolic link", self.FOUND_C, "tree/sub/deep/d: OK"],
                  "-r", "tree")

    def test_suppressed_ok_leaves_links_and_empty_files(self):
        self.same(1, [self.FOUND_B, "tree/empty: Empty file", "tree/link: Symbolic link"],
                  "-o", "tree")

    def test_infected_prints_only_what_was_found(self):
        self.same(1, [self.FOUND_B, self.FOUND_C], "-r", "-i", "tree")
        self.same(1, [self.FOUND_B, self.FOUND_C], "--recursive=yes", "-o", "tree", "-i")

    def test_clean_is_zero(self):
        self.same(0, ["tree/a: OK"], "tree/a")

    def test_exclude_names_what_was_left_out(self):
        self.same(1, ["tree/a: OK", "tree/b: Excluded", "tree/empty: Empty file", self.FOUND_C,
                      "tree/link: Symbolic link", "tree/sub/deep: Excluded"],
                  "-r", "--exclude=b$", "--exclude-dir=deep", "tree")

    def test_include_leaves_out_the_rest(self):
        self.same(1, ["tree/a: Excluded", self.FOUND_B, "tree/empty: Excluded",
                      "tree/link: Symbolic link", "tree/sub/c: Excluded",
                      "tree/sub/deep/d: Excluded"], "-r", "--include=b$", "tree")

    def test_file_list(self):
        self.write("list", "tree/b\ntree/a\n")
        self.same(1, ["tree/a: OK", self.FOUND_B], "--file-list=list")

    def test_standard_input(self):
        self.same(1, ["stdin: T.One.UNOFFICIAL FOUND"], "-")

    def test_a_missing_path_is_an_error_and_the_rest_is_scanned(self):
        self.same(2, ["tree/a: OK"], "nosuch", "tree/a")
        _, _, err = self.run_front("--no-summary", "-d", "one.ndb", "nosuch")
        self.assertEqual(err.splitlines(), ["nosuch: No such file or directory",
                                            "WARNING: nosuch: Can't access file"])

    @unittest.skipUnless(os.getuid() == 0, "needs another user")
    def test_what_may_not_be_read_is_an_error(self):
        (self.dir / "tree/a").chmod(0)
        (self.dir / "state-nobody").mkdir(mode=0o700)
        os.chown(self.dir / "state-nobody", 65534, 65534)
        self.same(2, ["tree/a: Access denied"], "tree/a", nobody=True)

    def test_wrong_values_are_refused_in_the_same_words(self):
        for word, says in [("--recursive=abc", "Incorrect argument format for option --recursive"),
                           ("--max-filesize=1q", "option --max-filesize"),
                           ("--max-scantime=abc", "option --max-scantime"),
                           ("--nosuch", "unrecognized option `--nosuch'")]:
            for front in [self.ours] + ([PEER] if PEER else []):
                code, out, err = self.run_front("-d", "one.ndb", word, "tree/a", program_path=front)
                self.assertEqual((code, out), (2, ""), (front, word))
                self.assertIn(says, err, (front, word))
                self.assertIn("ERROR: Can't parse command line options", err)

    def test_jobs_takes_a_number(self):
        code, _, err = self.run_front("-d", "one.ndb", "--jobs=2x", "tree/a")
        self.assertEqual(code, 2)
        self.assertIn("'2x' is not a number", err)

    def test_no_database_is_an_error(self):
        for front in [self.ours] + ([PEER] if PEER else []):
            code, out, _ = self.run_front("--no-summary", "-d", "nosuch.ndb", "tree/a",
                                          program_path=front)
            self.assertEqual((code, out), (2, ""), front)

    def test_summary_counts(self):
        wanted = ["Known viruses: 1", "Scanned directories: 3", "Scanned files: 4",
                  "Infected files: 2"]
        for front in [self.ours] + ([PEER] if PEER else []):
            code, out, _ = self.run_front("-d", "one.ndb", "-r", "tree", program_path=front)
            self.assertEqual(code, 1)
            self.assertEqual([line for line in wanted if line not in out.splitlines()], [], front)

    def test_log_holds_what_the_peers_log_holds(self):
        # Nothing of what is well, and all of the rest, --quiet or not.
        changing = ("Data ", "Time:", "Start Date", "End Date")
        for words in (["-r"], ["-v"], ["-i"], ["-o"], ["--quiet", "-r"], ["--no-summary"]):
            logs = []
            for front in [self.ours] + ([PEER] if PEER else []):
                log = self.dir / "log.txt"
                log.unlink(missing_ok=True)
                for paths in (["tree", "missing"], ["tree/b"]):  # the second is put behind
                    self.run_front("-d", "one.ndb", "-l", log, *words, *paths, program_path=front)
                logs.append(sorted(line for line in log.read_text().splitlines()
                                   if not line.startswith(changing)))
            self.assertIn(self.FOUND_B, logs[0])
            self.assertEqual(logs[0], logs[-1], words)

    def test_a_log_that_cannot_be_written_is_an_error(self):
        for front in [self.ours] + ([PEER] if PEER else []):
            code, out, err = self.run_front("-d", "one.ndb", "-l", "no/such/log", "tree",
                                            program_path=front)
            self.assertEqual(code, 2, front)
            self.assertIn("ERROR: Failed to open log file no/such/log: No such file or directory",
                          out + err, front)

    def test_quiet_prints_nothing_but_errors(self):
        for words in (["--quiet"], ["--quiet", "-v"], ["--quiet", "--stdout"]):
            for front in [self.ours] + ([PEER] if PEER else []):
                code, out, err = self.run_front(*words, "-d", "one.ndb", "tree", "missing",
                                                program_path=front)
                self.assertEqual((code, out), (1, ""), front)
                self.assertEqual(err, "missing: No such file or directory\n", front)

    def test_stdout_takes_warnings_too(self):
        for front in [self.ours] + ([PEER] if PEER else []):
            _, out, err = self.run_front("--stdout", "-d", "one.ndb", "missing", program_path=front)
            self.assertIn("WARNING: missing: Can't access file", out.splitlines(), front)
            self.assertEqual(err, "missing: No such file or directory\n", front)

    def test_verbose_says_what_is_scanned(self):
        self.same(1, ["Scanning tree/a", "tree/a: OK", "Scanning tree/b", self.FOUND_B,
                      "tree/empty: Empty file", "tree/link: Symbolic link"], "-v", "tree")

    def test_links_are_followed_as_far_as_is_said(self):
        self.write("out/f", "beyond\n")
        for name, target in (("tree/sub/beyond", "../../out"), ("tree/sub/dead", "nowhere"),
                             ("named", "tree"), ("named_file", "tree/b")):
            (self.dir / name).symlink_to(target)
        for words in ([], ["--follow-file-symlinks=2"], ["--follow-dir-symlinks=2"],
                      ["--follow-file-symlinks=0"], ["--follow-dir-symlinks=0"],
                      ["--follow-file-symlinks=2", "--follow-dir-symlinks=2"]):
            with self.subTest(words):
                answers = []
                for front in [self.ours] + ([PEER] if PEER else []):
                    code, out, err = self.run_front(
                        "--no-summary", "-d", "one.ndb", "-r", *words, "named", "named_file",
                        "tree", program_path=front)
                    answers.append((code, sorted(out.splitlines()), err))
                self.assertEqual(answers[0], answers[-1])
                self.assertEqual("--follow-dir-symlinks=2" in words,
                                 "tree/sub/beyond/f: OK" in answers[0][1])

    def test_what_lies_behind_a_link_is_as_deep_as_the_link(self):
        self.write("real/x/y/z/f", "begins XYZW ends\n")
        (self.dir / "deep/a").mkdir(parents=True)
        (self.dir / "deep/a/l").symlink_to("../../real")
        for depth in range(1, 8):
            answers = []
            for front in [self.ours] + ([PEER] if PEER else []):
                answers.append(self.run_front(
                    "--no-summary", "-d", "one.ndb", "-r", "--follow-dir-symlinks=2",
                    f"--max-dir-recursion={depth}", "deep", program_path=front)[:2])
            self.assertEqual(answers[0], answers[-1], depth)

    def test_an_error_that_ends_the_run_stands_in_the_log(self):
        for front in [self.ours] + ([PEER] if PEER else []):
            self.write("bad.cvd", "no database")
            log = self.dir / "log.txt"
            log.unlink(missing_ok=True)
            code, _, _ = self.run_front("-d", "bad.cvd", "-l", log, "tree", program_path=front)
            self.assertEqual(code, 2, front)
            self.assertRegex(log.read_text(), r"(?m)^ERROR: ", front)

    def test_a_link_to_a_folder_above_is_not_followed_round(self):
        (self.dir / "tree/sub/up").symlink_to("..")
        (self.dir / "tree/sub/here").symlink_to(".")
        code, out, _ = self.run_front("--no-summary", "-d", "one.ndb", "-r",
                                      "--follow-dir-symlinks=2", "tree")
        self.assertEqual(code, 1)
        self.assertEqual(out.count(self.FOUND_C), 1, out)

    def test_what_shall_stay_closed_is_not_opened(self):
        with zipfile.ZipFile(self.dir / "packed.zip", "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("inner", "XYZW" + "x" * 2000)
        body = base64.b64encode(b"begins XYZW ends").decode()
        self.write("letter.eml", "From: a@example.org\nSubject: x\nMIME-Version: 1.0\n"
                   "Date: Mon, 1 Jan 2001 00:00:00 +0000\n"
                   "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
                   "Content-Type: application/octet-stream\n"
                   f"Content-Transfer-Encoding: base64\n\n{body}\n--b--\n")
        for name, option in (("packed.zip", "--scan-archive"), ("letter.eml", "--scan-mail")):
            self.same(1, [f"{name}: T.One.UNOFFICIAL FOUND"], name)
            self.same(0, [f"{name}: OK"], f"{option}=no", name)

    def test_links_are_held_against_the_lists_unless_told_not_to(self):
        self.write("links.pdb", "H:bank.com\n")
        self.write("lure.eml", "From: a@example.org\nSubject: s\nMIME-Version: 1.0\n"
                   "Content-Type: text/html\n\n<html><body>"
                   '<a href="http://evil.org/x">http://bank.com/login</a></body></html>\n')
        words = ("-d", "links.pdb")
        self.same(1, ["lure.eml: Heuristics.Phishing.Email.SpoofedDomain FOUND"], *words,
                  "lure.eml")
        self.same(0, ["lure.eml: OK"], *words, "--phishing-scan-urls=no", "lure.eml")

    def encrypted(self, name, password, *words):
        """A zip of EICAR's test file, as 7z's `words` ask for it."""
        self.write("eicar.com", EICAR)
        subprocess.run(["7z", "a", f"-p{password}", *words, name, "eicar.com"], cwd=self.dir, check=True,
                       capture_output=True)
        return (self.dir / name).read_bytes()

    def letter(self, name, text, attachment):
        self.write(name, "From: a@example.org\nSubject: s\nMIME-Version: 1.0\nContent-Type: "
                   f"multipart/mixed; boundary=cut\n\n--cut\nContent-Type: text/plain\n\n{text}\n"
                   "--cut\nContent-Type: application/zip; name=a.zip\nContent-Disposition: attachment; "
                   "filename=a.zip\nContent-Transfer-Encoding: base64\n\n"
                   + base64.encodebytes(attachment).decode() + "--cut--\n")

    def test_an_archive_is_opened_by_the_password_that_its_mail_says(self):
        self.write("eicar.ndb", "T.Eicar:0:0:" + EICAR[:20].encode().hex() + "\n")
        for kind, words in (("crypto", ["-tzip"]), ("aes", ["-tzip", "-mem=AES256"])):
            archive = self.encrypted(f"{kind}.zip", "54321", *words)
            self.letter(f"{kind}.eml", "The password of the file is: 54321.", archive)
            self.letter(f"{kind}-other.eml", "The password of the file is: 54322.", archive)
            options = ("--no-summary", "-d", "eicar.ndb")
            code, out, _ = self.run_front(*options, f"{kind}.eml")
            self.assertEqual((code, out), (1, f"{kind}.eml: T.Eicar.UNOFFICIAL FOUND\n"))
            code, out, err = self.run_front(*options, f"{kind}-other.eml")
            self.assertEqual((code, out), (0, f"{kind}-other.eml: OK\n"))
            self.assertIn("not wholly read (opaque): the member is encrypted", err)

    def test_a_database_says_passwords_of_archives(self):
        self.write("eicar.ndb", "T.Eicar:0:0:" + EICAR[:20].encode().hex() + "\n")
        self.write("words.pwdb", "P.One;Engine:81-255;0;54321\n")
        self.encrypted("aes.zip", "54321", "-tzip", "-mem=AES256")
        options = ("--no-summary", "-d", "eicar.ndb", "-d", "words.pwdb")
        code, out, err = self.run_front(*options, "aes.zip")
        self.assertEqual((code, out), (1, "aes.zip: T.Eicar.UNOFFICIAL FOUND\n"), err)

    def test_alerts_are_told_where_they_are_asked_for(self):
        self.encrypted("crypto.zip", "x", "-tzip")
        self.encrypted("aes.zip", "x", "-tzip", "-mem=AES256")
        self.encrypted("names.7z", "x", "-mhe=on")
        files = ["crypto.zip", "aes.zip", "names.7z"]
        told = ["crypto.zip: Heuristics.Encrypted.Zip FOUND", "aes.zip: Heuristics.Encrypted.Zip FOUND",
                "names.7z: Heuristics.Encrypted.7Zip FOUND"]
        quiet = [f"{file}: OK" for file in files]
        for option in ("--alert-encrypted", "--alert-encrypted-archive"):
            self.same(1, told, option, *files)
        for option in ("--alert-encrypted=no", "--alert-encrypted-doc", "--alert-macros", "--alert-broken"):
            self.same(0, quiet, option, *files)

    def test_a_signature_comes_before_an_alert(self):
        plain = io.BytesIO()
        with zipfile.ZipFile(plain, "w") as archive:
            archive.writestr("a", "begins XYZW ends\n" + "x" * 5000)
        self.write("large.zip", plain.getvalue())
        limit = ("--alert-exceeds-max", "--max-files=1")
        self.same(1, ["large.zip: T.One.UNOFFICIAL FOUND"], *limit, "large.zip")

    def test_limits_are_told_where_they_are_asked_for(self):
        many = io.BytesIO()
        with zipfile.ZipFile(many, "w") as archive:
            for number in range(30):
                archive.writestr(f"{number}.txt", f"text {number}\n" * 9)
        self.write("many.zip", many.getvalue())
        self.write("large.bin", os.urandom(300_000))
        ask = "--alert-exceeds-max"
        name = "Heuristics.Limits.Exceeded"
        self.same(1, [f"many.zip: {name}.MaxFiles FOUND"], ask, "--max-files=5", "many.zip")
        self.same(1, [f"large.bin: {name}.MaxFileSize FOUND"], ask, "--max-filesize=100K", "large.bin")
        self.same(1, [f"large.bin: {name}.MaxScanSize FOUND"], ask, "--max-scansize=100K", "large.bin")
        self.same(0, ["many.zip: OK"], "--max-files=5", "many.zip")

    def test_a_place_that_takes_nothing_is_refused_before_anything_is_scanned(self):
        for option in ("--move=no/such", "--copy=no/such", "--move=tree/a"):
            for front in [self.ours] + ([PEER] if PEER else []):
                code, out, _ = self.run_front("-d", "one.ndb", option, "tree/b", program_path=front)
                self.assertEqual(code, 2, (front, option))
                self.assertNotIn("tree/b", out, (front, option))

    @unittest.skipUnless(os.getuid() == 0, "needs another user")
    def test_a_moved_file_stays_what_it_was(self):
        (self.dir / "q").mkdir()
        for front in [self.ours] + ([PEER] if PEER else []):
            for option in ("--copy=q", "--move=q"):
                file = self.write("tree/b", "begins XYZW ends\n")
                os.chown(file, 65534, 65534)
                file.chmod(0o640)
                os.utime(file, (10**9, 10**9))
                self.run_front("--no-summary", "-d", "one.ndb", option, "tree/b", program_path=front)
                now = (self.dir / "q/b").stat()
                self.assertEqual(now.st_mtime, 10**9, (front, option))
                wanted = (65534, 0o640) if option == "--move=q" else (0, 0o600)
                self.assertEqual((now.st_uid, now.st_mode & 0o7777), wanted, (front, option))
                (self.dir / "q/b").unlink()

    def test_a_file_of_two_names_stays(self):
        (self.dir / "q").mkdir()
        os.link(self.dir / "tree/b", self.dir / "other")
        for option in ("--move=q", "--remove"):
            code, out, err = self.run_front("--no-summary", "-d", "one.ndb", option, "tree/b")
            self.assertEqual((code, out), (1, self.FOUND_B + "\n"))
            self.assertIn("it has 2 names (hard links)", err)
            self.assertEqual(list((self.dir / "q").iterdir()), [])
            self.assertTrue((self.dir / "tree/b").exists())

    def headed(self, name, days):
        """The header of a container that was made some days ago, and nothing that can be read."""
        made = int(time.time()) - 86400 * days + 3600
        head = f"ClamAV-VDB:01 Jan 2026 00-00 +0000:1:1:90:{'0' * 32}:x:us:{made}"
        self.write(name, head.ljust(512) + "nothing")

    def test_an_old_database_is_refused_where_that_is_asked_for(self):
        self.headed("old/a.cvd", 10)
        self.headed("old/b.cld", 4)
        self.headed("alone.cld", 4)
        self.write("plain/one.ndb", "T.One:0:*:58595a57\n")
        says = "Virus database is older than"
        for days, database, old in ((3, "old", True), (4, "old", False), (0, "old", False),
                                    (3, "alone.cld", True), (4, "alone.cld", False),
                                    (1, "plain", True), (1, "one.ndb", False)):
            for front in [self.ours] + ([PEER] if PEER else []):
                _, _, err = self.run_front("-d", database, f"--fail-if-cvd-older-than={days}",
                                           "tree/a", program_path=front)
                self.assertEqual(f"ERROR: {says} {days} days!" in err, old, (front, database, days))

    def test_only_official_databases_are_read_where_that_is_asked_for(self):
        ask = ("--no-summary", "--official-db-only", "-d")
        # clamscan reads nothing of a file that is named, and calls everything OK.
        code, out, err = self.run_front(*ask, "one.ndb", "tree/b")
        self.assertEqual((code, out), (2, ""))
        self.assertIn("one.ndb is no official database (.cvd or .cld)", err)
        self.write("plain/one.ndb", "T.One:0:*:58595a57\n")
        for front in [self.ours] + ([PEER] if PEER else []):
            code, out, _ = self.run_front(*ask, "plain", "tree/b", program_path=front)
            self.assertEqual((code, out), (2, ""), front)
        content = io.BytesIO()
        with tarfile.open(fileobj=content, mode="w:gz") as tar:
            tar.add(self.write("two.ndb", "T.Two:0:*:58595a57\n"), "two.ndb")
        self.write("plain/daily.cld", b"ClamAV-VDB:01 Jan 2026 00-00 +0000:1:1:90:X:x:us:1".ljust(512)
                   + content.getvalue())
        code, out, _ = self.run_front(*ask, "plain", "tree/b")
        self.assertEqual((code, out), (1, "tree/b: T.Two.UNOFFICIAL FOUND\n"))
        code, out, _ = self.run_front("--no-summary", "-z", "-d", "plain", "tree/b")
        self.assertIn("T.One.UNOFFICIAL", out)

    def test_copy_leaves_the_file(self):
        (self.dir / "q").mkdir()
        code, out, _ = self.run_front("--no-summary", "-d", "one.ndb", "--copy=q", "tree/b")
        self.assertEqual(code, 1)
        self.assertIn("tree/b: copied to 'q/b'", out)
        self.assertTrue((self.dir / "tree/b").exists())
        self.assertEqual((self.dir / "q/b").read_bytes(), (self.dir / "tree/b").read_bytes())

    def test_move_is_a_run_that_undo_takes_back(self):
        (self.dir / "q").mkdir()
        before = (self.dir / "tree/b").read_bytes()
        code, out, err = self.run_front("--no-summary", "-d", "one.ndb", "--move=q", "tree/b")
        self.assertEqual(code, 1, err)
        self.assertRegex(out, r"tree/b: moved to 'q/b' \(run \S+\)")
        self.assertFalse((self.dir / "tree/b").exists())
        run = out.rsplit("(run ", 1)[1].split(")")[0]
        self.expect(0, "undo", run)
        self.assertEqual((self.dir / "tree/b").read_bytes(), before)

    def test_remove_never_takes_what_windows_starts_with(self):
        self.write("disk/WINDOWS/system32/ntdll.dll", "XYZW")
        self.write("disk/downloads/explorer.exe", "XYZW")
        code, out, err = self.run_front("--no-summary", "-d", "one.ndb", "-r", "--remove", "disk")
        self.assertEqual(code, 1)
        self.assertIn("disk/downloads/explorer.exe: removed", out)
        self.assertIn("ntdll.dll: not taken away: Windows needs a file of this name there", err)
        self.assertTrue((self.dir / "disk/WINDOWS/system32/ntdll.dll").exists())
        self.assertFalse((self.dir / "disk/downloads/explorer.exe").exists())

    def test_damage_is_an_error_and_never_ok(self):
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a", os.urandom(200) + b"hello" * 1000)
        damaged = bytearray(whole.getvalue())
        damaged[60:90] = b"\xff" * 30
        self.write("bad.zip", bytes(damaged))
        code, out, _ = self.run_front("--no-summary", "-d", "one.ndb", "bad.zip")
        self.assertEqual(code, 2)
        self.assertRegex(out, r"^bad\.zip: .* ERROR\n$")

    def limited(self, *words):
        """The answer for a zip whose one member is larger than --max-filesize."""
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a", os.urandom(5000))
        self.write("big.zip", whole.getvalue())
        return self.run_front("--no-summary", "-d", "one.ndb", "--max-filesize=1K", *words,
                              "big.zip")

    def test_what_a_limit_cut_keeps_ok_and_is_said_beside(self):
        code, out, err = self.limited()
        self.assertEqual((code, out), (0, "big.zip: OK\n"))
        self.assertIn("not wholly read (limited)", err)

    def test_strict_incomplete_makes_it_an_error(self):
        code, out, _ = self.limited("--strict-incomplete")
        self.assertEqual(code, 2)
        self.assertRegex(out, r"^big\.zip: .* ERROR\n$")

    def test_a_yara_rule_is_named_as_clamscan_names_it(self):
        self.write("rules/a.yar", 'rule quux { strings: $a = "XYZW" condition: $a }\n')
        for front in [self.ours] + ([PEER] if PEER else []):
            for database in ("rules", "rules/a.yar"):
                code, out, err = self.run_front("--no-summary", "-d", database, "tree/b",
                                                program_path=front)
                self.assertEqual((code, out), (1, "tree/b: YARA.quux.UNOFFICIAL FOUND\n"), err)

    def test_allmatch_gives_every_name(self):
        # clamscan 1.4.6 prints the last name twice.
        self.write("one.ndb", "T.One:0:*:58595a57\nT.Two:0:*:626567696e73\n")
        self.same(1, ["tree/b: T.One.UNOFFICIAL FOUND", "tree/b: T.Two.UNOFFICIAL FOUND"],
                  "-z", "tree/b", form=set)

    def test_a_malformed_line_is_told_and_strict_refuses_it(self):
        self.write("two.ndb", "T.One:0:*:58595a57\nno line at all\n")
        code, out, _ = self.run_front("--no-summary", "-d", "two.ndb", "tree/b")
        self.assertEqual((code, out), (1, self.FOUND_B + "\n"))
        code, _, err = self.run_front("--no-summary", "--strict", "-d", "two.ndb", "tree/b")
        self.assertEqual(code, 2)
        self.assertRegex(err, r"two\.ndb:2: ")

    def test_a_broken_database_is_an_error(self):
        (self.dir / "cut.cvd").write_bytes(b"ClamAV-VDB:01 Jan")
        code, _, err = self.run_front("-d", "cut.cvd", "tree")
        self.assertEqual(code, 2)
        self.assertIn("cut.cvd", err)

    def test_hostile_names_are_escaped(self):
        (self.dir / "tree" / "x\nFAKE: OK\x1b[1m").write_bytes(b"XYZW")
        _, out, _ = self.run_front("--no-summary", "-i", "-d", "one.ndb", "tree")
        self.assertNotIn("\x1b", out)
        self.assertNotIn("\nFAKE", out)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
