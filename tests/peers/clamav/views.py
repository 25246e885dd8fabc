#!/usr/bin/env python3
"""The views of HTML and of scripts, byte for byte against those that clamscan leaves behind.

  views.py DUMP_VIEWS [--count N] [--seed N] [--keep FOLDER] [FILE...]

Without files: N pieces of markup, put together at random from what markup is made of, and the
system's own pages. Given files must be equal. Of generated markup, which breaks off and nests as no
page does, a few stay different in ways that docs/formats/clamav-views.md names; of pages, those in
UTF-16 and UTF-32 with characters from beyond 16 bits, and a few whose pieces are parted elsewhere.
So exit code 1 where of generated markup more than one view in 25 files or of pages 1 % differs.
"""
import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

VIEWS = ("nocomment.html", "notags.html", "javascript")
SYSTEM_BYTES_MAX = 1 << 20

MARKUP = [b"<", b">", b"</", b"/>", b"=", b'"', b"'", b" ", b"\n", b"  ", b"a", b"B", b"<p>", b"</p>",
          b"<a href=", b'<a href="', b"<img src=", b'<img src="', b"</a>", b"<!", b"<!--", b"-->",
          b"<br/>", b"x y", b"/", b"?", b"!", b"\t", b"\r\n", b"class=", b"<b", b"<?xml", b"data:",
          b"-", b"<td a='b'", b"<div id = \"Q r\">", b"http://E.org/A?b=1&c=2"]
ENTITIES = [b"&", b"&#", b"&#65", b"&#x41;", b"&amp;", b"&AMP;", b"&eacute;", b"&Eacute;", b"&nbsp;",
            b"&euro;", b"&#8364;", b"&#0;", b"&#;", b"&foo;", b"&lt", b";", b"&#255;", b"&#254;", b"&#66;",
            b"&#32;", b"&gt;", b"&quot;", b"&#x1F600;", b"&#65601;", b"&apos;", b"&alpha;"]
HIGH = [b"\x80", b"\xc3\xa9", b"\xff", b"\xe2\x82\xac", b"\0", b"\x01", b"\x7f"]
SCRIPT = [b"<script>", b"</script>", b"<script type='a'>", b"<style>", b"</style>", b"</SCRIPT >",
          b"<script/>", b"< /script>", b"var x='A b';", b"f( \"c\" )", b"<title>", b"</title>"]
CODE = [b"var ", b"a", b"bb", b"Cc", b",", b";", b"=", b"function ", b"(", b")", b"{", b"}", b"[", b"]",
        b'"s t"', b"'q'", b"+", b".", b"1", b"0x1f", b"2.5", b" ", b"\n", b"//c d\n", b"/* e */", b"return ",
        b"if", b"unescape('%41b')", b"eval(", b"==", b"<", b"\\u0041", b'"\\x41\\n\\u20ac"', b"$", b"_x",
        b"for(", b"in ", b"99999999999", b"@", b"function f(a,b){", b"/", b"*", b"-", b"\\", b"'"]


def generated(count, seed):
    """Names and contents; each begins so that it is HTML."""
    chance = random.Random(seed)
    for number in range(count):
        kind = number % 4
        parts = {0: MARKUP, 1: MARKUP + ENTITIES, 2: MARKUP + ENTITIES + HIGH + SCRIPT, 3: CODE}[kind]
        body = b"".join(chance.choice(parts) for _ in range(chance.randint(1, 24)))
        if kind == 3:
            body = b"<script>" + body + chance.choice([b"</script>", b"</script>", b""])
        # What a file ends in the middle of is lost in ways of its own: most go on behind it.
        tail = b"" if kind == 3 or number % 8 == 0 else b"\" '></script>end <b>of</b> it"
        yield f"g{number}.html", b"<html>" + body + tail


def system_pages():
    for folder, folders, names in os.walk("/usr"):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(folder, name)
            if name.lower().endswith((".htm", ".html", ".xhtml", ".svg")) and not os.path.islink(path):
                if os.path.getsize(path) <= SYSTEM_BYTES_MAX:
                    yield path, Path(path).read_bytes()


def peer_views(tree, scratch):
    """{name: {view: bytes}} as clamscan leaves them."""
    database, temporary = scratch / "none.ndb", scratch / "tmp"
    database.write_text("None:0:*:51787a7178717a7178717a71\n")
    temporary.mkdir()
    subprocess.run(["clamscan", "-r", "--no-summary", "--disable-cache", "-d", str(database), "--leave-temps",
                    f"--tempdir={temporary}", str(tree)], stdout=subprocess.DEVNULL, check=True)
    out = {}
    for folder, _, names in os.walk(temporary):
        if "/html-tmp." not in folder:
            continue
        top = Path(folder).relative_to(temporary).parts[0]
        name = re.fullmatch(r"\d+_\d+-(.*)\.[0-9a-f]{10}", top)[1]
        views = out.setdefault(name, {})
        for view in names:
            if view in VIEWS and view not in views:
                views[view] = (Path(folder) / view).read_bytes()
    return out


def main():
    words = argparse.ArgumentParser()
    words.add_argument("dump")
    words.add_argument("--count", type=int, default=1200)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--show", type=int, default=20)
    words.add_argument("--no-system", action="store_true")
    words.add_argument("--only", choices=VIEWS, action="append")
    words.add_argument("files", nargs="*")
    given = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="antidotary-views-") as folder:
        scratch = Path(folder)
        tree = scratch / "tree"
        tree.mkdir()
        inputs = {}
        if given.files:
            pages = [(path, Path(path).read_bytes()) for path in given.files]
        else:
            pages = [] if given.no_system else list(system_pages())
            inputs = dict(generated(given.count, given.seed))
        origin = {}
        for number, (path, content) in enumerate(pages):
            inputs[f"s{number}.html"] = content
            origin[f"s{number}.html"] = path
        for name, content in inputs.items():
            (tree / name).write_bytes(content)
        subprocess.run([given.dump, str(tree), str(scratch / "ours")], check=True)
        peer = peer_views(tree, scratch)
        differences, compared = [], 0
        for name, content in inputs.items():
            ours = {view: path.read_bytes() for view in VIEWS
                    if (path := scratch / "ours" / name / view).exists()}
            theirs = peer.get(name, {})
            for view in given.only or VIEWS:
                a, b = theirs.get(view, b""), ours.get(view, b"")
                compared += bool(a)
                if a != b:
                    differences.append((len(content), name, view, content, a, b))
        print(f"{len(inputs)} files ({len(origin)} of the system's own), {compared} views compared, "
              f"{len(differences)} differ")
        for size, name, view, content, a, b in sorted(differences)[: given.show]:
            at = len(os.path.commonprefix([a, b]))
            print(f"{origin.get(name, name)} {view}, byte {at}")
            if size < 500:
                print("   file    ", content)
                print("   clamscan", a)
                print("   here    ", b)
            else:
                print("   clamscan", a[max(0, at - 60):at + 60])
                print("   here    ", b[max(0, at - 60):at + 60])
    if given.files:
        sys.exit(1 if differences else 0)
    of_pages = len({name for _, name, *_ in differences if name in origin})
    of_made = sum(name not in origin for _, name, *_ in differences)
    print(f"pages that differ: {of_pages}, generated views that differ: {of_made}")
    sys.exit(1 if of_pages > len(origin) / 100 or of_made > given.count / 25 else 0)


if __name__ == "__main__":
    main()
