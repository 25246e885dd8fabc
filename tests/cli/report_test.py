"""examine and check as pages that one keeps; deleted marks and lines of the hosts file on the way."""
import re

from program import Case, main


class Pages(Case):
    def setUp(self):
        super().setUp()
        self.host = self.simulate("win32/mimail.c", "sick") / "host"

    def page(self, code, *words):
        said = self.expect(code, *words, "--html", "report.html", self.host)
        self.assertNotIn("<html", said)
        return (self.dir / "report.html").read_text(encoding="utf-8")

    def one_page(self, page):
        self.assertIn("default-src 'none'", page)
        for asking in ("<script", "<link", "<img", "src=", "@import", "url("):
            self.assertNotIn(asking, page)
        self.assertEqual(page.count("<h1"), 1)
        ids = re.findall(r' id="([^"]+)"', page)
        self.assertEqual(len(ids), len(set(ids)))

    def test_examine_writes_verdict_plan_posture_and_starts(self):
        page = self.page(1, "examine")
        self.one_page(page)
        for part in ("INFECTED", "Time line", "What would be done", "What would prevent it",
                     "What Windows starts by itself", "Win32/Mimail"):
            self.assertIn(part, page)
        self.assertRegex(page, r"<code>[0-9a-f]{64}</code>")

    def test_check_writes_its_table(self):
        page = self.page(1, "check")
        self.one_page(page)
        self.assertIn("What would prevent it", page)
        self.assertNotIn("Time line", page)

    def test_a_folder_that_is_not_there_is_told(self):
        self.expect(2, "examine", "--html", "none/report.html", self.host, says="cannot write")

    def test_autoruns_say_since_when_and_which_file(self):
        lines = self.lines(self.expect(1, "examine", "--autoruns", "--json", self.host))
        starts = [line for line in lines if line["type"] == "start-up"]
        hashed = [line for line in starts if line["target"]]
        self.assertTrue(hashed)
        for line in hashed:
            self.assertRegex(line["target_sha256"], "^[0-9a-f]{64}$")
        self.assertTrue(all(line["since_unix_ns"] > 0 for line in starts))

    def test_what_was_cleaned_is_told_as_deleted(self):
        self.expect(0, "clean", "--apply", self.host)
        result = self.expect(0, "examine", "--json", self.host)
        deleted = [line for line in self.lines(result) if line["type"] == "deleted"]
        self.assertTrue(any("win32/mimail.c" in line["entries"] for line in deleted), deleted)
        self.expect(0, "examine", self.host, says="WHAT WAS DELETED FROM THE REGISTRY")

    def test_the_hosts_file_is_shown(self):
        etc = self.host / "WINDOWS/system32/drivers/etc"
        etc.mkdir(parents=True, exist_ok=True)
        (etc / "hosts").write_text("127.0.0.1 localhost\r\n127.0.0.1 update.example.com\r\n")
        lines = self.lines(self.expect(1, "examine", "--json", self.host))
        self.assertEqual([(line["line"], line["name"], line["address"]) for line in lines
                          if line["type"] == "hosts-line"],
                         [(2, "update.example.com", "127.0.0.1")])


main()
