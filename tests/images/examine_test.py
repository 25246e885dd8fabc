"""examine says the same of a disk image as of the folder that it was made from: every entry's
simulated infection, each form of image, partition tables, several Windows, bad images."""
import shutil
import subprocess
import time

import disk
from disk import MIB, ImageCase
from program import main


class EveryEntry(ImageCase):
    def test_is_found_in_the_image_as_in_the_folder(self):
        seen, infected = 0, 0
        for entry, variant, host in self.sick_hosts():
            image = disk.ntfs(self.dir / "v.raw", host)
            with self.subTest(entry=entry, variant=variant):
                code, _ = self.same_as_folder(image, host)
                infected += code == 1
            seen += 1
        self.assertGreater(seen, 20)
        self.assertGreater(infected, 15)
        print(f"{seen} entries, {infected} of them found, the same from image and folder")


class EveryForm(ImageCase):
    def setUp(self):
        super().setUp()
        self.host = self.simulate("win32/mimail.c", "sick") / "host"
        self.raw = disk.ntfs(self.dir / "disk.raw", self.host, 32 * MIB)

    def test_fat(self):
        for bits in (16, 32):
            self.same_as_folder(disk.fat(self.dir / f"f{bits}.img", self.host, bits=bits), self.host)

    def test_exfat(self):
        self.same_as_folder(disk.exfat(self.dir / "x.img", self.host), self.host)

    def test_split_raw(self):
        disk.tool("split", "-b", 10 * MIB, "-d", "-a", 3, "--numeric-suffixes=1", self.raw,
                  self.dir / "part.")
        self.same_as_folder(self.dir / "part.001", self.host)

    def test_forms_of_qemu(self):
        for form, ending, options in [("qcow2", "qcow2", []), ("qcow2", "c.qcow2", ["-c"]),
                                      ("vmdk", "vmdk", []),
                                      ("vmdk", "stream.vmdk", ["-o", "subformat=streamOptimized"]),
                                      ("vmdk", "two.vmdk", ["-o", "subformat=monolithicFlat"]),
                                      ("vpc", "vhd", []),
                                      ("vpc", "fixed.vhd", ["-o", "subformat=fixed"]),
                                      ("vhdx", "vhdx", [])]:
            image = self.dir / f"d.{ending}"
            disk.tool("qemu-img", "convert", "-f", "raw", "-O", form, *options, self.raw, image)
            with self.subTest(form=form, options=options):
                self.same_as_folder(image, self.host)

    def test_forms_that_are_not_read_are_named(self):
        disk.tool("qemu-img", "convert", "-f", "raw", "-O", "vdi", self.raw, self.dir / "d.vdi")
        self.one_sentence("examine", "d.vdi", says="VDI")
        (self.dir / "d.aff").write_bytes(b"AFF10\r\n\0" + bytes(4096))
        self.one_sentence("examine", "d.aff", says="AFF")
        (self.dir / "d.Ex01").write_bytes(b"EVF2\r\n\x81\0" + bytes(4096))
        self.one_sentence("examine", "d.Ex01", says="EWF version 2")

    def test_a_differencing_image_is_not_the_disk(self):
        disk.tool("qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", self.raw,
                  self.dir / "snap.qcow2")
        self.one_sentence("examine", "snap.qcow2", says="flatten")


class Partitions(ImageCase):
    def test_every_windows_on_every_volume_is_examined(self):
        sick = self.simulate("win32/mimail.c", "sick") / "host"
        data = disk.fat(self.dir / "data.img", None, 40 * MIB)
        system = disk.ntfs(self.dir / "system.img", sick, 32 * MIB)
        other = disk.ntfs(self.dir / "other.img", sick, 32 * MIB)
        for label in ("dos", "gpt"):
            with self.subTest(label=label):
                image = disk.partitioned(self.dir / "disk.raw", [data, system, other], label)
                _, lines = self.told("examine", "--json", image, code=1)
                found = [line for line in lines if line["type"] == "examination"]
                self.assertEqual([line["volume"] for line in found], ["volume 2", "volume 3"])
                volumes = [line for line in lines if line["type"] == "volume"]
                self.assertEqual([line["file_system"] for line in volumes], ["fat", "ntfs", "ntfs"])

    def test_two_windows_on_one_volume(self):
        sick = self.simulate("win32/mimail.c", "sick") / "host"
        shutil.copytree(sick / "WINDOWS", sick / "WINNT")
        image = disk.ntfs(self.dir / "disk.raw", sick)
        for path in (image, sick):
            _, lines = self.told("examine", "--json", path, code=1)
            found = [line for line in lines if line["type"] == "examination"]
            self.assertEqual([line["windows_directory"] for line in found], ["WINDOWS", "WINNT"])

    def test_bitlocker_is_said(self):
        volume = self.dir / "b.img"
        sector = bytearray(512)
        sector[3:11] = b"-FVE-FS-"
        sector[510:512] = b"\x55\xaa"
        volume.write_bytes(bytes(sector) + bytes(4 * MIB))
        self.one_sentence("examine", "b.img", says="BitLocker")


class BadImages(ImageCase):
    def setUp(self):
        super().setUp()
        self.host = self.simulate("win32/mimail.c", "sick") / "host"
        self.raw = disk.ntfs(self.dir / "disk.raw", self.host, 32 * MIB)

    def bounded(self, path):
        started = time.monotonic()
        result = self.run_program("examine", path)
        self.assertLess(time.monotonic() - started, 60)
        self.assertIn(result.returncode, (1, 2), result.stdout + result.stderr)
        return result

    def test_nothing_that_is_known(self):
        (self.dir / "noise").write_bytes(bytes(range(256)) * 4096)
        self.one_sentence("examine", "noise", says="neither a partition table nor a file system")
        (self.dir / "none").write_bytes(b"")
        self.one_sentence("examine", "none", says="neither a partition table nor a file system")

    def test_a_truncated_raw_image_is_not_clean(self):
        whole = self.raw.read_bytes()
        for share in (8, 4, 2):
            self.raw.write_bytes(whole[:len(whole) // share])
            self.bounded(self.raw)

    def test_a_cyclic_mft_ends(self):
        # Every folder of Windows points at itself: its index names its own record.
        whole = bytearray(self.raw.read_bytes())
        name = "system32".encode("utf-16-le")
        at = whole.find(name)
        while at >= 0:
            whole[at - 66:at - 60] = (5).to_bytes(6, "little")  # the parent: the root
            whole[at - 82:at - 76] = (5).to_bytes(6, "little")  # the file itself: the root
            at = whole.find(name, at + 1)
        self.raw.write_bytes(whole)
        self.bounded(self.raw)

    def test_random_damage_is_never_a_crash_of_the_program(self):
        import random
        random.seed(7)
        whole = self.raw.read_bytes()
        for _ in range(6):
            damaged = bytearray(whole)
            for _ in range(2000):
                damaged[random.randrange(64 * 1024, 8 * MIB)] = random.randrange(256)
            self.raw.write_bytes(damaged)
            self.bounded(self.raw)


main()
