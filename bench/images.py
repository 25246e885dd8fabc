"""examine of a whole disk image beside The Sleuth Kit's listing of the same image."""
import os
import shutil
import subprocess

from measure import best

MIB = 1 << 20


class Images:
    """A FAT32 volume of many files, made without root; as it is, and as evidence (E01)."""

    def __init__(self, bin_dir, scratch, quick):
        self.program = bin_dir / "antidotary"
        self.make_tree = bin_dir / "make_tree"
        self.scratch = scratch
        self.files = 3000 if quick else 150_000

    def volume(self):
        tree = self.scratch / "disk"
        subprocess.run([self.make_tree, tree, str(self.files), "20"], check=True)
        host = tree / "host"
        held = sum(-(-path.stat().st_size // 4096) * 4096 + 4096 for path in host.rglob("*"))
        image = self.scratch / "disk.raw"
        with open(image, "wb") as file:
            # FAT32 has at least 65,525 clusters.
            file.truncate(max(320 * MIB, held * 3 // 2 + 64 * MIB))
        env = dict(os.environ, PATH=os.environ["PATH"] + ":/usr/sbin:/sbin")
        subprocess.run(["mkfs.vfat", "-F", "32", "-s", "8", image], env=env, check=True,
                       capture_output=True)
        subprocess.run(["mcopy", "-s", "-Q", "-i", image, *sorted(host.iterdir()), "::"],
                       check=True, capture_output=True)
        shutil.rmtree(tree)
        return image

    def run(self):
        if shutil.which("mcopy") is None:
            print("examine an image: mtools is not installed")
            return
        raw = self.volume()
        images = [raw]
        if shutil.which("ewfacquire"):
            subprocess.run(["ewfacquire", "-u", "-q", "-c", "fast", "-t", raw.with_suffix(""), raw],
                           check=True, capture_output=True)
            images.append(raw.with_suffix(".E01"))
        size = raw.stat().st_size / 1e6
        for image in images:
            ours = best([self.program, "examine", image], allowed=(0,), memory=True)
            print(f"examine {image.suffix[1:]}: {self.files} files on a volume of {size:.0f} MB\n"
                  f"  antidotary {ours.wall:8.3f} s\n"
                  f"  memory     {ours.resident:8.0f} MB (aim: under 300 MB)")
            if shutil.which("fls"):
                peer = best(["fls", "-r", image], allowed=(0,))
                print(f"  fls -r     {peer.wall:8.3f} s   ratio {peer.wall / ours.wall:.2f} "
                      "(aim: 1 or more)")
