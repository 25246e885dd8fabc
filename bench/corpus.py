"""Files of the system's own /usr, the same ones each time on the same system: in the order of their
names' digests, copied to a folder so that every program reads the same tree."""
import hashlib
import os
import shutil
from pathlib import Path

FILE_BYTES_MAX = 20 << 20


def make(folder, megabytes):
    """Bytes and files that `folder` then holds."""
    paths = []
    for root, _, names in os.walk("/usr"):
        paths += [os.path.join(root, name) for name in names]
    paths.sort(key=lambda path: hashlib.md5(path.encode(errors="surrogateescape")).digest())
    total = count = 0
    for path in paths:
        if total >= megabytes << 20:
            break
        if os.path.islink(path) or not os.path.isfile(path):
            continue
        size = os.path.getsize(path)
        if not 0 < size <= FILE_BYTES_MAX:
            continue
        place = Path(folder) / f"{count // 500:04}" / f"{count:06}-{os.path.basename(path)[-60:]}"
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(path, place)
        except OSError:
            continue
        total += size
        count += 1
    return total, count
