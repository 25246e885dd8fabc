#!/usr/bin/env python3
"""Style and layering as a test: reads the tree, prints every breach, exits 1 if there is one.

Layers come from cmake/rooms.cmake, the same lines that link the rooms.
"""
import re
import subprocess
import sys
from pathlib import Path

COLUMNS_MAX = 100
FILE_LINES_MAX = 600
FUNCTION_LINES_MAX = 70

# What a pure room may not include: file system, sockets, clocks, environment, processes.
IMPURE_HEADERS = re.compile(
    r"^(fcntl\.h|unistd\.h|sys/(stat|types|mman|socket|wait|time|file|syscall|prctl|xattr|resource)\.h|"
    r"dirent\.h|netinet/.*|arpa/.*|netdb\.h|poll\.h|signal\.h|csignal|ctime|time\.h|chrono|"
    r"filesystem|fstream|cstdio|stdio\.h|iostream|thread|mutex|condition_variable|future|"
    r"stdlib\.h|linux/.*|spawn\.h)$")
IMPURE_CALLS = re.compile(r"\b(getenv|std::system|popen|setlocale|std::rand|fopen)\s*\(")
TEST_FILE = re.compile(r"(_test|_fuzz|_bench|_main|/main|/fuzz_main)\.cc$|/(fake_[a-z_]+|this_tree)\.h$")
ROOM_LINE = re.compile(r'^antidotary_room\((\w+)\s+(PURE|WORLD)\s+"([^"]*)"')
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')
BANNED = [
    (re.compile(r"\breinterpret_cast\b"), "reinterpret_cast outside core/; use core/bytes.h", "core"),
    (re.compile(r"\b(TODO|FIXME|XXX|HACK)\b"), "leftover marker; do it or write it in docs/STATUS.md", None),
    (re.compile(r"\bstd::(expected|format|ranges)\b"), "not in g++ 12 and clang 14 alike", None),
    (re.compile(r"\bstrcpy\(|\bstrcat\(|\bsprintf\(|\bgets\("), "unbounded C string call", None),
    (re.compile(r"\bassert\("), "assert() vanishes in release; return an Error", "core"),
]
CONTROL = re.compile(r"^\s*(if|for|while|switch|catch|do|else|namespace|struct|class|enum|union|extern)\b")
TYPE_NAME = re.compile(r"^\s*(?:template\s*<.*>\s*)?(?:struct|class|enum(?: class)?)\s+([A-Za-z_]\w*)")


def read_rooms(root):
    rooms = {}
    for line in (root / "cmake/rooms.cmake").read_text().splitlines():
        match = ROOM_LINE.match(line)
        if match:
            rooms[match[1]] = (match[2] == "PURE", match[3].split())
    return rooms


def check_layers(rooms):
    """Arrows point only up the table: a room may include only rooms of earlier lines."""
    seen = []
    for room, (_, may) in rooms.items():
        for other in may:
            if other not in seen:
                yield f"cmake/rooms.cmake: {room} may not include {other}: it stands below it"
        seen.append(room)


def check_includes(path, room, lines, rooms):
    pure, may = rooms[room]
    test = bool(TEST_FILE.search(path))
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        quoted, header = match[1] == '"', match[2]
        if quoted:
            other = header.split("/")[0]
            if other not in rooms:
                yield f"{path}:{number}: includes \"{header}\", which is in no room"
            elif other != room and other not in may:
                yield f"{path}:{number}: room {room} may not include {other} (cmake/rooms.cmake)"
        elif pure and not test and IMPURE_HEADERS.match(header):
            yield f"{path}:{number}: pure room {room} includes <{header}> (law 1)"


def check_head(path, lines):
    if not lines or not lines[0].startswith("//"):
        if not path.endswith(".cc"):
            yield f"{path}:1: a header begins with a comment: what it is, what it is not, why"
    if path.endswith(".h") and "#pragma once" not in lines:
        yield f"{path}: #pragma once is missing"


def strip_code(line):
    line = re.sub(r'"(\\.|[^"\\])*"', '""', line)
    line = re.sub(r"'(\\.|[^'\\])+'", "''", line)
    return line.split("//")[0]


def check_functions(path, lines):
    """A function's body begins at a line that ends with '{' below namespace or class level."""
    stack = []
    for number, raw in enumerate(lines, 1):
        line = strip_code(raw)
        opens = [i for i, c in enumerate(line) if c in "{}"]
        for i in opens:
            if line[i] == "{":
                head = line[:i]
                function = ")" in head and not CONTROL.match(head) and not any(f for f, _ in stack)
                stack.append((function, number))
            elif stack:
                function, start = stack.pop()
                if function and number - start + 1 > FUNCTION_LINES_MAX:
                    yield f"{path}:{start}: function of {number - start + 1} lines (at most {FUNCTION_LINES_MAX})"


def check_lines(path, room, lines, pure):
    test = bool(TEST_FILE.search(path))
    raw_string = False
    if len(lines) > FILE_LINES_MAX:
        yield f"{path}: {len(lines)} lines (at most {FILE_LINES_MAX}): two ideas in one file?"
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS_MAX and not raw_string and "http" not in line:
            yield f"{path}:{number}: {len(line)} columns (at most {COLUMNS_MAX})"
        if 'R"' in line:
            raw_string = True
        if raw_string and ')"' in line.split('R"')[-1] or re.search(r'\)\w*"', line):
            raw_string = False
        if line != line.rstrip() and not raw_string:
            yield f"{path}:{number}: white space at the end of the line"
        if "\t" in line and not raw_string:
            yield f"{path}:{number}: tab"
        code = strip_code(line)
        for pattern, why, allowed in BANNED:
            target = line if "marker" in why else code
            if pattern.search(target) and room != allowed and not (test and "assert" in why):
                yield f"{path}:{number}: {why}"
        if pure and not test and IMPURE_CALLS.search(code):
            yield f"{path}:{number}: pure room {room} touches the world (law 1)"
        match = TYPE_NAME.match(code)
        if match and "::" not in match[1] and not re.fullmatch(r"[A-Z][A-Za-z0-9]*", match[1]):
            if match[1] not in ("is_vector", "is_optional") and not code.rstrip().endswith(";"):
                yield f"{path}:{number}: type '{match[1]}' is not CamelCase"


def check_specimens(root, files):
    """No file of ours is, or can be taken for, a program."""
    for name in files:
        path = root / name
        if path.is_file() and path.read_bytes()[:2] == b"MZ":
            yield f"{name}: begins with MZ; fixtures are text or made at test time"


def check_tree(root, files):
    rooms = read_rooms(root)
    yield from check_layers(rooms)
    yield from check_specimens(root, files)
    for name in files:
        if not re.match(r"^(src|tests|bench|programs)/.*\.(h|cc)$", name) or not (root / name).is_file():
            continue
        lines = (root / name).read_text(encoding="utf-8").splitlines()
        parts = name.split("/")
        room = parts[1] if parts[0] == "src" else None
        if parts[0] == "src":
            if room not in rooms:
                yield f"{name}: src/{room} is not in cmake/rooms.cmake"
                continue
            yield from check_includes(name, room, lines, rooms)
        if not re.fullmatch(r"[a-z0-9_]+\.(h|cc)", parts[-1]):
            yield f"{name}: file names are snake_case"
        yield from check_head(name, lines)
        yield from check_lines(name, room, lines, bool(room) and rooms[room][0])
        yield from check_functions(name, lines)


def main():
    root = Path(sys.argv[1])
    listed = subprocess.run(["git", "-C", root, "ls-files", "--cached", "--others",
                             "--exclude-standard"], capture_output=True, text=True)
    files = listed.stdout.splitlines()
    if listed.returncode != 0:  # an unpacked archive has no git
        files = [str(p.relative_to(root)) for p in root.rglob("*")
                 if p.is_file() and "build" not in p.relative_to(root).parts[:1]]
    if not files:
        sys.exit("tidy: found no files to look at")
    problems = list(check_tree(root, files))
    for problem in problems:
        print(problem)
    print(f"tidy: {len(files)} files, {len(problems)} breaches")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
