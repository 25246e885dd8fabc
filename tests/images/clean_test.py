"""clean and undo on an unmounted NTFS image, without root, mounts or loop devices: the simulated
infection of every entry, partition tables, several Windows, and what is refused."""
import hashlib
import os
import shutil
import struct
import subprocess
from pathlib import Path

import disk
from disk import MIB, ImageCase
from program import PROGRAM, SOURCE, main


def sha256(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


class CleanCase(ImageCase):
    def sound(self, volume):
        """The file system's own tools have nothing to say against it."""
        disk.tool("ntfsfix", "-n", volume)
        disk.tool("ntfsresize", "--check", "-f", volume)

    def part(self, image, offset, size):
        with open(image, "rb") as file:
            file.seek(offset)
            (self.dir / "part.raw").write_bytes(file.read(size))
        return self.dir / "part.raw"

    def clean(self, image, code=0):
        result, lines = self.told("clean", "--apply", "--json", image)
        self.assertEqual(result.returncode, code, result.stdout[-3000:] + result.stderr)
        return next((line for line in lines if line["type"] == "run"), None)

    def examined(self, image):
        _, lines = self.told("examine", "--json", image)
        return [line for line in lines if line["type"] == "examination"]


class EveryEntry(CleanCase):
    def test_is_cleaned_in_the_image_and_undone_to_the_same_bytes(self):
        seen, cleaned = 0, 0
        for entry, variant, host in self.sick_hosts():
            seen += 1
            image = disk.ntfs(self.dir / "v.raw", host, 16 * MIB)
            before = sha256(image)
            with self.subTest(entry=entry, variant=variant):
                plan = self.told("clean", "--json", image)[1][0]
                if not any(not s["left"] and s["act"] != "advise" for s in plan["steps"]):
                    continue
                run = self.clean(image)
                self.assertEqual(run["state"], "applied")
                self.assertNotEqual(sha256(image), before)
                self.assertEqual([e["verdict"] for e in self.examined(image)], ["clean"])
                self.sound(image)
                self.expect(0, "undo", run["run"])
                self.assertEqual(sha256(image), before)
                cleaned += 1
        self.assertGreater(seen, 20)
        self.assertGreater(cleaned, 15)
        print(f"{seen} entries, {cleaned} of them cleaned in the image and undone to its SHA-256")


class Disks(CleanCase):
    def setUp(self):
        super().setUp()
        self.host = self.simulate("win32/mimail.c", "sick") / "host"

    def test_two_windows_on_a_partitioned_disk_are_one_run(self):
        data = disk.fat(self.dir / "data.img", None, 40 * MIB)
        one = disk.ntfs(self.dir / "one.img", self.host, 16 * MIB)
        for label in ("dos", "gpt"):
            with self.subTest(label=label):
                image = disk.partitioned(self.dir / "disk.raw", [data, one, one], label)
                before = sha256(image)
                run = self.clean(image)
                self.assertEqual([e["verdict"] for e in self.examined(image)], ["clean"] * 2)
                for at in (41, 57):
                    self.sound(self.part(image, at * MIB, 16 * MIB))
                self.expect(0, "undo", run["run"])
                self.assertEqual(sha256(image), before)

    def test_split_raw(self):
        raw = disk.ntfs(self.dir / "disk.raw", self.host, 16 * MIB)
        disk.tool("split", "-b", 5 * MIB + 1234, "-d", "-a", 3, "--numeric-suffixes=1", raw,
                  self.dir / "part.")
        parts = sorted(self.dir.glob("part.0*"))
        before = [sha256(part) for part in parts]
        run = self.clean(parts[0])
        self.assertNotEqual([sha256(part) for part in parts], before)
        self.expect(0, "undo", run["run"])
        self.assertEqual([sha256(part) for part in parts], before)

    def test_a_windows_on_fat_beside_one_on_ntfs_is_left_and_said(self):
        image = disk.partitioned(self.dir / "disk.raw", [
            disk.fat(self.dir / "f.img", self.host, 40 * MIB),
            disk.ntfs(self.dir / "n.img", self.host, 16 * MIB)])
        run = self.clean(image, code=1)
        self.assertTrue(any("only NTFS is written to" in step["detail"] for step in run["steps"]))
        verdicts = [e["verdict"] for e in self.examined(image)]
        self.assertEqual((verdicts[0] != "clean", verdicts[1]), (True, "clean"))

    def test_a_plan_is_reviewed_first(self):
        image = disk.ntfs(self.dir / "disk.raw", self.host, 16 * MIB)
        before = sha256(image)
        self.expect(1, "clean", image, "--out", "plan.json", says="TO BE CARRIED OUT")
        self.assertEqual(sha256(image), before)
        self.one_sentence("clean", self.host, "--plan", "plan.json", says="for the disk image")
        self.expect(0, "clean", image, "--plan", "plan.json", "--apply")
        result = self.run_program("clean", image, "--plan", "plan.json", "--apply")
        self.assertEqual(result.returncode, 2)
        self.assertIn("make a new plan", result.stderr)

    def test_undo_of_an_image_that_somebody_else_changed_is_refused(self):
        image = disk.ntfs(self.dir / "disk.raw", self.host, 16 * MIB)
        run = self.clean(image)
        disk.tool("ntfscp", "-f", image, SOURCE / "README.md", "WINDOWS/new.txt")
        after = sha256(image)
        self.one_sentence("undo", run["run"], says="changed by somebody else")
        self.assertEqual(sha256(image), after)

    def test_quarantine_names_undo(self):
        image = disk.ntfs(self.dir / "disk.raw", self.host, 16 * MIB)
        run = self.clean(image)
        items = self.lines(self.expect(0, "quarantine", "list", "--json"))
        self.assertTrue(items)
        self.assertIn("volume 1", items[0]["root"])
        self.one_sentence("quarantine", "restore", items[0]["id"], says=f"undo {run['run']}")
        listed = self.expect(0, "runs", says="applied")
        self.assertIn(str(image), listed)


class Refused(CleanCase):
    def setUp(self):
        super().setUp()
        self.host = self.simulate("win32/mimail.c", "sick") / "host"
        self.raw = disk.ntfs(self.dir / "disk.raw", self.host, 16 * MIB)

    def refused(self, image, *words, says):
        before = sha256(image)
        result = self.run_program("clean", "--apply", image, *words)
        self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
        for part in [says] if isinstance(says, str) else says:
            self.assertIn(part, result.stdout + result.stderr)
        self.assertEqual(sha256(image), before)

    def test_other_forms_are_only_read(self):
        for form, ending in (("qcow2", "qcow2"), ("vmdk", "vmdk"), ("vpc", "vhd")):
            image = self.dir / f"d.{ending}"
            disk.tool("qemu-img", "convert", "-f", "raw", "-O", form, self.raw, image)
            self.refused(image, says="is only read")
            self.expect(1, "clean", "--json", image, says="is only read")

    def test_hibernated_dirty_and_unclean(self):
        disk.tool("ntfsfix", self.raw)
        self.refused(self.raw, says="nothing is written")
        (self.host / "hiberfil.sys").write_bytes(b"hibr" + bytes(8188))
        self.refused(disk.ntfs(self.raw, self.host, 16 * MIB), says=["nothing is written"])

    def test_an_image_that_is_in_use(self):
        import fcntl
        with open(self.raw, "r+b") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            self.refused(self.raw, says="another run is at work")
            fcntl.flock(held, fcntl.LOCK_UN)
            # Of the open file, as qemu's is: a classic lock would go with the digest's descriptor.
            of_open_file = 37  # F_OFD_SETLK
            fcntl.fcntl(held, of_open_file, struct.pack("hhqqi", fcntl.F_WRLCK, 0, 0, 0, 0))
            self.refused(self.raw, says="another program works on")

    def test_without_the_ntfs_program(self):
        alone = self.dir / "bin" / "antidotary"
        alone.parent.mkdir()
        shutil.copy(PROGRAM, alone)
        env = dict(os.environ, ANTIDOTARY_STATE=str(self.dir / "state"),
                   ANTIDOTARY_ENCYCLOPEDIA=str(SOURCE / "encyclopedia"))
        for words, says in ((["clean", "--apply", self.raw], "antidotary-ntfs is not installed"),
                            (["doctor"], "antidotary-ntfs is not installed")):
            done = subprocess.run([str(alone), *map(str, words)], env=env, text=True,
                                  capture_output=True)
            self.assertIn(says, done.stdout + done.stderr)

    def test_an_mft_that_is_damaged_is_not_written_to(self):
        records = disk.records(self.raw, "WINDOWS")
        for at in (0, 20, 56, 500):
            image = self.dir / "damaged.raw"
            shutil.copy(self.raw, image)
            disk.patch(image, records[0] + at, b"\xa5" * 8)
            before = sha256(image)
            result = self.run_program("clean", "--apply", image)
            self.assertIn(result.returncode, (0, 1, 2), result.stderr)
            if result.returncode == 2:
                self.assertEqual(sha256(image), before)


main()
