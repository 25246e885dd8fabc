"""What a second scan tells again without reading, and what it reads again."""
import json
import os
import time

import program

MARK = b"XYZW"
# Files younger than this may change again within one tick of their clock: they are not remembered.
SETTLED_S = 3.1  # two seconds, and one that the clock of seconds may lack


class Memory(program.Case):
    def setUp(self):
        super().setUp()
        (self.dir / "one.ndb").write_text("T.One:0:*:58595a57\n")
        (self.dir / "tree").mkdir()
        self.clean = self.dir / "tree" / "clean"
        self.sick = self.dir / "tree" / "sick"
        self.clean.write_bytes(b"nothing here")
        self.sick.write_bytes(b"before " + MARK)
        time.sleep(SETTLED_S)

    def scan(self, *words, code=1, database="one.ndb"):
        """Path: (verdict, known from before) of each object."""
        out = self.expect(code, "scan", "--json", "-d", database, *words, "tree")
        lines = [json.loads(line) for line in out.splitlines()]
        return {line["path"].removeprefix("tree/"): (line["verdict"], line.get("known", False))
                for line in lines if line["type"] == "object"}

    def test_what_was_found_is_told_again(self):
        self.assertEqual(self.scan(), {"clean": ("clean", False), "sick": ("found", False)})
        self.assertEqual(self.scan(), {"clean": ("clean", True), "sick": ("found", True)})

    def test_the_same_words_are_told_again(self):
        words = ("scan", "-d", "one.ndb", "--explain", "tree")
        first = self.expect(1, *words, says="2 objects")
        self.assertIn("T.One", first)
        self.assertEqual(self.expect(1, *words, says="2 known from before"), first)

    def test_without_cache_all_is_read(self):
        self.scan()
        self.assertEqual(self.scan("--no-cache"),
                         {"clean": ("clean", False), "sick": ("found", False)})

    def test_another_database_is_another_answer(self):
        self.scan()
        (self.dir / "one.ndb").write_text("T.None:0:*:5858585858585858\n")
        self.assertEqual(self.scan(code=0), {"clean": ("clean", False), "sick": ("clean", False)})

    def test_a_healed_file_is_no_longer_accused(self):
        self.scan()
        self.sick.write_bytes(b"before, no more")
        self.assertEqual(self.scan(code=0), {"clean": ("clean", True), "sick": ("clean", False)})

    def test_a_file_that_was_put_back_with_its_old_time_is_read(self):
        self.scan()
        times = self.clean.stat()
        self.clean.write_bytes(b"nothing " + MARK)
        os.utime(self.clean, ns=(times.st_atime_ns, times.st_mtime_ns))
        self.assertEqual(self.scan()["clean"], ("found", False))

    def test_paranoid_compares_the_content(self):
        self.scan("--paranoid")
        self.assertEqual(self.scan("--paranoid"),
                         {"clean": ("clean", True), "sick": ("found", True)})

    def test_what_is_told_again_lies_where_it_lies_now(self):
        self.scan()
        (self.dir / "tree").rename(self.dir / "moved")
        (self.dir / "tree").symlink_to("moved")
        out = self.expect(1, "scan", "--json", "-d", "one.ndb", "moved")
        found = [line for line in map(json.loads, out.splitlines()) if line.get("alerts")]
        self.assertEqual([line["alerts"][0]["path"] for line in found], [["moved/sick"]])
        self.assertTrue(found[0]["known"])

    def test_rules_that_ask_for_a_name_ask_again_for_another_name(self):
        (self.dir / "rules.yar").write_text(
            'rule named { condition: filename == "evil.bin" }\n')
        self.scan(code=0, database="rules.yar")
        os.link(self.clean, self.dir / "tree" / "evil.bin")
        time.sleep(SETTLED_S)
        self.assertEqual(self.scan(database="rules.yar")["evil.bin"], ("found", False))
        self.assertEqual(self.scan(database="rules.yar"),
                         {"clean": ("clean", True), "evil.bin": ("found", True),
                          "sick": ("clean", True)})

    def test_a_failure_is_tried_again(self):
        (self.dir / "tree" / "cut.zip").write_bytes(b"PK\x03\x04" + bytes(40))
        time.sleep(SETTLED_S)
        first = self.scan()["cut.zip"]
        self.assertEqual(self.scan()["cut.zip"], first)
        self.assertFalse(first[1])


if __name__ == "__main__":
    program.main()
