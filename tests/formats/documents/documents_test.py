"""Documents made by real writers, with EICAR (made at run time) in them: found; damaged: found or
incomplete, never clean while the payload's bytes still come out; bombs end as incomplete."""
import io
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import zipfile
import zlib
from pathlib import Path

PROGRAM = str(Path(sys.argv[1]).resolve())
SOURCE = Path(sys.argv[2]).resolve()
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
TESTFILES = Path("/usr/share/clamav-testfiles")


def packed():
    """EICAR where no search of the raw bytes finds it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("e.txt", EICAR)
    return out.getvalue()


class Documents(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = Path(tempfile.mkdtemp(prefix="antidotary-documents-"))
        (cls.dir / "e.ndb").write_text("Eicar:0:*:" + EICAR.hex() + "\n")
        (cls.dir / "clam.hdb").write_text("aa15bcf478d165efd2065190eb473bcb:544:Clam\n")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.dir, ignore_errors=True)

    def scan(self, *paths, database="e.ndb"):
        env = dict(os.environ, ANTIDOTARY_STATE=str(self.dir / "state"))
        return subprocess.run([PROGRAM, "scan", "--json", "-d", str(self.dir / database),
                               *map(str, paths)], env=env, capture_output=True, text=True,
                              timeout=120)

    def write(self, name, data):
        path = self.dir / name
        path.write_bytes(data)
        return path

    def found(self, name, data):
        result = self.scan(self.write(name, data))
        self.assertEqual(result.returncode, 1, name + result.stdout + result.stderr)

    def need(self, tool):
        if subprocess.run(["which", tool], capture_output=True).returncode:
            self.skipTest(tool + " is not installed")

    def pdf(self, *streams):
        out = b"%PDF-1.5\n"
        for number, (dictionary, data) in enumerate(streams, 1):
            out += b"%d 0 obj\n<<%s/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
                number, dictionary, len(data), data)
        return out + b"trailer\n<</Root 1 0 R>>\n%%EOF\n"

    def test_clamav_testfiles_are_opened_to_their_core(self):
        if not TESTFILES.is_dir():
            self.skipTest("clamav-testfiles is not installed")
        for name in ("clam.ole.doc", "clam.ppt", "clam.pdf", "clam.exe.rtf", "clam.tnef",
                     "clam.exe.html", "clam.exe.binhex", "clam.exe.mbox.uu"):
            with self.subTest(name):
                result = self.scan(TESTFILES / name, database="clam.hdb")
                self.assertEqual(result.returncode, 1, result.stdout)
                self.assertNotIn('"failed"', result.stdout)

    def qpdf(self, source, *options):
        target = self.dir / "q.pdf"
        subprocess.run(["qpdf", *options, str(source), str(target)], check=True,
                       capture_output=True)
        return target

    def reportlab_pdf(self):
        try:
            from reportlab.pdfgen import canvas
        except ImportError:
            self.skipTest("reportlab is not installed")
        path = self.dir / "page.pdf"
        page = canvas.Canvas(str(path))
        page.drawString(100, 100, "hello")
        page.save()
        attachment = self.write("inner.zip", packed())
        return self.qpdf(path, "--add-attachment", str(attachment), "--key=k", "--")

    def test_pdf_with_each_cipher_and_object_streams(self):
        self.need("qpdf")
        plain = self.dir / "plain.pdf"
        self.reportlab_pdf().rename(plain)
        ways = [("--object-streams=generate",), ("--linearize",),
                ("--object-streams=generate", "--compress-streams=n")]
        for bits, more in ((40, ()), (128, ("--use-aes=n",)), (128, ("--use-aes=y",)),
                           (256, ()), (256, ("--force-R5",))):
            ways.append(("--allow-weak-crypto", "--encrypt", "", "owner", str(bits), *more, "--"))
        for way in ways:
            with self.subTest(way):
                result = self.scan(self.qpdf(plain, *way))
                self.assertEqual(result.returncode, 1, result.stdout)
                self.assertNotIn("unread\":[{", result.stdout)

    def test_pdf_with_a_password_is_said_to_be_encrypted(self):
        self.need("qpdf")
        plain = self.dir / "plain2.pdf"
        self.reportlab_pdf().rename(plain)
        result = self.scan(self.qpdf(plain, "--encrypt", "user", "owner", "256", "--"))
        self.assertEqual(result.returncode, 2, result.stdout)
        self.assertIn("opaque", result.stdout)

    def test_rtf_and_html_and_nesting(self):
        hexes = packed().hex()
        noisy = "".join(c + ("\r\n{\\*\\x 41}" if i % 9 == 0 else "") for i, c in enumerate(hexes))
        rtf = ("{\\rtf1{\\object{\\*\\objdata " + noisy + "}}}").encode()
        self.found("a.rtf", rtf)
        import base64
        page = b"<html><a href='data:x/y;base64," + base64.b64encode(rtf) + b"'>"
        self.found("a.html", page)
        outer = self.pdf((b"/Filter/FlateDecode/Type/EmbeddedFile", zlib.compress(page)))
        self.found("a.pdf", outer)

    def test_damage_is_never_silent(self):
        """1,000 places in two documents: where the packed bytes are whole, found or incomplete."""
        payload = packed()
        rtf = b"{\\rtf1{\\object{\\*\\objdata " + payload.hex().encode() + b"}}}"
        pdf = self.pdf((b"", b"q Q"), (b"/Filter/FlateDecode", zlib.compress(payload)), (b"", b"x"))
        cases = [("rtf", rtf, payload.hex().encode()), ("pdf", pdf, zlib.compress(payload))]
        chance = random.Random(20030801)
        folder = self.dir / "damaged"
        folder.mkdir()
        for kind, whole, core in cases:
            begin = whole.index(core)
            for number in range(500):
                at = chance.randrange(len(whole))
                # The blank before RTF's digits is theirs: another one there shifts them all.
                while begin - 1 <= at < begin + len(core) or at < 8:
                    at = chance.randrange(len(whole))
                data = bytearray(whole)
                data[at] = chance.randrange(256)
                (folder / f"{number}.{kind}").write_bytes(data)
        result = self.scan(folder)
        self.assertIn(result.returncode, (1, 2))
        clean = []
        for line in result.stdout.splitlines():
            row = json.loads(line)
            if row.get("verdict") == "clean":
                clean.append(line[:300])
        self.assertEqual(clean, [])

    def test_bombs_end_as_incomplete(self):
        data = zlib.compress(b"\0" * (200 << 20), 9)
        for _ in range(2):
            data = zlib.compress(data, 9)
        chain = self.pdf((b"/Filter[/FlateDecode/FlateDecode/FlateDecode]", data))
        many = self.pdf((b"/Filter[" + b"/AHx" * 500 + b"]", b"41>"))
        for name, bomb in (("chain.pdf", chain * 3), ("many.pdf", many)):
            with self.subTest(name):
                before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
                result = self.scan(self.write(name, bomb))
                spent = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
                self.assertEqual(result.returncode, 2, result.stdout)
                self.assertIn("limited", result.stdout)
                # Unoptimised builds on busy machines; the figure of a release is in the docs.
                self.assertLess(spent, 20)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=1)
