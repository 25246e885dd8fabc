"""Disk images of a folder, made by other people's tools, without root, mounts or loop devices."""
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

DIGEST = str(Path(sys.argv.pop(4)).resolve())
FILL = str(Path(sys.argv.pop(3)).resolve())
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "cli"))
from exfat import Volume  # noqa: E402
from program import SOURCE, Case, main  # noqa: E402

MIB = 1 << 20


def tool(*words, cwd=None, text=""):
    """What the tool prints; `text` is what it reads."""
    env = dict(os.environ, PATH=os.environ["PATH"] + ":/usr/sbin:/sbin")
    done = subprocess.run([str(word) for word in words], env=env, cwd=cwd, capture_output=True,
                          text=True, input=text)
    if done.returncode != 0:
        raise AssertionError(f"{words}: {done.stdout}{done.stderr}")
    return done.stdout


def empty(path, size_bytes):
    path.unlink(missing_ok=True)
    with open(path, "wb") as file:
        file.truncate(size_bytes)


def ntfs(path, folder, size_bytes=48 * MIB):
    empty(path, size_bytes)
    tool("mkntfs", "-q", "-F", "-L", "disk", path)
    if folder is not None:
        tool(FILL, path, folder)
    return path


def fat(path, folder, size_bytes=48 * MIB, bits=32):
    empty(path, size_bytes)
    tool("mkfs.vfat", "-F", bits, "-n", "DISK", path)
    things = sorted(Path(folder).iterdir()) if folder is not None else []
    if things:
        tool("mcopy", "-s", "-Q", "-i", path, *things, "::")
    return path


def exfat(path, folder, size_bytes=48 * MIB):
    empty(path, size_bytes)
    tool("mkfs.exfat", "-L", "DISK", path)
    Volume(path).fill(Path(folder))
    tool("fsck.exfat", "-n", path)
    return path


BASIC = {"dos": "7", "gpt": "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7"}
RESERVED = "E3C9E316-0B5C-4DB8-817D-F92DF00215AE"  # by Microsoft; it holds no files
DYNAMIC = {"dos": "42", "gpt": "AF9B60A0-1431-4F62-BC68-3311714A69AD"}


def partitioned(path, volumes, label="dos", kinds=None):
    """A disk with these volume images behind one another, each at a whole MiB. `kinds` are the
    partitions' types, a basic one where none is said."""
    offsets, at = [], MIB
    for volume in volumes:
        offsets.append(at)
        at += (volume.stat().st_size + MIB - 1) // MIB * MIB
    empty(path, at + MIB)
    kinds = kinds or [None] * len(volumes)
    table = f"label: {label}\n" + "".join(
        f"start={offset // 512}, size={volume.stat().st_size // 512}, "
        f"type={kind or BASIC[label]}\n"
        for offset, volume, kind in zip(offsets, volumes, kinds))
    tool("sfdisk", "-q", path, text=table)
    with open(path, "r+b") as disk:
        for offset, volume in zip(offsets, volumes):
            disk.seek(offset)
            disk.write(volume.read_bytes())
    return path


def patch(path, offset, data):
    with open(path, "r+b") as file:
        file.seek(offset)
        file.write(data)


def records(image, name):
    """Offsets of the MFT records that bear this name, in an NTFS volume image."""
    whole, wide, out, at = image.read_bytes(), name.encode("utf-16-le"), set(), 0
    while (at := whole.find(wide, at + 1)) > 0:
        record = at // 1024 * 1024
        if whole[record:record + 4] == b"FILE" and whole[at - 2] == len(name):
            out.add(record)
    return sorted(out)


# What a disk image cannot have in common with a folder: where it lies, and the file system's own
# numbers and times.
OWN = {"path", "volume", "jail", "doubts", "device", "inode", "modified_unix_ns", "mode", "links"}


def same_part(value):
    """What is said of a disk, without what is the image's own."""
    if isinstance(value, dict):
        return {name: same_part(one) for name, one in value.items() if name not in OWN}
    if isinstance(value, list):
        return sorted((same_part(one) for one in value), key=lambda one: json.dumps(one))
    return value


class ImageCase(Case):
    def told(self, *words, code=None):
        result = self.run_program(*words)
        if code is not None:
            self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        return result, self.lines(result.stdout)

    def findings(self, path):
        result, lines = self.told("examine", "--json", path)
        kept = [line for line in lines if line["type"] in ("diagnosis", "examination")]
        return result.returncode, same_part(kept)

    def same_as_folder(self, image, folder):
        expected = self.findings(folder)
        self.assertEqual(self.findings(image), expected)
        return expected

    def sick_hosts(self):
        """A simulated infection of every entry: its name, its first variant that can be acted out,
        and a folder, which the next one replaces."""
        for entry in sorted((SOURCE / "encyclopedia").glob("*/*/entry.md")):
            name = f"{entry.parent.parent.name}/{entry.parent.name}"
            for variant in sorted(one.stem for one in entry.parent.glob("variants/*.toml")):
                shutil.rmtree(self.dir / "sick", ignore_errors=True)
                made = self.run_program("entry", "simulate", f"{name}.{variant}", "sick")
                host = self.dir / "sick" / "host"
                if made.returncode == 0 and host.is_dir():
                    yield name, variant, host
                    break
