"""docs/formats/report.md names every field that the program prints: what a scan with a pack, the verbs
of packs, allowances and quarantine really print is held against the page."""
import re

from program import SOURCE, Case, main

MD5 = "d41d8cd98f00b204e9800998ecf8427e"


class Page(Case):
    def setUp(self):
        super().setUp()
        for name, text in {
                "db/a.ndb": "T.A:0:*:58595a57\nT.Odd:0:*:4\n", "db/a.hdb": f"{MD5}:7:T.D\n",
                "db/a.cdb": "T.M:CL_TYPE_ZIP:*:a.exe$:*:*:*:*:*:*\n",
                "rules/a.yar": 'rule y { meta: author = "x" strings: $a = "XYZW" condition: $a }',
                "tree/hit": "begins XYZW ends", "tree/allowed": "XYZW allowed", "tree/clean": "nothing",
                "tree/cut.zip": "PK\x03\x04 and no more"}.items():
            (self.dir / name).parent.mkdir(exist_ok=True)
            (self.dir / name).write_text(text)
        self.expect(0, "allow", "add", "--reason", "ours", "tree/allowed")

    def printed(self):
        """Each command's lines."""
        build = ("pack", "build", "--json", "-o", "p.pack", "db", "rules")
        scan = ("scan", "--json", "-z", "--pack", "p.pack", "tree")
        for command in (build, scan, scan, ("pack", "info", "--json", "--refused", "p.pack"),
                        ("pack", "build", "-o", "q.pack", "db/a.ndb"),
                        ("pack", "diff", "--json", "p.pack", "q.pack"), ("allow", "list", "--json"),
                        ("explain", "--json", "--pack", "p.pack", "T.A"), ("doctor", "--json"),
                        ("clean", "--json", "--apply", "--pack", "p.pack", "tree"),
                        ("quarantine", "list", "--json")):
            out = self.run_program(*command).stdout
            for line in self.lines(out) if "--json" in command else []:
                yield command, line

    def test_every_field_is_on_the_page(self):
        page = (SOURCE / "docs/formats/report.md").read_text()
        page += (SOURCE / "docs/formats/plan.md").read_text()
        page += (SOURCE / "docs/internals/diagnosis.md").read_text()
        named = set(re.findall(r"`\"?([a-z_0-9-]+)\"?`", page)) | set(re.findall(r'"([a-z_0-9]+)":', page))
        types = set()

        def walk(value, where):
            if isinstance(value, list):
                for one in value:
                    walk(one, where)
            elif isinstance(value, dict):
                for key, one in value.items():
                    with self.subTest(where, key=key):
                        self.assertTrue(key in named, key)
                    walk(one, where)

        for command, line in self.printed():
            types.add(line["type"])
            walk(line, " ".join(command[:2]))
        self.assertLessEqual({"object", "summary", "pack", "difference", "allowance", "signature",
                              "doctor", "plan", "run", "quarantined"}, types)
        for one in types:
            self.assertTrue(f"`{one}`" in page or f'"{one}"' in page, one)


if __name__ == "__main__":
    main()
