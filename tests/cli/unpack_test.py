#!/usr/bin/env python3
"""unpack: what is inside a file is listed, told where it is missing, and written harmlessly."""
import io
import json
import os
import stat
import tempfile
import zipfile

from program import Case, main


def archive(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in members:
            out.writestr(name, data)
    return buffer.getvalue()


class Unpack(Case):
    def setUp(self):
        super().setUp()
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def write(self, name, data):
        path = os.path.join(self.folder.name, name)
        with open(path, "wb") as out:
            out.write(data)
        return path

    def test_shows_a_tree_down_to_the_last_member(self):
        inner = archive([("a.txt", b"text " * 100)])
        path = self.write("outer.zip", archive([("inner.zip", inner), ("b.txt", b"b")]))
        out = self.expect(0, "unpack", path)
        self.assertIn("outer.zip  (zip, ", out)
        self.assertIn("|- inner.zip  (zip, ", out)
        self.assertIn("|  `- a.txt  (text, 500 bytes, packed ", out)
        self.assertIn("`- b.txt  (text, 1 bytes)", out)

    def test_tells_what_could_not_be_read_and_leaves_with_2(self):
        data = bytearray(archive([("a.txt", b"text " * 100)]))
        data[40] ^= 0xff
        path = self.write("damaged.zip", bytes(data))
        self.assertIn("not read: ", self.expect(2, "unpack", path))

    def test_json_has_a_line_an_object_and_a_last_one(self):
        path = self.write("one.zip", archive([("a.txt", b"text")]))
        lines = [json.loads(line) for line in
                 self.expect(0, "unpack", "--json", path).splitlines()]
        self.assertEqual([line["type"] for line in lines], ["object", "object", "tree"])
        self.assertEqual(lines[1]["name"], "a.txt")
        self.assertEqual(lines[1]["parent"], 0)
        self.assertTrue(lines[2]["whole"])

    def test_extracts_beneath_the_folder_alone_and_never_executable(self):
        names = ["../../escape.exe", "/etc/absolute", "a/b/c.sh", "x" * 300, "\u202egnp.exe", "-rf"]
        path = self.write("names.zip", archive([(name, name.encode()) for name in names]))
        target = os.path.join(self.folder.name, "out")
        self.expect(0, "unpack", "--extract", target, path)
        written = sorted(os.listdir(target))
        self.assertEqual(len(written), len(names))
        self.assertEqual(sorted(os.listdir(self.folder.name)), ["names.zip", "out"])
        for name in written:
            self.assertRegex(name, r"^[0-9]{4}-[A-Za-z0-9._-]+_$")
            mode = os.stat(os.path.join(target, name)).st_mode
            self.assertTrue(stat.S_ISREG(mode))
            self.assertEqual(mode & 0o777, 0o600)
        with open(os.path.join(target, written[0]), "rb") as member:
            self.assertEqual(member.read(), names[0].encode())

    def test_refuses_a_folder_that_holds_something(self):
        path = self.write("one.zip", archive([("a.txt", b"text")]))
        self.one_sentence("unpack", "--extract", self.folder.name, path, says="is not empty")

    def test_bad_input_gets_one_sentence(self):
        self.one_sentence("unpack", os.path.join(self.folder.name, "none"), says="No such file")
        self.one_sentence("unpack", self.folder.name, says="not a regular file")

    def test_what_comes_out_is_bounded(self):
        path = self.write("large.zip", archive([("zeros", bytes(5 << 20))]))
        target = os.path.join(self.folder.name, "out")
        out = self.expect(2, "unpack", "--max-scansize", "1M", "--extract", target, path)
        self.assertIn("budget_spent", out)
        total = sum(os.path.getsize(os.path.join(target, name)) for name in os.listdir(target))
        self.assertLessEqual(total, 1 << 20)


if __name__ == "__main__":
    main()
