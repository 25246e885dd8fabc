"""The disk that an image stores is read byte for byte as its own tools read it: every form that
qemu-img and ewfacquire write, all of them one after the other in one process."""
import hashlib
import random
import shutil
import subprocess

import disk
from disk import DIGEST, MIB, ImageCase, tool
from program import main

QEMU = [("qcow", "qcow", []), ("qcow2", "qcow2", []), ("qcow2", "packed.qcow2", ["-c"]),
        ("qcow2", "v2.qcow2", ["-o", "compat=0.10"]),
        ("qcow2", "small.qcow2", ["-o", "cluster_size=512"]),
        ("qcow2", "large.qcow2", ["-c", "-o", "cluster_size=2M"]),
        ("vmdk", "sparse.vmdk", []),
        ("vmdk", "stream.vmdk", ["-o", "subformat=streamOptimized"]),
        ("vmdk", "flat.vmdk", ["-o", "subformat=monolithicFlat"]),
        ("vmdk", "two.vmdk", ["-o", "subformat=twoGbMaxExtentSparse"]),
        ("vmdk", "twoflat.vmdk", ["-o", "subformat=twoGbMaxExtentFlat"]),
        ("vpc", "dynamic.vhd", ["-o", "force_size=on"]),
        ("vpc", "fixed.vhd", ["-o", "subformat=fixed,force_size=on"]),
        ("vhdx", "vhdx", []), ("vhdx", "fixed.vhdx", ["-o", "subformat=fixed"]),
        ("vhdx", "blocks.vhdx", ["-o", "block_size=2M"])]
EWF = [("encase2", "none"), ("encase5", "best"), ("encase6", "fast"), ("encase6", "none"),
       ("encase6", "empty-block"), ("linen6", "fast"), ("ftk", "best"), ("ewfx", "fast"),
       ("smart", "fast"), ("smart", "none")]


def evidence(raw, target, form="encase6", packing="fast", segment=None):
    """The first file of an EWF image of `raw`."""
    words = ["-u", "-q", "-f", form, "-c", packing, "-t", target, "-S", segment or 1400 * MIB]
    tool("ewfacquire", *words, raw)
    return next(path for path in sorted(target.parent.glob(f"{target.name}.*"))
                if path.suffix.lower() in (".e01", ".s01"))


class Forms(ImageCase):
    def setUp(self):
        super().setUp()
        host = self.simulate("win32/mimail.c", "sick") / "host"
        self.raw = disk.ntfs(self.dir / "disk.raw", host, 6 * MIB)
        # What does not pack, what packs, and what is empty.
        random.seed(1)
        with open(self.raw, "r+b") as file:
            file.seek(4 * MIB)
            file.write(random.randbytes(MIB // 2) + bytes(range(256)) * 1024)
        self.size = self.raw.stat().st_size
        self.sha256 = hashlib.sha256(self.raw.read_bytes()).hexdigest()

    def images(self):
        out = [self.raw]
        for form, ending, options in QEMU:
            image = self.dir / f"d.{ending}"
            tool("qemu-img", "convert", "-f", "raw", "-O", form, *options, self.raw, image)
            out.append(image)
        for form, packing in EWF:
            out.append(evidence(self.raw, self.dir / f"{form}-{packing}", form, packing))
        out.append(evidence(self.raw, self.dir / "split", packing="none", segment=MIB))
        self.assertTrue((self.dir / "split.E03").exists())
        return out

    def digests(self, images, *before):
        done = subprocess.run([*before, DIGEST, *map(str, images)], capture_output=True, text=True)
        return done, [line.split("\t") for line in done.stdout.splitlines()]

    def same_in_one_process(self, images):
        done, lines = self.digests(images + images)
        self.assertEqual(len(lines), 2 * len(images), done.stderr)
        for image, line in zip(images + images, lines):
            with self.subTest(image=image.name):
                self.assertEqual(line[1:], [str(self.size), self.sha256])
        print(f"{len(images)} images in one process, the same {self.size} bytes each")

    def touch_only_their_own(self, images):
        if shutil.which("valgrind") is None:
            return
        done, _ = self.digests(images, "valgrind", "-q", "--error-exitcode=99")
        self.assertEqual(done.returncode, 0, done.stderr[-3000:])

    def are_errors_once_cut(self, images):
        for image in images:
            whole = image.read_bytes()
            for share in (0.2, 0.5, 0.9):
                image.write_bytes(whole[:int(len(whole) * share)])
                _, lines = self.digests([image])
                with self.subTest(image=image.name, share=share):
                    if lines[0][0] != "error":
                        self.assertEqual(lines[0][1:], [str(self.size), self.sha256])
            image.write_bytes(whole)

    def test_every_form_is_the_same_disk(self):
        images = self.images()
        self.same_in_one_process(images)
        self.touch_only_their_own(images)
        # A fixed VHD without its end is a raw disk, of which nobody can say how long it was.
        self.are_errors_once_cut([one for one in images[1:] if one.name != "d.fixed.vhd"])

    def test_evidence_is_examined_as_the_folder(self):
        host = self.dir / "sick" / "host"
        for segment in (None, 2 * MIB):
            target = self.dir / f"case-{segment}"
            self.same_as_folder(evidence(self.raw, target, segment=segment), host)

    def test_a_missing_file_of_the_evidence_is_named(self):
        first = evidence(self.raw, self.dir / "gap", packing="none", segment=MIB)
        (self.dir / "gap.E03").unlink()
        self.one_sentence("examine", first, says="gap.E03 is not there, but gap.E04 is")


main()
