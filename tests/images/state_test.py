"""A disk that must not be written to as it stands is read with a warning and never written to."""
import json
import os
import subprocess

import disk
from disk import ImageCase
from program import PROGRAM, SOURCE, main


class States(ImageCase):
    def setUp(self):
        super().setUp()
        self.host = self.simulate("win32/mimail.c", "sick") / "host"

    def doubts(self, path):
        _, lines = self.told("examine", "--json", path, code=1)
        return next(line["doubts"] for line in lines if line["type"] == "examination")

    def test_a_volume_at_rest_has_none(self):
        for make in (disk.ntfs, disk.fat, disk.exfat):
            self.assertEqual(self.doubts(make(self.dir / "v.raw", self.host)), [])
        self.assertEqual(self.doubts(self.host), [])

    def test_hibernation_is_seen_on_image_and_mount(self):
        for magic, doubts in ((b"hibr", ["hibernated"]), (b"HIBR", ["hibernated"]),
                              (b"wake", []), (bytes(4), [])):
            (self.host / "hiberfil.sys").write_bytes(magic + bytes(8188))
            with self.subTest(magic=magic):
                self.assertEqual(self.doubts(self.host), doubts)
                self.assertEqual(self.doubts(disk.ntfs(self.dir / "v.raw", self.host)), doubts)

    def test_a_hibernated_disk_is_not_written_to(self):
        (self.host / "hiberfil.sys").write_bytes(b"hibr" + bytes(8188))
        before = sorted((p, p.read_bytes()) for p in self.host.rglob("*") if p.is_file())
        self.expect(1, "examine", self.host, says=["Caution", "fast start-up"])
        self.expect(2, "clean", "--apply", self.host, says=["nothing is written", "shutdown /s"])
        after = sorted((p, p.read_bytes()) for p in self.host.rglob("*") if p.is_file())
        self.assertEqual(before, after)

    def test_a_hibernated_disk_that_is_otherwise_well_is_not_called_clean(self):
        well = self.simulate("win32/mimail.a", "well", "--honest") / "host"
        self.set_autorun(well, 0xff)
        for words in (["examine"], ["check", "--only", "autorun"]):
            self.expect(0, *words, well)
        (well / "hiberfil.sys").write_bytes(b"HIBR" + bytes(8188))
        for path in (well, disk.ntfs(self.dir / "v.raw", well)):
            for words in (["examine"], ["check", "--only", "autorun"]):
                self.expect(2, *words, path, says="hiberfil.sys")

    def hibernate(self, size=None):
        """As large a session as Windows keeps: far more than may be mapped. Sparse."""
        path = self.host / "hiberfil.sys"
        path.write_bytes(b"HIBR" + bytes(8188))
        if size is not None:
            with open(path, "r+b") as file:
                file.truncate(size)

    def set_autorun(self, host, number):
        """A setting that `check` judges, and that `check --mend` mends to 0xff."""
        reg = self.dir / "in.reg"
        reg.write_text("Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\"
                       "Microsoft\\Windows\\CurrentVersion\\Policies\\Explorer]\n"
                       f'"NoDriveTypeAutoRun"=dword:{number:08x}\n')
        hive = next(host.glob("*/system32/config/SOFTWARE"))
        disk.tool("hivexregedit", "--merge", "--prefix", r"HKEY_LOCAL_MACHINE\SOFTWARE", hive, reg)

    def picture(self):
        return sorted((str(path), path.stat().st_mtime_ns, path.stat().st_size)
                      for path in self.host.rglob("*"))

    def refused(self, *words):
        before = self.picture()
        self.expect(2, *words, says=["nothing is written", "shutdown /s"])
        self.assertEqual(self.picture(), before)

    def test_no_command_writes_to_a_hibernated_disk(self):
        self.set_autorun(self.host, 0x91)
        plan = self.dir / "plan.json"
        self.expect(1, "clean", "--out", plan, self.host)
        for size in (None, 6 << 30):
            self.hibernate(size)
            for words in (["clean", "--apply"], ["clean", "--apply", "--plan", plan],
                          ["check", "--mend", "--apply", "--only", "autorun"]):
                with self.subTest(size=size, words=words):
                    self.refused(*words, self.host)

    def test_a_folder_of_a_hibernated_disk_is_not_written_to(self):
        mount = self.dir / "mount"
        mount.mkdir()
        script = f"mount -t tmpfs none {mount} && cp -r {self.host} {mount}/below && " \
            f"echo hibr > {mount}/hiberfil.sys && exec {PROGRAM} clean --apply {mount}/below"
        env = dict(os.environ, ANTIDOTARY_STATE=str(self.dir / "state"),
                   ANTIDOTARY_ENCYCLOPEDIA=str(SOURCE / "encyclopedia"))
        done = subprocess.run(["unshare", "--mount", "sh", "-c", script], env=env, text=True,
                              capture_output=True)
        if "mount:" in done.stderr or "unshare:" in done.stderr:
            self.skipTest("mounting is not allowed here")
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertIn("nothing is written", done.stderr)

    def test_undo_does_not_write_to_a_hibernated_disk(self):
        lines = self.expect(0, "clean", "--apply", "--json", self.host).splitlines()
        run = next(line["run"] for line in map(json.loads, lines) if line["type"] == "run")
        self.hibernate(6 << 30)
        before = self.picture()
        for words in (["undo", run], ["resume", run], ["quarantine", "restore", f"{run}/1"]):
            result = self.run_program(*words)
            self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
            self.assertEqual(self.picture(), before)
        self.expect(2, "undo", run, says=["nothing is written", "shutdown /s"])
        (self.host / "hiberfil.sys").unlink()
        self.expect(0, "undo", run)

    def test_a_session_that_cannot_be_read_is_one(self):
        (self.host / "hiberfil.sys").symlink_to("nowhere")
        self.assertEqual(self.doubts(self.host), ["hibernated"])
        self.expect(2, "clean", "--apply", self.host, says="nothing is written")

    def test_the_dirty_bit_of_ntfs(self):
        image = disk.ntfs(self.dir / "v.raw", self.host)
        disk.tool("ntfsfix", image)  # it marks the volume for chkdsk and empties the log
        self.assertIn("dirty", self.doubts(image))

    def test_the_dirty_bits_of_fat(self):
        for bits, at in ((16, 3), (32, 7)):
            image = disk.fat(self.dir / "v.raw", self.host, bits=bits)
            whole = bytearray(image.read_bytes())
            fat = int.from_bytes(whole[14:16], "little") * int.from_bytes(whole[11:13], "little")
            whole[fat + at] &= 0x7f if bits == 16 else 0xf7
            image.write_bytes(whole)
            with self.subTest(bits=bits):
                self.assertEqual(self.doubts(image), ["dirty"])

    def test_the_dirty_bits_of_exfat(self):
        for flags in (2, 4):
            image = disk.exfat(self.dir / "v.raw", self.host)
            disk.patch(image, 106, bytes([flags]))
            with self.subTest(flags=flags):
                self.assertEqual(self.doubts(image), ["dirty"])

    def test_an_unclean_log(self):
        # Two restart pages as Windows leaves them while it runs: a client in use, not clean.
        image = disk.ntfs(self.dir / "v.raw", self.host)
        page = bytearray(4096)
        page[0:4] = b"RSTR"
        page[4:8] = (0x1e).to_bytes(2, "little") + (9).to_bytes(2, "little")
        page[16:24] = (4096).to_bytes(4, "little") * 2
        page[24:26] = (0x30).to_bytes(2, "little")
        page[0x30 + 12:0x30 + 16] = (0).to_bytes(2, "little") * 2
        whole = bytearray(image.read_bytes())
        at = whole.find(b"\xff" * 8192)
        self.assertGreater(at, 0)
        whole[at:at + 8192] = page * 2
        image.write_bytes(whole)
        self.assertEqual(self.doubts(image), ["unclean_log"])


main()
