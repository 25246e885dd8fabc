"""Containers made by the formats' own tools: a maker takes one file and answers the container.

Each maker gets a folder that holds the member alone and must leave `out` there. A maker whose tool
is not installed is left out, and the tests say so.
"""
import bz2
import gzip
import lzma
import random
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import dmg_writer
import hfs_writer

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "outlook"))
import pst_writer


def run(folder, *words, stdin=None):
    with open(stdin, "rb") if stdin else open("/dev/null", "rb") as source:
        done = subprocess.run([str(word) for word in words], cwd=folder, stdin=source,
                              capture_output=True)
    if done.returncode != 0:
        raise RuntimeError(f"{words}: {done.stderr.decode(errors='replace')[-300:]}")
    return done.stdout


def zip_by(method):
    def make(folder, member):
        with zipfile.ZipFile(folder / "out", "w", method) as archive:
            archive.write(member, member.name)
    return make


def zip_streamed(folder, member):
    """Sizes behind the data (a descriptor), as a pipe makes it."""
    (folder / "out").write_bytes(run(folder, "zip", "-q", "-", "-", stdin=member))


def zip_forced64(folder, member):
    (folder / "out").write_bytes(run(folder, "zip", "-q", "-fz", "-", member.name))


def zip_split(folder, member):
    """Three parts of 64 KiB and a rest, put together: as people do who know no better."""
    noise = random.Random(3).randbytes(200_000)
    (folder / "noise").write_bytes(noise)
    run(folder, "zip", "-q", "-s", "64k", "s.zip", "noise", member.name)
    parts = sorted(folder.glob("s.z0*")) + [folder / "s.zip"]
    (folder / "out").write_bytes(b"".join(part.read_bytes() for part in parts))


def seven(kind, *switches):
    def make(folder, member):
        run(folder, "7z", "a", "-bd", f"-t{kind}", *switches, "out.x", member.name)
        (folder / "out.x").rename(folder / "out")
    return make


def tar(*switches):
    def make(folder, member):
        run(folder, "tar", "-cf", "out", *switches, member.name)
    return make


def cpio(kind):
    def make(folder, member):
        (folder / "names").write_text(member.name + "\n")
        (folder / "out").write_bytes(run(folder, "cpio", "-o", "-H", kind, "--quiet",
                                         stdin=folder / "names"))
    return make


def piped(*words):
    def make(folder, member):
        (folder / "out").write_bytes(run(folder, *words, stdin=member))
    return make


def two_streams(pack):
    """The member in two halves, each a stream of its own."""
    def make(folder, member):
        data = member.read_bytes()
        half = len(data) // 2
        (folder / "out").write_bytes(pack(data[:half]) + pack(data[half:]))
    return make


def lz4_legacy(folder, member):
    (folder / "out").write_bytes(run(folder, "lz4", "-l", "-c", stdin=member))


def ar(folder, member):
    run(folder, "ar", "rc", "out", member.name)


def deb(folder, member):
    root = folder / "root"
    (root / "DEBIAN").mkdir(parents=True)
    (root / "DEBIAN/control").write_text(
        "Package: x\nVersion: 1\nArchitecture: all\nMaintainer: x <x@x>\nDescription: x\n")
    shutil.copy(member, root / "file")
    run(folder, "dpkg-deb", "-b", "-Zxz", "root", "out")


def rpm(folder, member):
    spec = folder / "x.spec"
    spec.write_text("Name: x\nVersion: 1\nRelease: 1\nSummary: x\nLicense: x\nBuildArch: noarch\n"
                    f"%description\nx\n%install\nmkdir -p %{{buildroot}}/x\n"
                    f"cp {member} %{{buildroot}}/x/file\n%files\n/x/file\n")
    run(folder, "rpmbuild", "-bb", "--quiet", "--define", f"_topdir {folder}/top",
        "--define", f"_rpmdir {folder}/rpms", spec)
    next((folder / "rpms").rglob("*.rpm")).rename(folder / "out")


def arj(method):
    def make(folder, member):
        run(folder, "arj", "a", "-y", f"-m{method}", "out.arj", member.name)
        (folder / "out.arj").rename(folder / "out")
    return make


def lha(level):
    def make(folder, member):
        run(folder, "jlha", level, "out.lzh", member.name)
        (folder / "out.lzh").rename(folder / "out")
    return make


def iso(*switches):
    def make(folder, member):
        (folder / "tree").mkdir()
        shutil.copy(member, folder / "tree" / "a long name of a file.bin")
        run(folder, "genisoimage", "-quiet", *switches, "-o", "out", "tree")
    return make


def cab(*switches):
    def make(folder, member):
        run(folder, "gcab", "-c", *switches, "out", member.name)
    return make


def ext(kind, *switches):
    def make(folder, member):
        (folder / "tree/folder").mkdir(parents=True)
        shutil.copy(member, folder / "tree/folder")
        run(folder, "/sbin/mke2fs", "-q", "-t", kind, *switches, "-d", "tree", "out", "1024")
    return make


def fat(bits, kib):
    def make(folder, member):
        run(folder, "/sbin/mkfs.vfat", "-F", bits, "-C", "out", kib)
        run(folder, "mcopy", "-i", "out", member, "::long name of a file.bin")
    return make


def ntfs(folder, member):
    with open(folder / "out", "wb") as image:
        image.truncate(2 << 20)
    run(folder, "/sbin/mkntfs", "-F", "-Q", "-q", "out")
    run(folder, "ntfscp", "-f", "out", member, "file.bin")


def hfs_plus(folder, member):
    (folder / "out").write_bytes(hfs_writer.image(member.read_bytes()))


def partitioned(label):
    """A disk with one partition, a FAT file system of two MiB at sector 2048."""
    def make(folder, member):
        fat("12", "2048")(folder, member)
        volume = (folder / "out").read_bytes()
        disk = bytearray(1 << 20) + volume + bytes(1 << 20)
        (folder / "out").write_bytes(disk)
        run(folder, "sfdisk", "-q", "--no-reread", "out",
            stdin=write(folder / "table", f"label: {label}\n2048,4096\n"))
    return make


def write(path, text):
    path.write_text(text)
    return path


def uuencoded(folder, member):
    import binascii
    data = member.read_bytes()
    lines = [binascii.b2a_uu(data[i:i + 45]) for i in range(0, len(data), 45)]
    (folder / "out").write_bytes(b"begin 644 x\n" + b"".join(lines) + b"`\nend\n")


def wim(method):
    def make(folder, member):
        (folder / "tree/a folder").mkdir(parents=True)
        shutil.copy(member, folder / "tree/a folder")
        run(folder, "wimlib-imagex", "capture", "tree", "out", f"--compress={method}")
    return make


def szdd(folder, member):
    run(folder, "mscompress", member.name)
    (folder / (member.name + "_")).rename(folder / "out")


def xar(method):
    def make(folder, member):
        run(folder, "bsdtar", "--format=xar", f"--options=xar:compression={method}", "-cf", "out",
            member.name)
    return make


def chm(folder, member):
    """The member beside the one page that there must be, packed by LZX."""
    tool = next((path for path in Path("/usr/bin").glob("chmcmd*")), "chmcmd")
    (folder / "page.html").write_bytes(b"<html><body>a page</body></html>")
    (folder / "p.hhp").write_text("[OPTIONS]\nCompiled file=out.chm\nDefault topic=page.html\n"
                                  f"Title=x\n[FILES]\npage.html\n{member.name}\n")
    run(folder, tool, "p.hhp")
    (folder / "out.chm").rename(folder / "out")


def udf_alone(folder, member):
    """What genisoimage makes, the marks of ISO 9660 taken out."""
    iso("-udf")(folder, member)
    image = (folder / "out").read_bytes()
    (folder / "out").write_bytes(image.replace(b"CD001", b"-----"))


def msi(folder, member):
    """An OLE2 file with the member as a stream of its binary table."""
    run(folder, "msibuild", "out.msi", "-s", "Title", "Author")
    run(folder, "msibuild", "out.msi", "-a", "Payload", member.name)
    (folder / "out.msi").rename(folder / "out")


def dmg(method):
    def make(folder, member):
        fat("12", "1024")(folder, member)
        (folder / "out").write_bytes(dmg_writer.image((folder / "out").read_bytes(), method))
    return make


def pst(method):
    def make(folder, member):
        message = {"subject": b"one", "body": b"text",
                   "attachments": [(member.name.encode(), member.read_bytes())]}
        (folder / "out").write_bytes(pst_writer.make([message], method))
    return make


MAKERS = {
    "zip-stored": zip_by(zipfile.ZIP_STORED),
    "zip-deflate": zip_by(zipfile.ZIP_DEFLATED),
    "zip-bzip2": zip_by(zipfile.ZIP_BZIP2),
    "zip-lzma": zip_by(zipfile.ZIP_LZMA),
    "zip-deflate64": seven("zip", "-mm=Deflate64"),
    "zip-streamed": zip_streamed,
    "zip-zip64": zip_forced64, "zip-split": zip_split,
    "7z-lzma2": seven("7z"),
    "7z-lzma": seven("7z", "-m0=LZMA"),
    "7z-ppmd": seven("7z", "-m0=PPMd"),
    "7z-bzip2": seven("7z", "-m0=BZip2"),
    "7z-copy": seven("7z", "-m0=Copy"),
    "7z-bcj": seven("7z", "-m0=BCJ", "-m1=LZMA"),
    "7z-header-plain": seven("7z", "-mhc=off"),
    "tar-ustar": tar("--format=ustar"),
    "tar-gnu": tar("--format=gnu"),
    "tar-oldgnu": tar("--format=oldgnu"),
    "tar-pax": tar("--format=posix"),
    "tar-v7": tar("--format=v7"),
    "tar-sparse": tar("--format=gnu", "-S"),
    "cpio-bin": cpio("bin"), "cpio-odc": cpio("odc"), "cpio-newc": cpio("newc"),
    "cpio-crc": cpio("crc"),
    "gzip": piped("gzip", "-c"), "gzip-two": two_streams(gzip.compress),
    "bzip2": piped("bzip2", "-c"), "bzip2-two": two_streams(bz2.compress),
    "xz": piped("xz", "-c"), "xz-crc32": piped("xz", "-c", "-Ccrc32"),
    "xz-sha256": piped("xz", "-c", "-Csha256"), "xz-none": piped("xz", "-c", "-Cnone"),
    "xz-two": two_streams(lzma.compress),
    "lzma": piped("xz", "-c", "--format=lzma"),
    "zstd": piped("zstd", "-c", "-q"), "zstd-long": piped("zstd", "-c", "-q", "--long=27"),
    "lz4": piped("lz4", "-c"), "lz4-legacy": lz4_legacy,
    "compress": piped("compress", "-c", "-f"),
    "ar": ar, "deb": deb, "rpm": rpm,
    "arj-stored": arj(0), "arj-1": arj(1), "arj-3": arj(3), "arj-4": arj(4),
    "lha-lh5": lha("a"), "lha-lh7": lha("ao7"),
    "cab-mszip": cab("-z"), "cab-stored": cab(),
    "iso-joliet": iso("-J"), "iso-rock": iso("-R"), "iso-plain": iso(), "iso-udf": iso("-udf"),
    "ext2": ext("ext2"), "ext4": ext("ext4"), "ext2-plain": ext("ext2", "-O", "^filetype"),
    "fat12": fat("12", "1024"), "fat16": fat("16", "16384"), "fat32": fat("32", "34816"),
    "ntfs": ntfs, "hfs-plus": hfs_plus, "mbr": partitioned("dos"), "gpt": partitioned("gpt"),
    "zip-xz": seven("zip", "-mm=xz"),
    "wim-stored": wim("none"), "wim-xpress": wim("XPRESS"), "wim-lzx": wim("LZX"),
    "szdd": szdd, "chm": chm,
    "xar-gzip": xar("gzip"), "xar-bzip2": xar("bzip2"), "xar-none": xar("none"),
    "udf-alone": udf_alone, "ole2-msi": msi,
    "dmg-stored": dmg("stored"), "dmg-adc": dmg("adc"), "dmg-zlib": dmg("zlib"),
    "dmg-bzip2": dmg("bzip2"), "dmg-lzma": dmg("lzma"),
    "uuencode": uuencoded,
    "pst": pst(pst_writer.NONE), "pst-high": pst(pst_writer.CYCLIC),
}


def make(name, data):
    """The container `name` around `data`; None where its tool is not there."""
    with tempfile.TemporaryDirectory(prefix="antidotary-formats-") as scratch:
        folder = Path(scratch)
        member = folder / "member.bin"
        member.write_bytes(data)
        try:
            MAKERS[name](folder, member)
        except FileNotFoundError:
            return None
        return (folder / "out").read_bytes()
