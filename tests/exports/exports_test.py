#!/usr/bin/env python3
"""Each export is held against its format's public schema, and read by the program it is for.

All of it is offline: the schemas stand beside this file, the programs come with Debian.
"""
import csv
import html
import io
import json
import re
import shutil
import subprocess
import sys
import unittest
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "cli"))
from program import Case, main  # noqa: E402

SCHEMAS = Path(__file__).resolve().parent / "schemas"
# In two halves, so that this file is no test file itself.
EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def validator(path):
    """A validator for the schema at `path`, which finds its neighbours by their $id, offline."""
    warnings.simplefilter("ignore", DeprecationWarning)
    import jsonschema
    from jsonschema.validators import validator_for
    store = {}
    for file in path.parent.parent.rglob("*.json"):
        schema = json.loads(file.read_text())
        name = schema.get("$id") or schema.get("id")
        if name:
            store[name] = schema
    schema = json.loads(path.read_text())
    kind = validator_for(schema)
    try:
        from referencing import Registry, Resource
        from referencing.jsonschema import DRAFT202012, DRAFT4
        registry = Registry().with_resources(
            (name, Resource(each, DRAFT4 if "id" in each else DRAFT202012))
            for name, each in store.items())
        return kind(schema, registry=registry)
    except ImportError:  # Debian 12's jsonschema
        resolver = jsonschema.RefResolver(schema.get("$id") or schema.get("id"), schema,
                                          store=store)
        return kind(schema, resolver=resolver)


VARIABLE = re.compile(r"%[A-Za-z]+%")  # of entries: no other program knows it


class Export(Case):
    def export(self, *words):
        return self.expect(0, "export", *words)

    def need(self, tool):
        if shutil.which(tool) is None:
            self.skipTest(f"{tool} is not installed (tools/setup test)")


class Stix(Export):
    def bundle(self, *names):
        return json.loads(self.export("stix", *names))

    def test_every_object_is_valid_by_the_schemas_of_oasis(self):
        bundle = self.bundle()
        by_type = {}
        for item in bundle["objects"]:
            by_type.setdefault(item["type"], []).append(item)
        self.assertLessEqual({"identity", "malware", "indicator", "course-of-action",
                              "relationship", "vulnerability", "extension-definition"},
                             set(by_type))
        for kind, items in by_type.items():
            folder = {"relationship": "sros", "extension-definition": "common"}.get(kind, "sdos")
            check = validator(SCHEMAS / "stix" / folder / f"{kind}.json")
            for item in items:
                self.assertEqual([e.message for e in check.iter_errors(item)], [], item)

    def test_a_bundle_is_valid_whole(self):
        check = validator(SCHEMAS / "stix/common/bundle.json")
        bundle = self.bundle("win32/mimail.a", "win32/mydoom")
        # The schema of bundles forgets extension definitions, which the standard has (7.3); they
        # are held against their own schema above.
        bundle["objects"] = [o for o in bundle["objects"] if o["type"] != "extension-definition"]
        self.assertEqual([e.message[:200] for e in check.iter_errors(bundle)], [])
        # The check can fail.
        bundle["objects"][0]["id"] = "identity"
        self.assertTrue(list(check.iter_errors(bundle)))

    def test_patterns_hold_to_the_grammar(self):
        # A comparison is PATH OP 'LITERAL' with \ and ' escaped; anything else is left over.
        literal = r"'(?:[^'\\]|\\'|\\\\)*'"
        path = r"[a-z-]+:[a-z0-9_]+(?:\[\*\])?(?:\.[A-Za-z0-9_]+|\.'[A-Z0-9-]+'|\[\*\])*"
        comparison = rf"{path} (?:=|MATCHES) {literal}|{path} (?:=|<=|>=) \d+"
        for item in self.bundle()["objects"]:
            if item["type"] != "indicator":
                continue
            for regex in re.findall(rf"MATCHES ({literal})", item["pattern"]):
                re.compile(re.sub(r"\\(.)", r"\1", regex[1:-1]))
            left = re.sub(comparison, "X", item["pattern"])
            self.assertRegex(left, r"^\[[X() ORAND]+\](?: AND \[[X() ORAND]+\])*$", item["pattern"])
            depth = 0
            for c in left:
                depth += {"(": 1, ")": -1}.get(c, 0)
                self.assertGreaterEqual(depth, 0)
            self.assertEqual(depth, 0)

    def test_ids_are_the_same_every_time_and_every_reference_resolves(self):
        first, second = self.bundle(), self.bundle()
        ids = [item["id"] for item in first["objects"]]
        self.assertEqual(ids, [item["id"] for item in second["objects"]])
        self.assertEqual(len(ids), len(set(ids)))
        for item in first["objects"]:
            for key, value in item.items():
                if key.endswith("_ref"):
                    self.assertIn(value, ids)

    def test_the_removal_is_there_as_ordered_steps(self):
        bundle = self.bundle("win32/mimail.a")
        course = next(i for i in bundle["objects"] if i["type"] == "course-of-action")
        steps = next(iter(course["extensions"].values()))["steps"]
        ids = {step["id"] for step in steps}
        self.assertTrue(all(step["action"] for step in steps))
        ordered = [step for step in steps if step.get("before")]
        self.assertTrue(ordered)
        self.assertTrue(all(set(step["before"]) <= ids for step in ordered))

    def test_every_step_stands_before_those_that_it_must_precede(self):
        kept = 0
        for course in self.bundle()["objects"]:
            if course["type"] != "course-of-action":
                continue
            steps = next(iter(course["extensions"].values()))["steps"]
            ids = [step["id"] for step in steps]
            for step in steps:
                for later in set(step.get("before", [])) & set(ids):
                    self.assertLess(ids.index(step["id"]), ids.index(later), course["name"])
                    kept += 1
            self.assertEqual(course["description"].split("\n"), [s["action"] for s in steps])
        self.assertGreater(kept, 10)

    def test_what_an_entry_keeps_comes_last_and_says_why(self):
        course = next(i for i in self.bundle("w97m/melissa")["objects"]
                      if i["type"] == "course-of-action")
        steps = next(iter(course["extensions"].values()))["steps"]
        self.assertEqual([step["id"] for step in steps if "keep" in step], ["mailed-mark"])
        self.assertEqual(steps[-1]["id"], "mailed-mark")
        self.assertIn("not before", steps[-1]["action"])

    def test_an_entry_that_is_named_twice_is_there_once(self):
        whole = [item["id"] for item in self.bundle("win32/mimail")["objects"]]
        twice = [i["id"] for i in self.bundle("win32/mimail", "win32/mimail.a")["objects"]]
        self.assertEqual(whole, twice)
        self.assertEqual(len(whole), len(set(whole)))

    def test_no_pattern_holds_a_variable_of_ours(self):
        patterns = [i["pattern"] for i in self.bundle()["objects"] if i["type"] == "indicator"]
        self.assertEqual([p for p in patterns if VARIABLE.search(p)], [])

    def test_a_mistaken_label_is_no_alias(self):
        malware = [i for i in self.bundle("win32/mimail")["objects"] if i["type"] == "malware"]
        aliases = {alias for item in malware for alias in item.get("aliases", [])}
        self.assertIn("W32.Mimail", aliases)
        self.assertNotIn("WORM_MIMAIL.R", aliases)


class Misp(Export):
    def test_the_cluster_is_valid_by_its_schema(self):
        cluster = json.loads(self.export("misp-galaxy"))
        check = validator(SCHEMAS / "misp/cluster.json")
        self.assertEqual([e.message[:200] for e in check.iter_errors(cluster)], [])
        uuids = [value["uuid"] for value in cluster["values"]]
        self.assertEqual(len(uuids), len(set(uuids)))
        for value in cluster["values"]:
            for other in value.get("related", []):
                self.assertIn(other["dest-uuid"], uuids)
        mydoom = [v for v in cluster["values"] if v["value"].startswith("Win32/Mydoom")]
        self.assertFalse(any("MIMAIL" in s.upper() for v in mydoom
                             for s in v["meta"].get("synonyms", [])))
        cluster["extra"] = 1
        self.assertTrue(list(check.iter_errors(cluster)))

    def test_each_event_is_valid_by_its_schema(self):
        check = validator(SCHEMAS / "misp/event.json")
        events = json.loads(self.export("misp-event"))["response"]
        self.assertGreater(len(events), 30)
        events.append(json.loads(self.export("misp-event", "win32/mimail.a")))
        for event in events:
            self.assertEqual([e.message[:200] for e in check.iter_errors(event)], [])
            uuids = [a["uuid"] for a in event["Event"]["Attribute"]]
            self.assertEqual(len(uuids), len(set(uuids)), event["Event"]["info"])
        events[0]["Event"]["info"] = 1
        self.assertTrue(list(check.iter_errors(events[0])))

    def test_weak_evidence_alarms_nobody(self):
        event = json.loads(self.export("misp-event", "win32/explorezip"))
        setup = [a for a in event["Event"]["Attribute"] if "_setup.exe" in a["value"]]
        self.assertEqual({a["to_ids"] for a in setup}, {False})


    def attributes(self, *names):
        event = json.loads(self.export("misp-event", *names))
        return [a for e in event.get("response", [event]) for a in e["Event"]["Attribute"]]

    def test_a_subject_a_body_and_a_sender_alarm_nobody_alone(self):
        mail = [a for a in self.attributes()
                if a["type"] in ("email-subject", "email-body", "email-src")]
        self.assertIn("Hi", [a["value"] for a in mail])
        self.assertEqual([a["value"] for a in mail if a["to_ids"]], [])
        self.assertTrue(any(a["to_ids"] for a in self.attributes() if a["type"] == "md5"))

    def test_no_value_holds_a_variable_of_ours_and_every_folder_is_named(self):
        marks = [a for a in self.attributes() if a["type"] in ("filename", "regkey",
                                                               "regkey|value")]
        self.assertEqual([a["value"] for a in marks if VARIABLE.search(a["value"])], [])
        folders = {a["value"].rsplit("\\", 1)[0] for a in self.attributes("win32/mydoom.a")
                   if a["type"] == "filename" and a["value"].endswith("\\shimgapi.dll")}
        self.assertLessEqual({r"C:\windows\system32", r"C:\winnt\system32",
                              r"C:\windows\system"}, folders)

    def test_an_entry_that_is_named_twice_is_there_once(self):
        cluster = json.loads(self.export("misp-galaxy", "win32/mimail.a", "win32/mimail.c",
                                         "win32/mimail.a"))
        self.assertEqual([v["value"] for v in cluster["values"]],
                         ["Win32/Mimail", "Win32/Mimail.A", "Win32/Mimail.C"])


class Xml(Export):
    def write(self, kind, *names):
        path = self.dir / f"{kind}.xml"
        self.export(kind, *names, "--out", path)
        return path

    def test_openioc_is_valid_by_its_schema(self):
        self.need("xmllint")
        for names in ([], ["win32/mimail"]):
            path = self.write("openioc", *names)
            result = subprocess.run(["xmllint", "--nonet", "--noout", "--schema",
                                     SCHEMAS / "openioc/ioc.xsd", path],
                                    capture_output=True, text=True)
            self.assertEqual(result.returncode, 0, result.stderr[:500])

    def test_openioc_searches_for_whole_values_with_folders_for_variables(self):
        text = self.write("openioc").read_text()
        items = re.findall(r'condition="(\w+)".*?search="(\S+)".*?<Content type="\w+">(.*?)</Content>',
                           text, re.S)
        matches = [(s, c) for kind, s, c in items if kind == "matches"]
        self.assertGreater(len(matches), 100)
        self.assertEqual([m for m in matches if m[0] != "Email/Body"
                          and not (m[1].startswith("^") and m[1].endswith("$"))], [])
        self.assertEqual([c for _, s, c in items if s.startswith(("Registry", "File"))
                          and VARIABLE.search(c)], [])

    def test_oval_asks_for_the_default_value_by_an_empty_name(self):
        objects, tests = {}, {}
        text = self.write("oval").read_text()
        for number, body in re.findall(r'<registry_object .*?obj:(\d+)"(.*?)</registry_object>', text,
                                       re.S):
            objects[number] = body
        for body in re.findall(r"<registry_test .*?</registry_test>", text, re.S):
            tests[re.search(r"obj:(\d+)", body)[1]] = "state_ref" in body
        # A key alone has no value, so no state could ever hold for it.
        self.assertEqual([n for n in objects if "xsi:nil" in objects[n] and tests[n]], [])
        self.assertTrue(any("<name/>" in objects[n] and tests[n] for n in objects))
        # A comment says it in the entry's own words; what is compared does not.
        self.assertNotRegex(re.sub(r'comment="[^"]*"', "", text), VARIABLE)

    def test_oval_looks_for_lines_with_the_blanks_that_windows_passes_over(self):
        text = self.write("oval", "win32/nimda", "win32/badtrans", "win32/zotob").read_text()
        patterns = [re.compile(html.unescape(pattern)) for pattern in re.findall(
            r"<pattern operation=\"pattern match\">(.*?)</pattern>", text)]
        self.assertEqual(len(patterns), 3)
        for line in ("Shell = explorer.exe  load.exe -dontrunold ", "run=a.exe,INETD.EXE",
                     r'  run = "C:\WINDOWS\inetd.exe" a', "Botzor2005 Made By x"):
            self.assertEqual(len([p for p in patterns if p.match(line)]), 1, line)
        for line in ("shell=explorer.exe", "load=inetd.exe", r"run=c:\myinetd.exe",
                     "127.0.0.1 localhost"):
            self.assertEqual([p.pattern for p in patterns if p.match(line)], [], line)

    def test_oscap_validates_the_oval_definitions(self):
        self.need("oscap")
        for names in ([], ["win32/mydoom"]):
            path = self.write("oval", *names)
            result = subprocess.run(["oscap", "oval", "validate", path],
                                    capture_output=True, text=True)
            self.assertEqual(result.returncode, 0, result.stdout[:500] + result.stderr[:500])
        path.write_text(path.read_text().replace("<filename", "<file", 1)
                        .replace("</filename", "</file", 1))
        self.assertNotEqual(subprocess.run(["oscap", "oval", "validate", path],
                                           capture_output=True).returncode, 0)


class Spreadsheet(Export):
    def test_rows_are_whole_and_no_cell_is_a_formula(self):
        rows = list(csv.reader(io.StringIO(self.export("csv"))))
        self.assertEqual({len(row) for row in rows}, {9})
        self.assertGreater(len(rows), 500)
        self.assertFalse([c for row in rows for c in row if c[:1] in ("=", "+", "@", "-", "\t")])
        values = {(row[1], row[6], row[7]) for row in rows if row[0] == "win32/mimail"}
        self.assertIn(("a", "file-name", "videodrv.exe"), values)


class Engines(Export):
    """What the engines say of the simulator's specimens and of honest mail."""

    def setUp(self):
        super().setUp()
        self.lures = {}  # "win32/mimail.a" -> names of the rules for it
        self.specimens = self.dir / "specimens"
        self.specimens.mkdir()

    def simulate_lures(self, names):
        for name in names:
            self.expect(0, "entry", "simulate", name, self.specimens / name.replace("/", "_"))
        self.expect(0, "entry", "simulate", "--honest", names[0], self.specimens / "honest")
        (self.specimens / "test_eicar.standard").mkdir(exist_ok=True)
        (self.specimens / "test_eicar.standard" / "eicar.com").write_text(EICAR)

    @staticmethod
    def variant_of(rule):
        return re.sub(r"-[a-z0-9-]+$", "", rule)

    def check(self, rules, hits):
        """`rules`: rule -> "win32/mimail.a"; `hits`: (rule, path below specimens)."""
        found = {}
        for rule, path in hits:
            found.setdefault(path.split("/")[0], set()).add(rules[rule])
        self.assertEqual(found.get("honest", set()), set())
        silent = []
        for name in sorted(set(rules.values())):
            folder = name.replace("/", "_")
            # A variant whose only content is a real digest cannot be simulated.
            if not (self.specimens / folder / "mail").is_dir() and "eicar" not in folder:
                continue
            if name not in found.get(folder, set()):
                silent.append(name)
        return silent

    def names_of(self, titles):
        """"Win32.Mimail.A" -> "win32/mimail.a" by the program's own list."""
        out = {}
        for row in csv.reader(io.StringIO(self.export("csv"))):
            out[re.sub(r"[^A-Za-z0-9]", "_", row[2])] = f"{row[0]}.{row[1]}"
        return {t: out[re.sub(r"[^A-Za-z0-9]", "_", t)] for t in titles}

    def test_clamscan_loads_the_databases_and_finds_the_specimens(self):
        self.need("clamscan")
        self.export("clamav", "--out", self.dir / "db")
        rules = []
        for path in (self.dir / "db").iterdir():
            for line in path.read_text().splitlines():
                rules.append(line.split(";")[0] if path.suffix == ".ldb" else line.split(":")[2])
        names = self.names_of({self.variant_of(r)[len("Antidotary."):] for r in rules})
        by_rule = {r: names[self.variant_of(r)[len("Antidotary."):]] for r in rules}
        lures = sorted({n for r, n in by_rule.items() if not n.startswith("test/")})
        self.simulate_lures([n for n in lures])
        result = subprocess.run(["clamscan", "-r", "--infected", "--allmatch", "--no-summary", "-d",
                                 self.dir / "db", self.specimens], capture_output=True, text=True)
        self.assertIn(result.returncode, (0, 1), result.stderr[:500])
        self.assertNotIn("LibClamAV Error", result.stderr)
        hits = []
        for line in result.stdout.splitlines():
            match = re.match(r"(.*): (\S+)\.UNOFFICIAL FOUND$", line)
            if match and match[2] in by_rule:
                hits.append((match[2], str(Path(match[1]).relative_to(self.specimens))))
        silent = self.check(by_rule, hits)
        print(f"clamscan: {len(rules)} signatures of {len(set(by_rule.values()))} variants; "
              f"silent on {silent}", file=sys.stderr)
        self.assertEqual(silent, [])

    def test_one_phrase_of_a_list_is_enough_for_every_engine(self):
        self.need("clamscan")
        self.need("yara")
        self.export("clamav", "--out", self.dir / "db")
        self.export("yara", "--out", self.dir / "rules.yar")
        values = {}
        for row in csv.reader(io.StringIO(self.export("csv"))):
            values.setdefault((row[0], row[1], row[3]), {}).setdefault(row[6], []).append(row[7])
        tried = 0
        for (entry, variant, _), said in values.items():
            phrases = said.get("mail-body", [])
            plain = [next((v for v in said.get(p, []) if "*" not in v and "?" not in v), None)
                     for p in ("mail-subject", "mail-attachment")]
            # In words alone, and only where nothing needs a guess.
            if len(phrases) < 2 or plain[1] is None or (said.get("mail-subject") and not plain[0]):
                continue
            for phrase in phrases:
                if "*" in phrase or "?" in phrase or len(phrase) < 12 or len(phrase) > 70:
                    continue
                (self.specimens / f"{tried}.eml").write_text(
                    f"From: a@example.org\nTo: b@example.org\nSubject: {plain[0] or 'x'}\n"
                    "Date: Mon, 1 Mar 2004 10:00:00 +0000\nMIME-Version: 1.0\n"
                    "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n"
                    f"{phrase}\n--b\nContent-Type: application/octet-stream; "
                    f'name="{plain[1]}"\nContent-Disposition: attachment; '
                    f'filename="{plain[1]}"\n\nwords\n--b--\n')
                tried += 1
        self.assertGreater(tried, 4)
        clamscan = subprocess.run(["clamscan", "--infected", "--no-summary", "-r", "-d",
                                   self.dir / "db", self.specimens], capture_output=True, text=True)
        self.assertEqual(len(clamscan.stdout.splitlines()), tried, clamscan.stdout)
        yara = subprocess.run(["yara", "-r", self.dir / "rules.yar", self.specimens],
                              capture_output=True, text=True)
        self.assertEqual(len({line.split(" ", 1)[1] for line in yara.stdout.splitlines()}), tried)

    def test_yara_compiles_the_rules_and_finds_the_specimens(self):
        self.need("yara")
        path = self.dir / "rules.yar"
        self.export("yara", "--out", path)
        text = path.read_text()
        metas = re.findall(r"rule (\w+)\n\{\n  meta:\n    entry = \"(.*)\"\n    variant = \"(.*)\"",
                           text)
        by_rule = {rule: f"{entry}.{variant}" for rule, entry, variant in metas}
        self.assertEqual(len(by_rule), len(metas))
        self.simulate_lures(sorted({n for n in by_rule.values() if not n.startswith("test/")}))
        result = subprocess.run(["yara", "--fail-on-warnings", "-r", path, self.specimens],
                                capture_output=True, text=True)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        hits = [(line.split(" ", 1)[0],
                 str(Path(line.split(" ", 1)[1]).relative_to(self.specimens)))
                for line in result.stdout.splitlines()]
        silent = self.check(by_rule, hits)
        print(f"yara: {len(by_rule)} rules; silent on {silent}", file=sys.stderr)
        self.assertEqual(silent, [])


    def test_a_variant_that_is_named_twice_is_one_rule(self):
        text = self.export("yara", "win32/mimail", "win32/mimail.a", "win32/mimail.a")
        self.assertEqual(text, self.export("yara", "win32/mimail"))
        rules = re.findall(r"^rule (\w+)", text, re.M)
        self.assertEqual(len(rules), len(set(rules)))


class Files(Export):
    def test_a_file_is_replaced_whole_and_a_pipe_is_written_to(self):
        path = self.dir / "page.html"
        link = self.dir / "link.html"
        path.write_text("old")
        link.symlink_to(path)
        self.expect(0, "explain", "mimail", "--html", "--out", link)
        self.assertTrue(link.is_symlink())
        self.assertIn("Mimail", path.read_text())
        self.assertEqual(sorted(p.name for p in self.dir.iterdir()), ["link.html", "page.html"])
        # Nobody's file beside it is touched, and the mode stays.
        beside = self.dir / "page.html.new"
        beside.write_text("somebody's")
        path.chmod(0o600)
        self.expect(0, "explain", "mimail", "--html", "--out", path)
        self.assertEqual(beside.read_text(), "somebody's")
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        beside.unlink()
        self.assertIn("Mimail", self.expect(0, "explain", "mimail", "--html", "--out",
                                            "/dev/stdout"))

    def test_the_command_of_programs_is_a_live_line_for_regedit(self):
        path = self.dir / "sircam.reg"
        self.expect(0, "explain", "sircam", "--steps", "--reg", path)
        lines = path.read_bytes().decode("ascii").split("\r\n")
        self.assertIn('@="\\"%1\\" %*"', lines)


class Words(Export):
    def test_what_cannot_be_said_is_refused_in_one_sentence(self):
        self.one_sentence("export", "word", says="there is no format 'word'")
        self.one_sentence("export", "stix", "nosuchthreat", says="is no known threat")
        self.one_sentence("export", "clamav", "win32/slammer", says="looks at contents")
        self.one_sentence("export", "clamav", says="name a folder with --out")
        self.one_sentence("export", "oval", "win32/slammer", says="leaves a firm mark")
        self.one_sentence("export", "csv", "mimail.zz", says="for the family say 'win32/mimail'")
        self.one_sentence("export", "csv", "WORM_MIMAIL.ZZ", says="variant that is not known")
        self.one_sentence("export", "stix", "-o", self.dir / "no" / "such", says="cannot write")

    def test_a_stix_object_has_one_birth_whenever_it_is_exported(self):
        made = []
        for epoch in ("1100000000", "1800000000"):
            made.append(self.expect(0, "export", "stix", "win32/mimail", "win32/nimda",
                                    environment={"SOURCE_DATE_EPOCH": epoch}))
        self.assertEqual(made[0], made[1])
        for item in json.loads(made[0])["objects"]:
            self.assertRegex(item["created"], r"^2026-1")
            self.assertLessEqual(item["created"], item["modified"])

    def test_the_same_moment_gives_the_same_bytes(self):
        import os
        os.environ["SOURCE_DATE_EPOCH"] = "1100000000"
        self.addCleanup(os.environ.pop, "SOURCE_DATE_EPOCH")
        env = {"ANTIDOTARY_ENCYCLOPEDIA": str(Path(sys.argv[2]) / "encyclopedia"), **os.environ}
        from program import PROGRAM
        made = [subprocess.run([PROGRAM, "export", "misp-event", "win32/mimail"], env=env,
                               capture_output=True).stdout for _ in range(2)]
        self.assertEqual(made[0], made[1])
        self.assertIn(b'"timestamp":"1100000000"', made[0])


if __name__ == "__main__":
    try:
        import jsonschema  # noqa: F401
    except ImportError:
        print("skipped: python3-jsonschema is not installed (tools/setup test)")
        sys.exit(77)
    main()
