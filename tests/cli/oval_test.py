"""check beside `oscap oval analyse`: the same registry facts, judged by definitions that this test
writes from the checks' own TOML; every rule's pass and fail, and no disagreement."""
import re
import subprocess
import tomllib
from xml.sax.saxutils import escape
import xml.etree.ElementTree as ET

import program
from program import SOURCE

DEF = "http://oval.mitre.org/XMLSchema/oval-definitions-5"
SC = "{http://oval.mitre.org/XMLSchema/oval-system-characteristics-5}"
WIN = "{http://oval.mitre.org/XMLSchema/oval-system-characteristics-5#windows}"
OPERATIONS = {"=": "equals", "!=": "not equal", ">=": "greater than or equal",
              "<=": "less than or equal"}


def parts():
    """Parts that ask for values alone, with the id of their check."""
    for path in sorted((SOURCE / "encyclopedia/posture").glob("*.toml")):
        check = tomllib.loads(path.read_text())
        for part in check["part"]:
            if all("key" in rule for rule in part["rule"]):
                yield check["id"], part


def operand(condition):
    word, _, value = condition.partition(" ")
    return (word, value)


class Oval(program.Case):
    def setUp(self):
        super().setUp()
        self.host = self.simulate() / "host"
        config = next(self.host.glob("*/[Ss]ystem32/config"))
        self.hives = {path.name.upper(): path for path in config.iterdir()}
        self.hives["NTUSER"] = next(p for p in self.host.rglob("*")
                                    if p.name.upper() == "NTUSER.DAT" and "alice" in str(p))

    def put(self, values):
        """values: {(key, name): number or text}; all into the hives at once, new Windows."""
        texts = {name: "" for name in self.hives}
        for (key, name), value in values.items():
            root, _, below = key.partition("\\")
            data = f"dword:{value:08x}" if isinstance(value, int) else f'"{value}"'
            if root == "HKCU":
                hive, path = "NTUSER", below
            else:
                hive, _, path = below.partition("\\")
                hive = hive.upper()
                path = re.sub("^CurrentControlSet", "ControlSet001", path, flags=re.I)
            above = path.split("\\")
            for i in range(1, len(above)):
                texts[hive] += "[X\\" + "\\".join(above[:i]) + "]\n\n"
            texts[hive] += f'[X\\{path}]\n"{name}"={data}\n\n'
        for hive, text in texts.items():
            if not text:
                continue
            reg = self.dir / "in.reg"
            reg.write_text("Windows Registry Editor Version 5.00\n\n" + text)
            subprocess.run(["hivexregedit", "--merge", "--prefix", "X", str(self.hives[hive]),
                            str(reg)], check=True)

    def windows(self, build):
        self.put({(r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion", "CurrentBuildNumber"):
                  str(build),
                  (r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion", "CurrentBuild"):
                  str(build)})

    def test_what_could_not_be_read_is_not_said_to_be_absent(self):
        self.hives["SOFTWARE"].write_bytes(b"no hive" * 4096)
        oval = self.dir / "sc.xml"
        self.run_program("check", "--oval", oval, self.host)
        text = oval.read_text()
        flags = re.findall(r'flag="([a-z ]+)" comment="HKEY_LOCAL_MACHINE\\SOFTWARE', text)
        self.assertTrue(flags)
        self.assertEqual(set(flags), {"error"})
        subprocess.run(["oscap", "oval", "validate", "--syschar", oval], check=True)
        subprocess.run(["oscap", "oval", "validate", "--schematron", "--syschar", oval],
                       check=True)

    def verdicts(self):
        """Of each part: {(check, part name): verdict}, and the objects of the characteristics."""
        oval = self.dir / "sc.xml"
        oval.unlink(missing_ok=True)
        result = self.run_program("check", "--json", "--oval", oval, self.host)
        out = {}
        for line in self.lines(result.stdout):
            if line["type"] == "check":
                for part in line["parts"]:
                    if part["user"] in ("", "alice"):
                        # Decided by a value that is there, or by what is not there.
                        seen = part["observations"][-1:]
                        out[line["id"], part["name"]] = (part["verdict"],
                                                         bool(seen and seen[0]["present"]))
        root = ET.parse(oval).getroot()
        items = {item.get("id"): item for item in root.iter(WIN + "registry_item")}
        objects = {}
        for thing in root.iter(SC + "object"):
            item = items[thing.find(SC + "reference").get("item_ref")]
            place = tuple((item.find(WIN + tag).text or "") for tag in ("hive", "key", "name"))
            objects[place] = thing.get("id")
        return out, objects, oval

    @staticmethod
    def place(rule):
        root, _, below = rule["key"].partition("\\")
        if root == "HKCU":
            return ("HKEY_USERS", "alice\\" + below, rule.get("value", ""))
        return ("HKEY_LOCAL_MACHINE", below, rule.get("value", ""))

    def definitions(self, asked, objects):
        """One definition a part and wanted verdict: the first rule whose value is there decides."""
        xml = {"definitions": "", "tests": "", "objects": "", "states": ""}
        known, number, ids = set(), 0, {}

        def test(rule, conditions):
            """A test's id: the value satisfies any condition; without conditions: it is absent."""
            nonlocal number
            place = self.place(rule)
            if place not in objects:
                return None
            number += 1
            if place not in known:
                known.add(place)
                hive, key, name = map(escape, place)
                xml["objects"] += (f'<registry_object xmlns="{DEF}#windows" id="{objects[place]}" '
                                   f'version="1"><hive>{hive}</hive><key>{key}</key>'
                                   f'<name>{name}</name></registry_object>')
            existence = "none_exist" if conditions is None else "at_least_one_exists"
            states = ""
            for i, condition in enumerate(conditions or []):
                word, value = operand(condition)
                sid = f"oval:test:ste:{number}{i:02}"
                kind, operation = ("int", OPERATIONS.get(word))
                if word == "like":
                    kind, operation = "string", "pattern match"
                    value = "(?i)^" + re.escape(value).replace(r"\*", ".*") + "$"
                if word == "empty":
                    kind, operation, value = "string", "pattern match", "^$"
                xml["states"] += (f'<registry_state xmlns="{DEF}#windows" id="{sid}" version="1">'
                                  f'<value datatype="{kind}" operation="{operation}">{escape(value)}'
                                  f'</value></registry_state>')
                states += f'<state state_ref="{sid}"/>'
            tid = f"oval:test:tst:{number}"
            xml["tests"] += (f'<registry_test xmlns="{DEF}#windows" id="{tid}" version="1" '
                             f'check="at least one" check_existence="{existence}" '
                             f'state_operator="OR" comment="x"><object object_ref='
                             f'"{objects[place]}"/>{states}</registry_test>')
            return tid

        for index, (check, part) in enumerate(asked):
            for verdict in ("pass", "fail"):
                ways = ""
                for i, rule in enumerate(part["rule"]):
                    before = [(test(earlier, None), False) for earlier in part["rule"][:i]]
                    lists = [rule[one] for one in ("pass", "fail") if one in rule]
                    neither = rule.get("else", None if len(lists) == 2 else
                                       ("fail" if "pass" in rule else "pass"))
                    wanted = []
                    if verdict in rule:
                        wanted.append([(test(rule, rule[verdict]), False)])
                    if neither == verdict:
                        wanted.append([(test(rule, []), False)] +
                                      [(test(rule, one), True) for one in lists])
                    for way in wanted:
                        way = before + way
                        if any(tid is None for tid, _ in way):
                            continue
                        ways += "<criteria>" + "".join(
                            f'<criterion test_ref="{tid}" negate="{str(negate).lower()}"/>'
                            for tid, negate in way) + "</criteria>"
                if not ways:
                    continue
                did = f"oval:test:def:{2 * index + (verdict == 'fail') + 1}"
                ids[did] = (check, part.get("name", ""), verdict)
                xml["definitions"] += (
                    f'<definition id="{did}" version="1" class="compliance"><metadata><title>x'
                    f'</title><description>x</description></metadata><criteria operator="OR">'
                    f'{ways}</criteria></definition>')
        path = self.dir / "definitions.xml"
        path.write_text(
            f'<?xml version="1.0"?><oval_definitions xmlns="{DEF}" xmlns:oval='
            f'"http://oval.mitre.org/XMLSchema/oval-common-5"><generator><oval:product_name>t'
            f'</oval:product_name><oval:schema_version>5.10.1</oval:schema_version>'
            f'<oval:timestamp>2020-01-01T00:00:00</oval:timestamp></generator>' +
            "".join(f"<{tag}>{xml[tag]}</{tag}>" for tag in
                    ("definitions", "tests", "objects", "states")) + "</oval_definitions>")
        return path, ids

    def oscap(self, definitions, oval):
        results = self.dir / "results.xml"
        done = subprocess.run(["oscap", "oval", "analyse", "--results", str(results),
                               str(definitions), str(oval)], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr[:2000])
        out = {}
        for element in ET.parse(results).getroot().iter():
            if element.tag.endswith("}definition") and element.get("result"):
                out[element.get("definition_id")] = element.get("result")
        return out

    def value_for(self, rule, verdict):
        word, value = operand(rule[verdict][0])
        if word == "like":
            return value.replace("*", "example.org")
        if word == "empty":
            return ""
        number = int(value)
        return number

    def compare(self, build, choose):
        """Fills in the values that `choose` gives of each part; counts what both say."""
        super().tearDown()
        self.setUp()
        self.windows(build)
        values = {}
        for _, part in parts():
            values.update(choose(part))
        self.put(values)
        ours, objects, oval = self.verdicts()
        path, ids = self.definitions(list(parts()), objects)
        theirs = self.oscap(path, oval)
        for did, (check, name, verdict) in ids.items():
            said, by_a_value = ours.get((check, name), (None, False))
            if said in (None, "not-applicable"):
                continue
            key = (check, name, verdict)
            # OVAL knows what is there; what is absent the check itself says in words.
            self.assertEqual(theirs[did] == "true", said == verdict and by_a_value,
                             f"{key}: ours {said}, oscap {theirs[did]} (build {build})")
            self.compared += 1
            if theirs[did] == "true":
                self.seen.add(key)

    def test_no_disagreement_in_pass_or_fail(self):
        self.seen, self.compared = set(), 0
        stated = {}
        for check, part in parts():
            verdicts = {v for rule in part["rule"] for v in ("pass", "fail") if v in rule}
            stated[check, part.get("name", "")] = verdicts

        def of_rule(number, verdict):
            def choose(part):
                rules = part["rule"]
                rule = rules[number] if number < len(rules) else rules[-1]
                if verdict not in rule:
                    return {}
                return {(rule["key"], rule.get("value", "")): self.value_for(rule, verdict)}
            return choose

        for build in (2600, 7601, 19045):
            for number in (0, 1, 2):
                for verdict in ("pass", "fail"):
                    self.compare(build, of_rule(number, verdict))
        both = {key for key, verdicts in stated.items()
                if all((*key, verdict) in self.seen for verdict in verdicts)}
        print(f"{len(stated)} parts, {len(both)} shown in every verdict that they state, "
              f"{self.compared} comparisons, 0 disagreements")
        self.assertGreaterEqual(len(both), 25, sorted(set(stated) - both))


program.main()
