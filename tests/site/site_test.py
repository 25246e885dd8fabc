"""The static site: every link leads somewhere, no page is heavy, the same input gives the same
bytes, and nothing on a page asks the network for anything. usage: site_test.py PROGRAM SOURCE"""
import hashlib
import html.parser
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = str(Path(sys.argv[1]).resolve())
SOURCE = Path(sys.argv[2]).resolve()
PAGE_BYTES_MAX = 100_000


class Page(html.parser.HTMLParser):
    """What a page links to and what its links may name."""

    def __init__(self, text):
        super().__init__()
        self.links, self.loads, self.ids = [], [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name == "id":
                self.ids.add(value)
            if name == "href" and tag == "a":
                self.links.append(value)
            if name == "src" or (name == "href" and tag == "link"):
                self.loads.append(value)


def build(folder):
    env = dict(os.environ, ANTIDOTARY_ENCYCLOPEDIA=str(SOURCE / "encyclopedia"))
    done = subprocess.run([PROGRAM, "site", "build", str(folder)], env=env, capture_output=True,
                          text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def digests(folder):
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*")) if path.is_file()}


class Site(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = Path(tempfile.mkdtemp(prefix="antidotary-site-"))
        build(cls.dir / "a")
        cls.root = cls.dir / "a"
        cls.pages = {str(path.relative_to(cls.root)): Page(path.read_text("utf-8"))
                     for path in cls.root.rglob("*.html")}

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.dir)

    def test_every_family_has_its_page(self):
        entries = {str(path.parent.relative_to(SOURCE / "encyclopedia"))
                   for path in (SOURCE / "encyclopedia").glob("*/*/entry.md")}
        self.assertEqual(set(), {entry for entry in entries if entry + ".html" not in self.pages})

    def test_no_link_is_broken(self):
        broken, count = [], 0
        for name, page in self.pages.items():
            for link in page.links + page.loads:
                if re.match(r"[a-z]+:", link):
                    continue
                count += 1
                path, _, fragment = link.partition("#")
                target = os.path.normpath(os.path.join(os.path.dirname(name), path)) if path \
                    else name
                there = not target.startswith("..") and (self.root / target).exists()
                if not there or (fragment and target in self.pages
                                 and fragment not in self.pages[target].ids):
                    broken.append((name, link))
        self.assertEqual([], broken)
        self.assertGreater(count, 5000)

    def test_no_page_is_heavy(self):
        heavy = {name: (self.root / name).stat().st_size for name in self.pages
                 if (self.root / name).stat().st_size > PAGE_BYTES_MAX}
        self.assertEqual({}, heavy)

    def test_no_page_loads_anything_from_elsewhere(self):
        for name, page in self.pages.items():
            for load in page.loads:
                self.assertNotRegex(load, r"^([a-z]+:)?//", name)

    def test_the_same_encyclopedia_gives_the_same_bytes(self):
        build(self.dir / "b")
        self.assertEqual(digests(self.root), digests(self.dir / "b"))

    def test_a_page_by_itself_loads_nothing(self):
        env = dict(os.environ, ANTIDOTARY_ENCYCLOPEDIA=str(SOURCE / "encyclopedia"))
        out = subprocess.run([PROGRAM, "explain", "win32/mimail.c", "--html"], env=env,
                             capture_output=True, text=True, check=True).stdout
        self.assertEqual([], [load for load in Page(out).loads if not load.startswith("data:")])
        self.assertIn("netwatch.exe", out)

    @unittest.skipUnless(shutil.which("chromium"), "chromium is not installed")
    def test_search_finds_a_file_by_its_name(self):
        address = (self.root / "index.html").as_uri() + "?q=videodrv.exe"
        profile = self.dir / "profile"
        out = subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu",
                              f"--user-data-dir={profile}", "--virtual-time-budget=3000",
                              "--dump-dom", address], capture_output=True, text=True, timeout=60)
        self.assertIn("win32/mimail.a.html", out.stdout)


unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
