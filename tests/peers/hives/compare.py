#!/usr/bin/python3
"""Our hive reader, writer and editor beside hivex, libregf and reglookup.

Every key, value, type and datum of some thirty hives (most by our writer, some built up by
hivexsh) must read the same in our reader, hivex and libregf. After a removal in place the peers
must see exactly that value or key gone, and after the undo the file must be what it was.

Exit 0: all agree. 1: they do not. 77: a peer is missing, and nothing was compared.
"""
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile

SKIP = 77
# What a peer is known not to do, with the reason; anything else that differs is a failure.
KNOWN = {
    ("libregf", "big-data-4"): "libregf looks for segments (db) from version 5 on, Windows from 4",
    ("libregf", "unterminated-3"): "libregf adds the NUL that a text lacks",
    ("libregf", "unterminated-5"): "libregf adds the NUL that a text lacks",
}
DUMP, MAKE, EDIT = sys.argv[1:4]
failures = []


def skip(why):
    print(f"SKIPPED, nothing was compared: {why}", file=sys.stderr)
    sys.exit(SKIP)


try:
    import hivex
    import pyregf
except ImportError as missing:
    skip(f"{missing} (apt install python3-hivex python3-libregf)")
for program, package in [("hivexsh", "libhivex-bin"), ("reglookup", "reglookup")]:
    if shutil.which(program) is None:
        skip(f"no {program} (apt install {package})")


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def told(data):
    """As our dump tells data."""
    data = data or b""
    return data.hex() if len(data) <= 4 else sha256(data)


def as_libregf_reads(keys):
    """Known: libregf 20201007 takes one to three resident bytes from the wrong end of their field.
    hivex and reglookup take them from its start, as the specification has it."""
    def wrong_end(data):
        return data.ljust(8, "0")[-len(data):] if len(data) in (2, 4, 6) else data
    return [(key, [(name, kind, wrong_end(data)) for name, kind, data in values])
            for key, values in keys]


def join(path, name):
    return f"{path}\\{name}" if path else name


def ours(hive):
    run = subprocess.run([DUMP, hive], capture_output=True, text=True)
    if run.returncode != 0:
        raise RuntimeError(run.stderr.strip())
    keys = [json.loads(line) for line in run.stdout.splitlines()]
    return [(key["key"], [tuple(value) for value in key["values"]]) for key in keys]


def by_hivex(hive):
    reader = hivex.Hivex(hive)
    out, pending = [], [("", reader.root(), True)]
    while pending:
        path, node, is_root = pending.pop()
        if not is_root:
            path = join(path, reader.node_name(node))
        values = []
        for value in reader.node_values(node):
            kind, data = reader.value_value(value)
            values.append((reader.value_key(value), kind, told(data)))
        out.append((path, values))
        children = reader.node_children(node)
        pending.extend((path, child, False) for child in reversed(children))
    return out


def by_libregf(hive):
    reader = pyregf.file()
    reader.open(hive)
    out, pending = [], [("", reader.get_root_key(), True)]
    while pending:
        path, key, is_root = pending.pop()
        if not is_root:
            path = join(path, key.name)
        values = [(v.name or "", v.type, told(v.data)) for v in key.values]
        out.append((path, values))
        children = [key.get_sub_key(i) for i in range(key.number_of_sub_keys)]
        pending.extend((path, child, False) for child in reversed(children))
    reader.close()
    return out


def by_reglookup(hive):
    """Its lines without the time: what it sees, in its own words."""
    run = subprocess.run(["reglookup", "-H", hive], capture_output=True)
    if run.returncode != 0:
        raise RuntimeError(run.stderr.decode(errors="replace").strip())
    return sorted(line.rsplit(b",", 1)[0] for line in run.stdout.splitlines())


def first_difference(mine, theirs):
    for one, other in zip(mine, theirs):
        if one != other:
            pairs = [(a, b) for a, b in zip(one[1], other[1]) if a != b] or [(one, other)]
            return f"{one[0]}: ours {str(pairs[0][0])[:300]}, theirs {str(pairs[0][1])[:300]}"
    return f"ours has {len(mine)} keys, theirs {len(theirs)}"


def compare(hive, wanted=None, name=None):
    """Our reading, which must be `wanted` and the peers'; `name` is what KNOWN calls the hive."""
    name = name or os.path.basename(hive)
    try:
        mine = ours(hive)
    except RuntimeError as problem:
        failures.append(f"{name}: ours: {problem}")
        return None
    if wanted is not None and mine != wanted:
        failures.append(f"{name}: not as wanted: {first_difference(mine, wanted)}")
    for peer, read in [("hivex", by_hivex), ("libregf", by_libregf)]:
        try:
            theirs = read(hive)
            due = as_libregf_reads(mine) if peer == "libregf" else mine
            problem = None if theirs == due else first_difference(due, theirs)
        except (OSError, RuntimeError, ValueError) as error:
            problem = f"{type(error).__name__}: {error}"
        known = KNOWN.get((peer, name))
        if problem and known:
            print(f"known difference, {name}, {peer}: {known}")
        elif problem:
            failures.append(f"{name}: {peer}: {problem}")
        elif known:
            failures.append(f"{name}: {peer} agrees now; strike out: {known}")
    return mine


def hivexsh(source, hive, script):
    run = subprocess.run(["hivexsh", "-w", source], input=script + f"commit {hive}\n", text=True,
                         capture_output=True)
    if run.returncode != 0 or not os.path.exists(hive):
        failures.append(f"hivexsh could not write {os.path.basename(hive)}: {run.stderr}")


def grown_hives(folder):
    """Hives built up by hivexsh from a minimal one of our writer."""
    minimal = f"{folder}/minimal-3"
    scripts = {
        "one-key": "add Alpha\n",
        "values": "add Alpha\ncd Alpha\nsetval 3\nname\nstring:text\nnumber\ndword:0x12345678\n"
                  "@\nexpandstring:%PATH%\n",
        "nested": "".join(f"add L{i}\ncd L{i}\n" for i in range(30)),
        "siblings": "".join(f"add S{i:03}\n" for i in range(60)),
        "binary": "add B\ncd B\nsetval 2\nhex\nhex:3:de,ad,be,ef,00,01\n"
                  "qword\nqword:0x123456789a\n",
        "deleted": "add Gone\nadd Kept\ncd Gone\nadd Deeper\ncd ..\ncd Gone\ndel\n",
    }
    for name, script in scripts.items():
        hivexsh(minimal, f"{folder}/hivexsh-{name}", script)
    # A hive of ours that hivex has grown once more.
    hivexsh(f"{folder}/run-3", f"{folder}/hivexsh-run",
            "cd \\Microsoft\\Windows\nadd Added\ncd Added\nsetval 1\nnew\nstring:value\n")


def whole(path):
    with open(path, "rb") as file:
        return file.read()


def edit(work, journal, words):
    run = subprocess.run([EDIT, words[0], work, *words[1:]], capture_output=True, text=True)
    if run.returncode != 0:
        failures.append(f"{os.path.basename(work)}: {words}: {run.stderr.strip()}")
        return 0
    with open(journal, "w", encoding="utf-8") as file:
        file.write(run.stdout)
    return sum(len(e["after"]) // 2 for e in json.loads(run.stdout)["edits"])


def without_value(keys, path, name):
    """As the editor leaves it: the last value of the list moves into the gap."""
    out = []
    for key, values in keys:
        if key == path:
            at = [value[0] for value in values].index(name)
            values = values[:at] + values[-1:] * (at < len(values) - 1) + values[at + 1:-1]
        out.append((key, values))
    return out


def check_removal(folder, name, words):
    """Removes in a copy, asks three readers, undoes, and compares the bytes."""
    work, journal = f"{folder}/work", f"{folder}/journal"
    shutil.copyfile(f"{folder}/{name}", work)
    before, lines = ours(work), by_reglookup(work)
    size = edit(work, journal, words)
    if size == 0:
        return
    if words[0] == "remove-value":
        wanted = without_value(before, words[1], words[2])
        if size >= 100:
            failures.append(f"{name}: {words}: {size} bytes changed")
        gone = 1
    else:
        wanted = [key for key in before if key[0] != words[1]]
        gone = 1 + sum(len(values) for key, values in before if key == words[1])
    compare(work, wanted, name)
    left = by_reglookup(work)
    if len(lines) - len(left) != gone or not set(left) <= set(lines):
        failures.append(f"{name}: {words}: reglookup sees {len(lines)} lines, then {len(left)}")
    if os.path.getsize(work) != os.path.getsize(f"{folder}/{name}"):
        failures.append(f"{name}: {words}: the size changed")
    subprocess.run([EDIT, "undo", work, journal], check=False)
    if sha256(whole(work)) != sha256(whole(f"{folder}/{name}")):
        failures.append(f"{name}: {words}: the undo gives other bytes")


def removals():
    run = "Microsoft\\Windows\\CurrentVersion\\Run"
    for hive in ["run-3", "run-4", "run-5", "run-6", "hivexsh-run"]:
        for value in ["first", "second", "third", "count"]:
            yield hive, ["remove-value", run, value]
        yield hive, ["remove-value", run + "Once", "only"]
        yield hive, ["remove-key", run]
    for hive in ["names-3", "names-5"]:
        yield hive, ["remove-value", "\u00dcbung", "Ma\u00df"]
        yield hive, ["remove-value", "\u6f22\u5b57", "\U0001f600"]
        yield hive, ["remove-key", "\u0416\u0443\u043a"]
        yield hive, ["remove-key", "\u00dcbung\\\u00ff"]
    for hive in ["values-3", "values-5"]:
        yield hive, ["remove-value", "", "value 00000"]
        yield hive, ["remove-value", "", "value 02999"]
    for hive in ["keys-500-3", "keys-800-3", "keys-5000-3", "keys-5000-5"]:
        yield hive, ["remove-value", "Key 00300", "Name"]
        yield hive, ["remove-key", "Key 00000"]
        yield hive, ["remove-key", "Key 00499"]
    for hive in ["big-data-4", "big-data-6"]:
        yield hive, ["remove-value", "Big", "16345"]
    yield "hivexsh-siblings", ["remove-key", "S030"]
    yield "hivexsh-binary", ["remove-value", "B", "hex"]


def main():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([MAKE, folder], check=True)
        grown_hives(folder)
        hives = sorted(os.listdir(folder))
        keys = values = 0
        for hive in hives:
            read = compare(f"{folder}/{hive}") or []
            keys += len(read)
            values += sum(len(listed) for _, listed in read)
        planned = list(removals())
        for name, words in planned:
            check_removal(folder, name, words)
    if len(hives) < 20:
        failures.append(f"only {len(hives)} hives were compared")
    for failure in failures:
        print(f"FAILED {failure}")
    print(f"{len(hives)} hives, {keys} keys, {values} values, {len(planned)} removals: "
          f"{len(failures)} failures")
    return 1 if failures else 0


sys.exit(main())
