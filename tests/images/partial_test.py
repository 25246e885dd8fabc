"""A disk that was not wholly read is never called clean: beside a Windows that is well, each case
has a volume that cannot be read, or a part of one."""
import shutil
import struct

import disk
from disk import MIB, ImageCase, patch
from program import main


class Partial(ImageCase):
    def setUp(self):
        super().setUp()
        self.well = disk.ntfs(self.dir / "well.img",
                              self.simulate("win32/mimail.a", "well", "--honest") / "host", 16 * MIB)

    def sick(self, make=disk.ntfs, size=16 * MIB):
        shutil.rmtree(self.dir / "sick", ignore_errors=True)
        host = self.simulate("win32/mimail.c", "sick") / "host"
        return make(self.dir / f"sick-{make.__name__}.img", host, size)

    def examine(self, second, code, says="", label="dos", kind=None):
        image = disk.partitioned(self.dir / "disk.raw", [self.well, second], label, [None, kind])
        return self.expect(code, "examine", image, says=says)

    def raw_volume(self, at, mark):
        volume = self.dir / "second.img"
        disk.empty(volume, 4 * MIB)
        patch(volume, at, mark)
        return volume


class Volumes(Partial):
    def test_two_that_are_well(self):
        self.expect(0, "examine", self.well)
        self.examine(self.well, 0)

    def test_a_boot_sector_that_was_emptied(self):
        sick = self.sick()
        self.examine(sick, 1)
        patch(sick, 0, bytes(512))
        self.examine(sick, 2, "its first sector is empty")

    def test_a_boot_sector_that_is_damaged(self):
        sick = self.sick(disk.fat, 40 * MIB)
        patch(sick, 11, bytes(2))
        self.examine(sick, 2, "no file system that is known")
        ntfs = self.sick()
        patch(ntfs, 11, bytes(2))
        self.examine(ntfs, 2, "its NTFS is damaged")

    def test_what_is_not_read(self):
        self.examine(self.raw_volume(3, b"ReFS"), 2, "ReFS")
        self.examine(self.raw_volume(512, b"LABELONE"), 2, "nothing says what it holds")
        for label, kind in disk.DYNAMIC.items():
            with self.subTest(label=label):
                self.examine(self.well, 2, "dynamic disk", label, kind)

    def test_what_holds_no_files(self):
        self.examine(self.raw_volume(0, b""), 0, label="gpt", kind=disk.RESERVED)
        self.examine(self.raw_volume(4086, b"SWAPSPACE2"), 0)

    def test_an_image_that_ends_inside_a_volume(self):
        sick = self.sick()
        image = disk.partitioned(self.dir / "disk.raw", [self.well, sick])
        whole = image.read_bytes()
        image.write_bytes(whole[:(17 * MIB) + int(16 * MIB * .6)])
        self.assertIn(self.run_program("examine", image).returncode, (1, 2))
        image.write_bytes(whole[:17 * MIB])
        self.expect(2, "examine", image, says="the image ends before it")
        # And where the volume is the whole disk.
        lone = self.well.read_bytes()
        for share in (.9, .6):
            self.well.write_bytes(lone[:int(len(lone) * share) // 512 * 512])
            self.expect(2, "examine", self.well, says="the image ends inside it")

    def test_more_volumes_than_are_looked_at(self):
        image = self.dir / "many.raw"
        disk.empty(image, 300 * MIB)
        table = f"label: gpt\ntable-length: 140\nsize={16 * 2048}, type={disk.BASIC['gpt']}\n" + \
            f"size=2048, type={disk.RESERVED}\n" * 130
        disk.tool("sfdisk", "-q", image, text=table)
        patch(image, MIB, self.well.read_bytes())
        self.expect(2, "examine", image, says="more than are looked at")


class Depth(Partial):
    def test_folders_two_thousand_deep(self):
        host = self.dir / "well" / "host"
        cache = host / "Documents and Settings/alice/Local Settings/Temporary Internet Files"
        cache.mkdir(parents=True, exist_ok=True)
        self.expect(0, "examine", host)
        for top in (cache, host):
            disk.tool("mkdir", "-p", top / ("d/" * 1900))
            image = disk.exfat(self.dir / "deep.raw", host, 128 * MIB)
            with self.subTest(top=top):
                code = 2 if top == cache else 0
                says = "nested this deep" if top == cache else "CLEAN"
                for where in (image, host):
                    self.expect(code, "examine", where, says=says)
            disk.tool("rm", "-rf", top / "d")


class Damage(Partial):
    # A record that was emptied, one that was torn in writing.
    HARM = ((0, bytes(1024)), (510, b"\xfe\xfe"))

    def harm(self, image, names, at, data):
        places = [place for name in names for place in disk.records(image, name)]
        self.assertTrue(places)
        for place in places:
            patch(image, place + at, data)

    def test_windows_folder(self):
        for harm in self.HARM:
            with self.subTest(harm=harm):
                sick = self.sick()
                self.harm(sick, ["WINDOWS"], *harm)
                self.examine(sick, 2, "WINDOWS")

    def test_a_file_that_an_entry_names(self):
        for harm in self.HARM:
            with self.subTest(harm=harm):
                sick = self.sick()
                names = [path.name for path in (self.dir / "sick").rglob("*") if path.is_file()
                         and not list((self.dir / "well").rglob(path.name))]
                self.harm(sick, names, *harm)
                self.expect(1, "examine", sick, says="its record cannot be read")
                self.harm(sick, ["SOFTWARE", "software", "NTUSER.DAT"], *harm)
                self.expect(2, "examine", sick, says="its record cannot be read")

    def test_reparse_points_in_a_files_place(self):
        host = self.simulate("win32/mimail.c", "sick") / "host"
        names = [path for path in host.rglob("*") if path.is_file()
                 and not list((self.dir / "well").rglob(path.name))]
        for tag, says in ((0x9000001a, "reparse tag 0x9000001a"), (0x80000017, "WOF"),
                          (0xa000000c, "exe.tmp is a link")):
            for path in names:
                data = b"kept elsewhere"
                if tag == 0xa000000c:  # a symbolic link to "a"
                    data = struct.pack("<HHHHI", 0, 2, 2, 2, 1) + "aa".encode("utf-16-le")
                (path.parent / f"{path.name}:reparse").write_bytes(
                    struct.pack("<IHH", tag, len(data), 0) + data)
            with self.subTest(says=says):
                image = disk.ntfs(self.dir / "v.raw", host, 16 * MIB)
                result = self.run_program("examine", image)
                self.assertIn(result.returncode, (1, 2))
                self.assertIn(says, result.stdout)

    def test_index_of_folders(self):
        for damage in (lambda at: (at, bytes(4)), lambda at: (at + 510, b"\xfe\xfe")):
            sick = self.sick()
            whole, at, seen = sick.read_bytes(), 0, 0
            while (at := whole.find(b"INDX", at + 1)) > 0:
                if at % 4096 == 0:
                    patch(sick, *damage(at))
                    seen += 1
            self.assertGreater(seen, 0)
            self.assertNotEqual(self.run_program("examine", sick).returncode, 0)


main()
