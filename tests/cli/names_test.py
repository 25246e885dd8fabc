"""Labels, votes, the table of names, search and the pages of bulletins, weaknesses and terms."""
import json
import sys
import unittest

import program


class Names(program.Case):
    def resolve(self, *words):
        out = self.expect(0, "names", "resolve", "--json", *words)
        return [json.loads(line) for line in out.splitlines()]

    def test_an_exact_label_is_certain_and_says_why(self):
        self.expect(0, "names", "resolve", "W32.Mimail.A@mm", says=["win32/mimail.a", "certain"])

    def test_a_known_mistake_leads_to_what_was_meant(self):
        self.expect(0, "names", "resolve", "WORM_MIMAIL.R", says=["win32/mydoom.a", "mistaken"])

    def test_a_vendor_before_the_label(self):
        self.expect(0, "names", "resolve", "Sophos W32/Mimail-N", says="win32/mimail.p")

    def test_a_bulletins_name_is_said_to_be_one(self):
        self.expect(0, "names", "resolve", "MS03-026",
                    says=["unknown", "no threat's name but the bulletin MS03-026"])

    def test_a_vendor_that_nobody_knows_is_said(self):
        self.expect(0, "names", "resolve", "--vendor", "Nobody", "W32.Mimail.A@mm",
                    says=["win32/mimail.a", "no vendor 'Nobody' is known"])

    def test_a_variant_that_nobody_knows_keeps_its_family(self):
        self.expect(0, "names", "resolve", "W32/Mydoom.zz@MM", says=["win32/mydoom", "zz"])

    def test_a_generic_label_is_unknown_and_never_a_family(self):
        out = self.expect(0, "names", "resolve", "TROJ_AGENT.ABC", says="unknown")
        self.assertNotIn("win32/", out)

    def test_a_list_answers_each_line(self):
        (self.dir / "list").write_text("# labels\nW32.Mimail.A@mm\n\nSophos\tW32/Mimail-N\n")
        out = self.expect(0, "names", "resolve", "--list", "list")
        self.assertIn("win32/mimail.a", out)
        self.assertIn("win32/mimail.p", out)
        self.assertEqual(len(out.splitlines()), 2)

    def test_engines_that_copy_each_other_have_one_vote(self):
        report = {"sha256": "ab", "scans": {
            "BitDefender": {"detected": True, "result": "Win32.Mydoom.A@mm"},
            "GData": {"detected": True, "result": "Win32.Mydoom.A@mm"},
            "Symantec": {"detected": True, "result": "W32.Mydoom.A@mm"},
            "Sophos": {"detected": False, "result": None}}}
        (self.dir / "r.json").write_text(json.dumps(report))
        out = self.expect(0, "names", "resolve", "--reports", "r.json", says="win32/mydoom")
        self.assertIn("2 of 2 independent votes", out)

    def test_the_table_gives_vendor_label_relation_and_source(self):
        out = self.expect(0, "names", "table", "win32/welchia")
        self.assertIn("[", out)
        rows = [json.loads(line) for line in
                self.expect(0, "names", "table", "--json", "win32/welchia").splitlines()]
        self.assertTrue(all(row["vendor"] and row["label"] for row in rows))

    def test_wrong_uses_get_one_sentence(self):
        self.one_sentence("names", "resolve", says="takes labels, or --list FILE, or --reports FILE")
        self.one_sentence("names", "resolve", "--list", "nosuch", says="nosuch")
        self.one_sentence("names", "table", "nobody/knows", says="leads to no one entry")
        (self.dir / "bad.json").write_text("{not json\n")
        self.one_sentence("names", "resolve", "--reports", "bad.json", says="line 1 of bad.json")

    def test_hostile_labels_are_escaped(self):
        self.expect(0, "names", "resolve", "W32.\x1b[31mMimail\n.A")


class Pages(program.Case):
    def test_search_finds_whose_file_it_is(self):
        out = self.expect(0, "search", "what is videodrv.exe?")
        self.assertIn("win32/mimail.a", out.splitlines()[0])

    def test_search_that_finds_nothing_says_so(self):
        result = self.run_program("search", "zzqqxxyy")
        self.assertNotIn("win32/", result.stdout)
        self.assertTrue(result.stdout + result.stderr)

    def test_bulletins_weaknesses_and_terms_have_pages(self):
        self.expect(0, "explain", "MS01-020", says="MS01-020")
        self.expect(0, "explain", "CVE-2002-0077", says="CVE-2002-0077")
        self.expect(0, "explain", "worm", says="worm")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
