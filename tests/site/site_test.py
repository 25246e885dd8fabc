"""The static site: every link leads somewhere, no page is heavy, the same input gives the same
bytes, and nothing on a page asks the network for anything. usage: site_test.py PROGRAM SOURCE"""
import hashlib
import html.parser
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from xml.etree import ElementTree

PROGRAM = str(Path(sys.argv[1]).resolve())
SOURCE = Path(sys.argv[2]).resolve()
PAGE_BYTES_MAX = 100_000

# What a person asks for who has something in hand: a name, a file, a value, a subject, a host; and
# vague words, which many pages hold.
QUESTIONS = (
    "what is videodrv.exe?", "netwatch.exe", "NetWatch32", "darkprofits.com", "photos.zip",
    "taskmon.exe", "shimgapi.dll", "msblast.exe", "avserve.exe", "ILOVEYOU",
    "love-letter-for-you.txt.vbs", "Re[2]: our private photos", "paypal", "MS03-026", "KB824146",
    "mass mailer", "backdoor", "sql server", "W32.Mimail.A@mm", "Blackmal", "Beagle", "port 3127",
    "autorun.inf", "reverse dns", "kazaa", "BIOS", "code red", "nimda readme.eml",
    "buffer overrun in LSASS", "PayPal form card data", "windows update denial of service",
    "mydoom", "irc", "deletes files", "file infector", "logic bomb 26 april", "outlook express",
    "CVE-2003-0533", "firewall", "internet explorer", "network shares", "flash bios",
    "what is a worm?", "virus")


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


def run_build(folder, *flags, book=SOURCE / "encyclopedia"):
    env = dict(os.environ, ANTIDOTARY_ENCYCLOPEDIA=str(book))
    return subprocess.run([PROGRAM, "site", "build", str(folder), *flags], env=env,
                          capture_output=True, text=True, timeout=300)


def build(folder, *flags, book=SOURCE / "encyclopedia"):
    done = run_build(folder, *flags, book=book)
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

    def test_every_page_but_lists_has_its_json_and_links_it(self):
        pages = json.loads((self.root / "pages.json").read_text())["pages"]
        self.assertEqual({page["address"] for page in pages}, set(self.pages))
        for page in pages:
            name = page["address"]
            beside = self.root / (name[:-4] + "json")
            a_list = name.endswith("index.html") or "/" not in name
            self.assertEqual(beside.exists(), not a_list, name)
            if beside.exists():
                record = json.loads(beside.read_text())
                self.assertRegex(record["schema"], "^antidotary-[a-z]+/1$")
                self.assertIn(beside.name, self.pages[name].links)
        kinds = {json.loads(path.read_text())["schema"] for path in self.root.rglob("*/*.json")}
        self.assertEqual(kinds, {f"antidotary-{kind}/1" for kind in (
            "entry", "variant", "bulletin", "weakness", "term", "check", "vendor")})

    def test_the_feed_tells_every_change_and_every_entry_has_one(self):
        build(self.dir / "feed", "--address", "https://example.org/book")
        atom = {"a": "http://www.w3.org/2005/Atom"}
        feed = ElementTree.parse(self.dir / "feed/feed.xml").getroot()
        titles = [one.text for one in feed.findall("a:entry/a:title", atom)]
        lines = [line for line in (SOURCE / "encyclopedia/CHANGES").read_text().splitlines()
                 if line and not line.startswith("#")]
        self.assertEqual(titles, [line[11:] for line in lines])
        entries = {str(path.parent.relative_to(SOURCE / "encyclopedia"))
                   for path in (SOURCE / "encyclopedia").glob("*/*/entry.md")}
        told = {title.partition(": ")[0] for title in titles}
        self.assertEqual(entries - told, set(), "entries that CHANGES does not tell of")
        self.assertEqual(told - entries, {"all"}, "entries that are not there")
        ids = [one.text for one in feed.findall("a:entry/a:id", atom)]
        self.assertEqual(len(ids), len(set(ids)))
        for link in feed.findall("a:entry/a:link", atom):
            path = link.get("href").removeprefix("https://example.org/book/")
            self.assertTrue((self.dir / "feed" / path).is_file(), path)

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

    @unittest.skipUnless(shutil.which("node"), "node is not installed (tools/setup test)")
    def test_the_sites_search_finds_what_the_program_finds_in_the_same_order(self):
        asked = subprocess.run(["node", str(Path(__file__).parent / "search_in_node.js"),
                                str(self.root)], input=json.dumps(QUESTIONS), capture_output=True,
                               text=True, timeout=120, check=True)
        env = dict(os.environ, ANTIDOTARY_ENCYCLOPEDIA=str(SOURCE / "encyclopedia"))
        for question, hits in zip(QUESTIONS, json.loads(asked.stdout), strict=True):
            with self.subTest(question):
                done = subprocess.run([PROGRAM, "search", "--json", question], env=env,
                                      capture_output=True, text=True, timeout=120, check=True)
                wanted = [json.loads(line)["id"] for line in done.stdout.splitlines()]
                self.assertEqual([name.lower() for name in wanted], [
                    re.sub(r"^(bulletins|weaknesses|glossary|checks)/", "", hit)
                    .removesuffix(".html") for hit in hits])

    @unittest.skipUnless(shutil.which("chromium"), "chromium is not installed")
    def test_search_finds_a_file_by_its_name(self):
        address = (self.root / "index.html").as_uri() + "?q=videodrv.exe"
        profile = self.dir / "profile"
        out = subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu",
                              f"--user-data-dir={profile}", "--virtual-time-budget=3000",
                              "--dump-dom", address], capture_output=True, text=True, timeout=60)
        # The list of what was found, which only the script fills: the page has links of its own.
        found = re.search(r'id="found".*?</ol>', out.stdout, re.S)
        self.assertIsNotNone(found, out.stdout[:2000])
        self.assertIn('href="win32/mimail.a.html"', found[0])
        self.assertNotIn('href="win32/mimail.a.html"', re.search(
            r'id="found".*?</', (self.root / "index.html").read_text(), re.S)[0])


class Folder(unittest.TestCase):
    """A site that is built into the same folder again and again."""

    def setUp(self):
        self.dir = Path(tempfile.mkdtemp(prefix="antidotary-site-"))
        self.addCleanup(shutil.rmtree, self.dir)
        self.book, self.root = self.dir / "book", self.dir / "site"
        for part in ("win32/mimail", "win32/mydoom", "bulletins", "glossary"):
            shutil.copytree(SOURCE / "encyclopedia" / part, self.book / part)
        build(self.root, book=self.book)

    def forget_mydoom(self):
        shutil.rmtree(self.book / "win32/mydoom")

    def test_pages_of_entries_that_are_gone_go_and_nothing_else(self):
        own = self.root / "win32/notes.html"
        own.write_text("mine")
        self.forget_mydoom()
        build(self.root, book=self.book)
        self.assertEqual([], list(self.root.rglob("mydoom*")))
        self.assertTrue((self.root / "win32/mimail.html").is_file())
        self.assertEqual(own.read_text(), "mine")
        build(self.dir / "fresh", book=self.book)
        own.unlink()
        self.assertEqual(digests(self.root), digests(self.dir / "fresh"))

    def test_a_page_that_somebody_changed_is_left_and_told(self):
        changed = self.root / "win32/mydoom.html"
        changed.write_text("mine")
        self.forget_mydoom()
        done = build(self.root, book=self.book)
        self.assertEqual(changed.read_text(), "mine")
        self.assertIn("win32/mydoom.html belongs to no page any more", done.stderr)

    def test_nothing_is_removed_or_written_through_a_link(self):
        outside = self.dir / "outside"
        shutil.move(self.root / "win32", outside)
        (self.root / "win32").symlink_to(outside)
        before = digests(outside)
        self.forget_mydoom()
        done = run_build(self.root, book=self.book)
        self.assertEqual(done.returncode, 2)
        self.assertIn("behind a link", done.stderr)
        self.assertEqual(before, digests(outside))

    def test_a_list_that_climbs_is_refused(self):
        victim = self.dir / "victim"
        victim.write_text("mine")
        digest = hashlib.sha256(b"mine").hexdigest()
        (self.root / ".antidotary-site.sha256").write_text(f"{digest}  ../victim\n")
        done = run_build(self.root, book=self.book)
        self.assertEqual(done.returncode, 2)
        self.assertIn("line 1 of", done.stderr)
        self.assertTrue(victim.is_file())

    def test_somebody_elses_file_is_never_written_over(self):
        other = self.dir / "other"
        other.mkdir()
        (other / "index.html").write_text("mine")
        done = run_build(other, book=self.book)
        self.assertEqual(done.returncode, 2)
        self.assertIn("was not written by 'site build'", done.stderr)
        self.assertEqual([path.name for path in other.iterdir()], ["index.html"])

    def test_an_id_that_climbs_writes_nothing_outside(self):
        for file, before, after in (
                ("win32/mydoom/entry.md", 'id = "win32/mydoom"', 'id = "../escaped"'),
                ("glossary/backdoor.toml", 'id = "backdoor"', 'id = "../../escaped-term"')):
            text = (self.book / file).read_text()
            self.assertIn(before, text)
            (self.book / file).write_text(text.replace(before, after, 1))
            done = run_build(self.dir / "deep/site", book=self.book)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertRegex(done.stderr, r"\d problems? in ")
            self.assertEqual([], [path for path in self.dir.rglob("*escaped*")])

    def test_the_list_is_one_of_sha256sum(self):
        done = subprocess.run(["sha256sum", "--check", "--quiet", "--strict",
                               ".antidotary-site.sha256"], cwd=self.root, capture_output=True)
        self.assertEqual(done.returncode, 0, done.stdout)


unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
