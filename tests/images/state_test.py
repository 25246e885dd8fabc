"""A disk that must not be written to as it stands is read with a warning and never written to."""
import disk
from disk import ImageCase
from program import main


class States(ImageCase):
    def setUp(self):
        super().setUp()
        self.host = self.simulate("win32/mimail.c", "sick") / "host"

    def doubts(self, path):
        _, lines = self.told("examine", "--json", path, code=1)
        return next(line["doubts"] for line in lines if line["type"] == "examination")

    def test_a_volume_at_rest_has_none(self):
        for make in (disk.ntfs, disk.fat):
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
