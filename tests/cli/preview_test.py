#!/usr/bin/env python3
"""entry preview as an author uses it: the page follows the files, a broken entry is shown with its
place, only loopback is served, Ctrl-C ends it whole."""
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from program import PROGRAM, SOURCE, Case, main

WAIT_S = 60


class Preview(Case):
    FILE = "win32/mimail/variants/a.toml"

    def setUp(self):
        super().setUp()
        self.book = self.dir / "book"
        for part in ("win32/mimail", "win32/mydoom", "bulletins", "glossary"):
            shutil.copytree(SOURCE / "encyclopedia" / part, self.book / part)
        self.process = None
        # In memory where there is such a folder: the proof syncs what it writes.
        shared = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.tmp = Path(tempfile.mkdtemp(prefix="antidotary-preview-", dir=shared))
        self.addCleanup(shutil.rmtree, self.tmp)

    def tearDown(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        super().tearDown()

    def start(self, *words):
        """Starts it; the scratch folder is ours, so that what it leaves behind is seen."""
        env = {"PATH": os.environ["PATH"], "TMPDIR": str(self.tmp),
               "ANTIDOTARY_ENCYCLOPEDIA": str(self.book)}
        self.process = subprocess.Popen([PROGRAM, "entry", "preview", *map(str, words)], env=env,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        text=True, cwd=self.dir)
        self.addCleanup(self.process.stdout.close)
        address = self.process.stdout.readline()
        found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)(/\S+)\n", address)
        self.assertTrue(found, address)
        self.port, self.path = int(found[1]), found[2]

    def get(self, path=None, method="GET", host=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_S)
        headers = {"Host": host} if host else {}
        connection.request(method, path or self.path, headers=headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text, answer

    def page_when(self, holds, path=None):
        """The page as soon as `holds` is true of it."""
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end:
            text = self.get(path)[1]
            if holds(text):
                return text
            time.sleep(0.05)
        self.fail("the page never came to hold it:\n" + text[:4000])

    def change(self, file, before, after):
        text = (self.book / file).read_text()
        self.assertIn(before, text)
        # As editors do it: a new file that takes the old one's name.
        (self.book / "fresh~").write_text(text.replace(before, after, 1))
        os.replace(self.book / "fresh~", self.book / file)

    def raw(self, request):
        with socket.create_connection(("127.0.0.1", self.port), timeout=WAIT_S) as peer:
            peer.sendall(request)
            answer = b""
            while piece := peer.recv(65536):
                answer += piece
        return answer

    def test_the_page_follows_its_files_and_says_what_the_proof_says(self):
        self.start("win32/mimail")
        self.assertEqual(self.path, "/win32/mimail.html")
        text = self.page_when(lambda text: "checks passed" in text)
        self.assertIn("<b>Preview.</b> 0 errors", text)
        self.assertIn("/-/preview.js", text)
        self.change("win32/mimail/entry.md", "summary = \"", "summary = \"Quite new words. ")
        self.page_when(lambda text: "Quite new words." in text)
        # A change that only the proof can see.
        self.change(self.FILE, 'name = "videodrv.exe"', 'name = "changed.exe"')
        self.page_when(lambda text: "changed.exe" in text, "/win32/mimail.a.html")

    def test_another_entry_is_followed_too(self):
        self.start("win32/mimail")
        self.change("win32/mydoom/entry.md", "summary = \"", "summary = \"Quite new words. ")
        self.page_when(lambda text: "Quite new words." in text, "/win32/mydoom.html")

    def test_a_broken_entry_is_shown_with_its_place_until_it_is_mended(self):
        self.start("win32/mimail")
        self.change(self.FILE, "evidence =", "evidense =")
        lines = (self.book / self.FILE).read_text().splitlines()
        number = next(i for i, line in enumerate(lines, 1) if "evidense" in line)
        text = self.page_when(lambda text: "cannot be read" in text)
        self.assertIn(f"<code>book/{self.FILE}:{number}:1</code>", text)
        self.assertIn("evidense", text)
        self.assertIn("Mend:", text)
        self.change(self.FILE, "evidense =", "evidence =")
        self.page_when(lambda text: "checks passed" in text)

    def test_a_proof_that_dies_is_no_proof(self):
        self.start("win32/mimail/")
        self.assertEqual(self.path, "/win32/mimail.html")
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        end = time.monotonic() + WAIT_S
        while not (child := children.read_text().split()) and time.monotonic() < end:
            time.sleep(0.001)
        os.kill(int(child[0]), signal.SIGKILL)
        text = self.page_when(lambda text: "the proof could not be run" in text)
        self.assertIn("broke off before its end", text)
        self.assertIn('class="preview bad"', text)
        self.assertNotIn("nothing to prove", text)

    def test_a_failed_proof_is_shown(self):
        near = self.book / "win32/mimail/proof/near/host/WINDOWS"
        near.mkdir(parents=True, exist_ok=True)
        self.start("win32/mimail")
        self.page_when(lambda text: "checks passed" in text)
        # A near miss that is none: the worm's own infected computer.
        self.expect(0, "entry", "simulate", "win32/mimail.a", "sick", encyclopedia=self.book)
        shutil.copytree(self.dir / "sick/host", near.parent, dirs_exist_ok=True)
        text = self.page_when(lambda text: "checks failed" in text)
        self.assertIn("near misses stay clean", text)

    def test_a_draft_elsewhere_is_read_as_if_it_were_in_the_encyclopedia(self):
        draft = self.dir / "drafts/win32/example"
        shutil.copytree(self.book / "win32/mydoom", draft)
        for file in draft.rglob("*.*"):
            if file.suffix in (".md", ".toml"):
                file.write_text(file.read_text().replace("win32/mydoom", "win32/example"))
        self.start(draft / "entry.md")
        self.assertEqual(self.path, "/win32/example.html")
        self.page_when(lambda text: "<h1>" in text and "Preview." in text)
        text = (draft / "entry.md").read_text()
        (draft / "entry.md").write_text(text.replace("summary = \"", "summary = \"Other words. "))
        self.page_when(lambda text: "Other words." in text)

    def test_open_pages_are_told(self):
        self.start("win32/mimail")
        self.page_when(lambda text: "checks passed" in text)
        peer = socket.create_connection(("127.0.0.1", self.port), timeout=WAIT_S)
        self.addCleanup(peer.close)
        peer.sendall(f"GET /-/events HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n\r\n".encode())
        told = b""
        while told.count(b"data: ") < 1 or not told.endswith(b"\n\n"):
            told += peer.recv(4096)
        self.change("win32/mimail/entry.md", "summary = \"", "summary = \"Quite new words. ")
        while told.count(b"data: ") < 2 or not told.endswith(b"\n\n"):
            told += peer.recv(4096)
        first, second = re.findall(rb"data: (\S+)\n\n", told)[:2]
        self.assertNotEqual(first, second)
        self.page_when(lambda text: "Quite new words." in text and
                       f'data-version="{first.decode()}"' not in text)

    def test_only_loopback_by_its_own_name_is_served(self):
        self.start("win32/mimail")
        self.assertEqual(self.get(host="example.org")[0], 421)
        self.assertEqual(self.get(host=f"example.org:{self.port}")[0], 421)
        self.assertEqual(self.get(host=f"localhost:{self.port}")[0], 200)
        # Listening on 127.0.0.1 and nowhere else (proc(5): address and port in hexadecimal).
        own = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
               if line.split()[3] == "0A" and line.split()[1].endswith(f":{self.port:04X}")]
        self.assertEqual(own, [f"0100007F:{self.port:04X}"])
        status, _, answer = self.get()
        self.assertIn("default-src 'none'", answer.getheader("Content-Security-Policy"))
        self.assertEqual(answer.getheader("Cache-Control"), "no-store")
        self.assertEqual(status, 200)

    def test_whatever_is_asked_gets_an_answer_and_the_next_one_too(self):
        self.start("win32/mimail")
        host = f"Host: 127.0.0.1:{self.port}\r\n\r\n"
        for request, status in ((f"POST / HTTP/1.1\r\n{host}", 405), (f"GET / HTTP/2\r\n{host}", 505),
                                ("nonsense\r\n\r\n", 400), ("GET / HTTP/1.1\r\n\r\n", 400),
                                (f"GET /../../etc/passwd HTTP/1.1\r\n{host}", 404),
                                (f"GET /%2e%2e/x.html HTTP/1.1\r\n{host}", 404),
                                (f"GET http://a/ HTTP/1.1\r\n{host}", 400),
                                ("GET / HTTP/1.1\r\nA: " + "x" * 70_000, 431)):
            answer = self.raw(request.encode())
            self.assertEqual(int(answer.split()[1]), status, request[:60])
        status, text, _ = self.get(method="HEAD")
        self.assertEqual((status, text), (200, ""))
        for path in ("/", "/style.css", "/search-index.js", "/win32/mimail.json", "/-/preview.css"):
            self.assertEqual(self.get(path)[0], 200, path)

    def test_it_ends_whole(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            self.start("win32/mimail")
            self.get()
            self.process.send_signal(number)
            self.assertEqual(self.process.wait(WAIT_S), 0)
            self.assertEqual(list(self.tmp.iterdir()), [])

    def test_bad_input_gets_one_sentence(self):
        self.one_sentence("entry", "preview", "win32/none", says="there is no entry")
        self.one_sentence("entry", "preview", self.dir, says="no folder above it")
        for port in ("x", "-1", "65536", "80 "):
            self.one_sentence("entry", "preview", "win32/mimail", f"--port={port}", says="--port")
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.one_sentence("entry", "preview", "win32/mimail", "--port",
                              taken.getsockname()[1], says="listens on port")


if __name__ == "__main__":
    main()
