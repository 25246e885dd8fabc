"""What a scan tells machines: CSV, SARIF 2.1.0 and JSON agree with each other and with their forms."""
import csv
import hashlib
import io
import json
import unittest
import zipfile

import program

RULE = '''rule Worm_Thing : T1059 {
  meta:
    author = "A. N. Author"
    description = "words of a worm"
    reference = "https://example.org/report"
    family = "%s"
    hash = "d41d8cd98f00b204e9800998ecf8427e"
  strings: $a = "XYZW"
  condition: $a
}
'''


class ScanOutput(program.Case):
    def setUp(self):
        super().setUp()
        self.rules("Mimail")
        (self.dir / "one.ndb").write_text("T.One:0:*:58595a57\nT.View:7:*:78797a77\n")
        (self.dir / "tree").mkdir()
        (self.dir / "tree" / "a b.txt").write_bytes(b"before XYZW, behind\n")
        (self.dir / "tree" / "clean.txt").write_bytes(b"nothing\n")

    def rules(self, family):
        (self.dir / "r.yar").write_text(RULE % family)

    def scan(self, code, *words):
        return self.expect(code, "scan", "-z", "-d", "one.ndb", "-d", "r.yar", *words, "tree")

    def sarif(self, code=1, *words):
        log = json.loads(self.scan(code, "--sarif", *words))
        self.check_structure(log)
        return log["runs"][0]

    def check_structure(self, log):
        """What SARIF 2.1.0 (OASIS, sections 3.13 to 3.59) demands of what is written here."""
        self.assertEqual(log["version"], "2.1.0")
        self.assertIsInstance(log["runs"], list)
        for run in log["runs"]:
            driver = run["tool"]["driver"]
            self.assertTrue(driver["name"])
            ids = [rule["id"] for rule in driver["rules"]]
            self.assertEqual(len(ids), len(set(ids)))
            for rule in driver["rules"]:
                self.assertIsInstance(rule.get("properties", {}), dict)
                if "shortDescription" in rule:
                    self.assertIsInstance(rule["shortDescription"]["text"], str)
            for result in run["results"]:
                self.assertIn(result["ruleId"], ids)
                self.assertIn(result["level"], ("none", "note", "warning", "error"))
                self.assertTrue(result["message"]["text"])
                self.check_locations(result)
            for invocation in run["invocations"]:
                self.assertIsInstance(invocation["executionSuccessful"], bool)
                for note in invocation.get("toolExecutionNotifications", []):
                    self.assertIn(note["level"], ("none", "note", "warning", "error"))
                    self.assertTrue(note["message"]["text"])
                    self.check_locations(note)

    def check_locations(self, thing):
        for location in thing["locations"]:
            physical = location["physicalLocation"]
            self.assertNotIn(" ", physical["artifactLocation"]["uri"])
            region = physical.get("region")
            if region:
                self.assertGreaterEqual(region["byteOffset"], 0)
                self.assertGreaterEqual(region["byteLength"], 0)

    def rule(self, run, name):
        return next(one for one in run["tool"]["driver"]["rules"] if one["id"] == name)

    def test_rules_of_one_name_in_two_files_are_two_rules(self):
        for folder in ("y1", "y2"):
            (self.dir / folder).mkdir()
            (self.dir / folder / "a.yar").write_text("rule same { condition: true }")
        scan = ("scan", "-z", "--no-cache", "-d", "y1", "-d", "y2", "tree/clean.txt")
        out = self.expect(1, *scan)
        self.assertEqual(out.count(": same (yara, "), 2, out)
        log = json.loads(self.expect(1, *scan, "--sarif"))
        self.check_structure(log)
        rules = log["runs"][0]["tool"]["driver"]["rules"]
        self.assertEqual([rule["id"] for rule in rules], ["same", "same (y2/a.yar:1)"])
        self.one_sentence(*scan, "--csv", "--json", says="name one")

    def test_explain_tells_each_kind_of_match(self):
        digest = hashlib.md5(b"nothing\n").hexdigest()
        with zipfile.ZipFile(self.dir / "m.zip", "w") as packed:
            packed.writestr("a.exe", "Q" * 200)
        (self.dir / "rules" / "inc").mkdir(parents=True)
        for name, text in {"d.hdb": f"{digest}:8:T.D\n", "l.ndb": f"T.L:0:*:{'51' * 60}\n",
                           "m.cdb": "T.M:CL_TYPE_ZIP:*:a.exe$:*:*:*:*:*:*\n",
                           "rules/a.yar": 'include "inc/b.yar"\n',
                           "rules/inc/b.yar": 'rule inner { strings: $a = "XYZW" condition: $a }\n',
                           }.items():
            (self.dir / name).write_text(text)
        for database, file, says in (
                ("d.hdb", "tree/clean.txt", "md5 of the whole object, 8 bytes"),
                ("m.cdb", "m.zip", "what its container says of it fits"),
                ("l.ndb", "m.zip", "51 ..]"),
                ("rules/a.yar", "tree/a b.txt", "inner (yara, rules/inc/b.yar:1)")):
            with self.subTest(database):
                out = self.expect(1, "scan", "--no-cache", "--explain", "-d", database, file, says=says)
                self.assertEqual(out.count("["), out.count("]"), out)

    def test_a_finding_is_one_line_where_it_is_piped(self):
        (self.dir / "e.com").write_text("X5O!P%@AP[4\\PZX54(P^)7CC)7}$" +
                                        "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*")
        out = self.expect(1, "scan", "e.com")
        self.assertRegex(out.splitlines()[0], "^FOUND: Test/Eicar.Standard.* it ran$")

    def test_a_limit_is_told_by_its_flag(self):
        with zipfile.ZipFile(self.dir / "m.zip", "w") as packed:
            packed.writestr("a", "b")
        self.expect(2, "scan", "--max-recursion=0", "m.zip", says="(--max-recursion sets it)")

    def test_sarif_names_the_place_of_a_match(self):
        run = self.sarif()
        result = next(one for one in run["results"] if one["ruleId"] == "T.One.UNOFFICIAL")
        physical = result["locations"][0]["physicalLocation"]
        self.assertTrue(physical["artifactLocation"]["uri"].endswith("a%20b.txt"))
        self.assertEqual(physical["region"], {"byteOffset": 7, "byteLength": 4})

    def test_sarif_says_what_a_rule_says_of_itself(self):
        rule = self.rule(self.sarif(), "Worm_Thing")
        self.assertEqual(rule["shortDescription"]["text"], "words of a worm")
        self.assertEqual(rule["helpUri"], "https://example.org/report")
        properties = rule["properties"]
        self.assertEqual(properties["author"], ["A. N. Author"])
        self.assertEqual(properties["family"], ["Mimail"])
        self.assertEqual(properties["attack"], ["T1059"])
        self.assertEqual(properties["hash"], ["d41d8cd98f00b204e9800998ecf8427e"])
        self.assertTrue(properties["source"].endswith("r.yar:1"), properties)

    def test_a_family_that_a_rule_states_leads_to_its_entry(self):
        self.assertEqual(self.rule(self.sarif(), "Worm_Thing")["properties"]["entry"],
                         "win32/mimail")
        self.assertIn("antidotary explain win32/mimail", self.scan(1))
        objects = self.lines(self.scan(1, "--json"))
        alerts = [one for line in objects for one in line.get("alerts", [])]
        entries = {one["name"]: one.get("entry") for one in alerts}
        self.assertEqual(entries, {"Worm_Thing": "win32/mimail", "T.One.UNOFFICIAL": None,
                                   "T.View.UNOFFICIAL": None})

    def test_a_family_that_nobody_knows_leads_nowhere(self):
        self.rules("Zzyzx")
        self.assertNotIn("entry", self.rule(self.sarif(), "Worm_Thing")["properties"])

    def test_a_family_in_a_signatures_name_leads_to_its_entry(self):
        (self.dir / "one.ndb").write_text("Win.Worm.Mimail-77:0:*:58595a57\n")
        self.assertIn("antidotary explain win32/mimail", self.scan(1))

    def test_csv_has_a_row_for_each_finding(self):
        rows = list(csv.DictReader(io.StringIO(self.scan(1, "--csv"), newline="")))
        self.assertEqual({row["name"] for row in rows},
                         {"T.One.UNOFFICIAL", "T.View.UNOFFICIAL", "Worm_Thing"})
        self.assertTrue(all(row["verdict"] == "found" for row in rows))
        self.assertTrue(all(row["path"].endswith("a b.txt") for row in rows))

    def test_csv_quotes_what_strangers_wrote(self):
        self.dir.joinpath("tree", '=1+"2",x.txt').write_bytes(b"XYZW ....")
        rows = list(csv.DictReader(io.StringIO(self.scan(1, "--csv"), newline="")))
        self.assertTrue(any(row["path"].endswith('=1+"2",x.txt') for row in rows))

    def test_what_was_silenced_is_counted_once_and_told_in_every_form(self):
        for name in ("T.One.UNOFFICIAL", "T.View.UNOFFICIAL", "Worm_Thing"):
            self.expect(0, "allow", "add", "--reason", "ours", name)
        words = "1 finding silenced by the allowance of name T.View.UNOFFICIAL"
        rows = list(csv.DictReader(io.StringIO(self.scan(0, "--csv"), newline="")))
        self.assertIn(words, [row["reason"] for row in rows if row["kind"] == "silenced"])
        notes = self.sarif(0)["invocations"][0]["toolExecutionNotifications"]
        self.assertIn(words, [note["message"]["text"] for note in notes])
        counts = {one["by"]: one["findings"] for line in self.lines(self.scan(0, "--json"))
                  if line["type"] == "summary" for one in line["silenced"]}
        self.assertEqual(counts, {"name T.One.UNOFFICIAL": 1, "name T.View.UNOFFICIAL": 1,
                                  "name Worm_Thing": 1})


if __name__ == "__main__":
    program.main()
