#!/usr/bin/env python3
"""cmake --install: the program, its pages, completions and the encyclopedia come; proofs, whose
files are named as worms name theirs, do not."""
import os
import shutil
import subprocess
from pathlib import Path

from program import PROGRAM, SOURCE, Case, main


class Install(Case):
    def test_everything_comes_but_proofs(self):
        build = Path(PROGRAM).resolve().parent.parent
        if not shutil.which("cmake") or not (build / "cmake_install.cmake").is_file():
            self.skipTest("this is no build tree of CMake")
        done = subprocess.run(["cmake", "--install", str(build), "--prefix", "/usr"],
                              env=dict(os.environ, DESTDIR=str(self.dir)), capture_output=True,
                              text=True, timeout=200)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        usr = self.dir / "usr"
        for file in ("bin/antidotary", "share/man/man1/antidotary.1",
                     "share/man/man1/antidotary-explain.1",
                     "share/bash-completion/completions/antidotary",
                     "share/zsh/site-functions/_antidotary",
                     "share/fish/vendor_completions.d/antidotary.fish"):
            self.assertTrue((usr / file).is_file(), file)
        if (build / "bin" / "antidotary-ntfs").is_file():  # libntfs-3g was there
            self.assertTrue((usr / "libexec/antidotary/antidotary-ntfs").is_file())
        book = usr / "share/antidotary/encyclopedia"
        self.assertEqual([], list(book.rglob("proof")))
        source = SOURCE / "encyclopedia"
        wanted = {path.relative_to(source) for path in source.rglob("*")
                  if path.is_file() and "proof" not in path.relative_to(source).parts}
        there = {path.relative_to(book) for path in book.rglob("*") if path.is_file()}
        self.assertEqual(wanted, there)

    def test_manual_keeps_prose_out_of_the_examples(self):
        subprocess.run([PROGRAM, "generate", "man", str(self.dir)], check=True, timeout=60)
        for page in self.dir.glob("antidotary-*.1"):
            text = page.read_text()
            if ".SH EXAMPLES" not in text:
                continue
            examples = text.split(".SH EXAMPLES\n.nf\n")[1].split("\n.fi\n")[0]
            for block in examples.split("\n\n"):
                self.assertTrue(block.startswith("  "), f"{page.name}: {block[:80]}")


if __name__ == "__main__":
    main()
