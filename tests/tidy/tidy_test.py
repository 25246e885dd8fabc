#!/usr/bin/env python3
"""Each rule of tidy finds the breach it is for, and is silent on its mended form."""
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import tidy  # noqa: E402

ROOMS = 'antidotary_room(core PURE "" "")\nantidotary_room(scan PURE "core" "")\nantidotary_room(files WORLD "core" "")\n'
HEAD = "// What it is.\n#pragma once\n"


class Tidy(unittest.TestCase):
    def breaches(self, files, rooms=ROOMS):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for name, text in {"cmake/rooms.cmake": rooms, **files}.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            return list(tidy.check_tree(root, list(files)))

    def finds(self, part, name, text, rooms=ROOMS):
        self.assertTrue(any(part in b for b in self.breaches({name: text}, rooms)), part)

    def test_is_silent_on_a_good_header(self):
        self.assertEqual(self.breaches({"src/scan/a.h": HEAD + '#include "core/b.h"\n'}), [])

    def test_finds_an_include_of_a_room_below(self):
        self.finds("may not include files", "src/scan/a.h", HEAD + '#include "files/b.h"\n')

    def test_finds_an_arrow_that_points_down_the_table(self):
        self.finds("stands below it", "src/core/a.h", HEAD,
                   'antidotary_room(core PURE "scan" "")\nantidotary_room(scan PURE "core" "")\n')

    def test_finds_the_world_in_a_pure_room(self):
        self.finds("law 1", "src/scan/a.h", HEAD + "#include <chrono>\n")
        self.finds("law 1", "src/scan/a.cc", 'auto x = getenv("HOME");\n')
        self.assertEqual(self.breaches({"src/files/a.h": HEAD + "#include <fcntl.h>\n"}), [])

    def test_finds_a_missing_head_and_guard(self):
        self.finds("begins with a comment", "src/scan/a.h", "#pragma once\n")
        self.finds("#pragma once", "src/scan/a.h", "// What.\n")

    def test_finds_long_lines_functions_and_files(self):
        self.finds("columns", "src/scan/a.cc", "// " + "x" * 100 + "\n")
        self.finds("function of", "src/scan/a.cc", "void f() {\n" + "  g();\n" * 80 + "}\n")
        self.finds("two ideas", "src/scan/a.cc", "int x;\n" * 601)

    def test_finds_casts_markers_and_names(self):
        self.finds("reinterpret_cast", "src/scan/a.cc", "auto x = reinterpret_cast<int*>(y);\n")
        self.finds("leftover marker", "src/scan/a.cc", "// TODO" + ": later\n")
        self.finds("CamelCase", "src/scan/a.cc", "struct bad_name {\n};\n")
        self.finds("snake_case", "src/scan/BadName.cc", "int x;\n")

    def test_finds_a_file_that_could_be_a_program(self):
        self.finds("begins with MZ", "encyclopedia/x/proof/a.exe", "M" + "Z inert\n")


if __name__ == "__main__":
    unittest.main()
