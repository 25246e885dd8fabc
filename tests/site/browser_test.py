"""The site as a browser and a validator see it. usage: browser_test.py PROGRAM SOURCE ARTIFACTS

Every page is HTML by the standard (html-validate). A page of every kind is opened in Chromium:
axe-core finds no violation in light and dark, the console is silent, nothing is asked of a network,
no page is wider than the screen at 360, 768 and 1440 pixels. Pictures of all that go to ARTIFACTS."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from browser import Browser

PROGRAM = str(Path(sys.argv[1]).resolve())
SOURCE = Path(sys.argv[2]).resolve()
ARTIFACTS = Path(sys.argv[3]).resolve()
NPM = SOURCE / "build/npm/node_modules"
WIDTHS = (360, 768, 1440)

# One of every kind; of threats also one that is a draft and one with many variants.
PAGES = ("index.html", "a-z.html", "years.html", "transmission.html", "404.html",
         "bulletins/index.html", "bulletins/ms03-039.html",
         "weaknesses/index.html", "weaknesses/cve-2003-0352.html",
         "glossary/index.html", "glossary/mass-mailer.html",
         "checks/index.html", "checks/autorun.html",
         "vendors/index.html", "vendors/symantec.html",
         "win32/mimail.html", "win32/mimail.c.html", "win32/slammer.html", "win32/netsky.html",
         "index.html?q=what is videodrv.exe?")

# Without preload: it asks for style sheets again, which a page on a disk may not, and waits.
AXE = """axe.run(document, {resultTypes: ["violations"], preload: false}).then((result) => result.violations.map(
  (one) => `${one.id}: ${one.help} (${one.nodes.length}): ${one.nodes[0].html.slice(0, 300)}
    ${one.nodes[0].failureSummary.slice(0, 300)}`))"""


def need(*paths):
    missing = [str(path) for path in paths if not path or not Path(path).exists()]
    if missing or shutil.which("chromium") is None or shutil.which("node") is None:
        print("SKIPPED, nothing of this was tested: tools/setup test installs chromium and "
              f"build/npm ({', '.join(missing) or 'chromium, node'} missing)", file=sys.stderr)
        sys.exit(77)


class Site(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = Path(tempfile.mkdtemp(prefix="antidotary-site-"))
        cls.root = cls.dir / "site"
        env = dict(os.environ, ANTIDOTARY_ENCYCLOPEDIA=str(SOURCE / "encyclopedia"))
        subprocess.run([PROGRAM, "site", "build", str(cls.root)], env=env, check=True,
                       capture_output=True, timeout=300)
        cls.browser = Browser()
        cls.page = cls.browser.page()
        cls.axe = (NPM / "axe-core/axe.min.js").read_text()

    @classmethod
    def tearDownClass(cls):
        cls.browser.__exit__()
        shutil.rmtree(cls.dir)

    def open(self, name, **look):
        self.page.look(**look)
        path, _, query = name.partition("?")
        self.page.open((self.root / path).as_uri() + (f"?{query}" if query else ""))
        if query:
            self.page.wait_until("document.querySelector('#found ol li') !== null")

    def picture(self, name, width, scheme):
        words = re.sub(r"[^a-z0-9.]+", "-", name.replace(".html", "")).strip("-.")
        self.page.picture(ARTIFACTS / f"{words}-{width}{'' if scheme == 'light' else '-dark'}.png")

    def violations(self):
        self.page.run(self.axe + ";0")
        return self.page.run(AXE)

    def test_every_page_is_html_by_the_standard(self):
        done = subprocess.run(
            ["node", str(NPM / "html-validate/bin/html-validate.mjs"), "--config",
             str(SOURCE / "tests/site/html-validate.json"), "--formatter", "json",
             f"{self.root}/**/*.html"], capture_output=True, text=True, timeout=300)
        found = [f"{file['filePath']}:{one['line']}:{one['column']}: {one['message']}"
                 for file in json.loads(done.stdout) for one in file["messages"]]
        self.assertEqual([], found[:20])
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_validator_can_fail(self):
        bad = self.dir / "bad.html"
        bad.write_text("<!DOCTYPE html><html lang=en><title>x</title><p><div></p>")
        done = subprocess.run(["node", str(NPM / "html-validate/bin/html-validate.mjs"), "--config",
                               str(SOURCE / "tests/site/html-validate.json"), str(bad)],
                              capture_output=True, timeout=60)
        self.assertNotEqual(done.returncode, 0)

    def test_every_kind_of_page_is_sound(self):
        for name in PAGES:
            for width in WIDTHS:
                with self.subTest(page=name, width=width):
                    self.open(name, width=width)
                    self.assertEqual([], self.page.complaints())
                    self.assertEqual([], [url for url in self.page.requests()
                                          if not url.startswith(self.root.as_uri())])
                    wide = self.page.run("document.documentElement.scrollWidth")
                    self.assertLessEqual(wide, width)
                    self.picture(name, width, "light")

    def test_axe_finds_nothing_in_light_and_dark(self):
        runs = 0
        for scheme, width in (("light", 1440), ("dark", 360)):
            for name in PAGES:
                with self.subTest(page=name, scheme=scheme):
                    self.open(name, width=width, scheme=scheme)
                    self.assertEqual([], self.violations())
                    runs += 1
                    if scheme == "dark":
                        self.picture(name, width, scheme)
        self.assertEqual(runs, 2 * len(PAGES))

    def test_axe_can_fail(self):
        self.open("index.html", width=1440)
        self.page.run("document.querySelector('main').insertAdjacentHTML('beforeend', "
                      "'<img src=\"icon.svg\"><p id=\"pale\">pale</p>'), "
                      # The pages' own policy takes no style from markup.
                      "Object.assign(document.querySelector('#pale').style, "
                      "{color: '#ccc', background: '#fff'}), 0")
        found = " ".join(self.violations())
        self.assertIn("image-alt", found)
        self.assertIn("color-contrast", found)

    def test_search_finds_a_file_by_its_name(self):
        self.open("index.html?q=what is videodrv.exe?", width=1440)
        first = self.page.run("document.querySelector('#found a').getAttribute('href')")
        self.assertEqual(first, "win32/mimail.a.html")

    def test_everything_but_search_works_without_script(self):
        self.open("win32/mimail.html", width=1440, script=False)
        self.assertEqual([], self.page.complaints())
        self.picture("win32/mimail.html-without-script", 1440, "light")


class Preview(unittest.TestCase):
    """An author's browser: the page loads itself again when its file is saved."""

    def setUp(self):
        self.dir = Path(tempfile.mkdtemp(prefix="antidotary-preview-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        shutil.copytree(SOURCE / "encyclopedia", self.dir / "book")
        env = dict(os.environ, ANTIDOTARY_ENCYCLOPEDIA=str(self.dir / "book"))
        self.process = subprocess.Popen([PROGRAM, "entry", "preview", "win32/mimail"], env=env,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        text=True)
        self.addCleanup(self.process.stdout.close)
        self.addCleanup(self.process.wait)
        self.addCleanup(self.process.terminate)
        self.address = self.process.stdout.readline().strip()

    def test_the_page_follows_the_file(self):
        with Browser() as browser:
            page = browser.page()
            page.look(1440)
            page.open(self.address)
            page.wait_until("document.body.textContent.includes('checks passed')")
            file = self.dir / "book/win32/mimail/variants/a.toml"
            text = file.read_text()
            file.write_text(text.replace("evidence =", "evidense =", 1))
            page.wait_until("document.title.includes('cannot be read')")
            self.assertEqual([], [one for one in page.complaints() if "ERR_ABORTED" not in one])
            page.run(self.axe() + ";0")
            self.assertEqual([], page.run(AXE))
            page.picture(ARTIFACTS / "preview-broken-1440.png")
            file.write_text(text)
            page.wait_until("document.title.startsWith('Win32/Mimail')")
            page.wait_until("document.body.textContent.includes('checks passed')")
            page.picture(ARTIFACTS / "preview-1440.png")

    def axe(self):
        return (NPM / "axe-core/axe.min.js").read_text()


if __name__ == "__main__":
    need(NPM / "axe-core/axe.min.js", NPM / "html-validate/bin/html-validate.mjs")
    shutil.rmtree(ARTIFACTS, ignore_errors=True)
    ARTIFACTS.mkdir(parents=True)
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]])
