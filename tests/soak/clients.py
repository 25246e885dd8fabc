"""Clients of the daemon: honest ones, who know what they have to hear, and some that stall, cut, lie
about lengths or talk nonsense. A client is a process of its own with many messages, one behind the
other."""
import array
import collections
import os
import random
import re
import socket
import struct
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "cli"))
from letters import MARK, NAMES, message  # noqa: E402
from milter import Milter  # noqa: E402

END = struct.pack(">I", 0)
SECONDS_MAX = 60  # who hears nothing for so long was not answered
FOUND = re.compile(rb".*: (" + b"|".join(re.escape(one.encode()) for one in NAMES)
                   + rb")\.UNOFFICIAL FOUND", re.DOTALL)
# What may come of a kill. No other error is due: nothing that honest clients send is hard to read.
LOST = re.compile(rb".*: (the worker |cannot start a |no worker would take it).* ERROR", re.DOTALL)
LATE = b"COMMAND READ TIMED OUT\n"
STALLED_MAX = 8  # connections that a client leaves open without a word


def chunk(data):
    return struct.pack(">I", len(data)) + data


class Wrong(Exception):
    """What no answer may be."""


class Client:
    def __init__(self, folder, port, seed):
        self.folder, self.port = Path(folder), port
        self.chance = random.Random(seed)
        self.told = collections.Counter()
        self.stalled = collections.deque()
        self.path = self.folder / f"mail-{seed}.eml"

    def run(self, count):
        """What was told how often, and what was wrong (at most ten sentences)."""
        wrong = []
        while self.told["messages"] < count and len(wrong) < 10:
            kinds, weights = zip(*self.KINDS)
            kind = self.chance.choices(kinds, weights)[0]
            try:
                kind(self)
            except (Wrong, OSError, AssertionError, struct.error) as error:
                wrong.append(f"{kind.__name__}: {type(error).__name__}: {error}")
        try:
            while self.stalled:
                self.leave_stalled()
        except (Wrong, OSError) as error:
            wrong.append(f"stall: {error}")
        return dict(self.told), wrong

    # Honest ones. Each answer is counted by what it was.

    def judge(self, answer, found):
        """`answer`: "clean", "found" or "later" (an error, a refusal for now)."""
        if answer == "clean" and found:
            raise Wrong("what is infected was called clean")
        if answer == "found" and not found:
            raise Wrong("what is clean was called infected")
        self.told["messages"] += 1
        self.told[answer] += 1

    def reply(self, text, found):
        text = text.removesuffix(b"\0")
        if text.count(b"\0"):
            raise Wrong(f"more than one answer: {text!r}")
        if text.endswith(b": OK"):
            return self.judge("clean", found)
        if named := FOUND.fullmatch(text):
            self.told[named[1].decode()] += 1
            return self.judge("found", found)
        if LOST.fullmatch(text):
            return self.judge("later", found)
        raise Wrong(f"no answer, or one that nobody knows: {text[:200]!r}")

    def connect(self):
        if self.chance.random() < 0.3:
            peer = socket.create_connection(("127.0.0.1", self.port))
        else:
            peer = socket.socket(socket.AF_UNIX)
            peer.connect(str(self.folder / "clamd.sock"))
        peer.settimeout(SECONDS_MAX)
        return peer

    @staticmethod
    def rest(peer):
        """All that is said until the daemon hangs up."""
        out = b""
        while piece := peer.recv(65536):
            out += piece
        return out

    def stream(self, raw):
        out, at = [b"zINSTREAM\0"], 0
        while at < len(raw):
            size = self.chance.randrange(1, 20_000)
            out.append(chunk(raw[at:at + size]))
            at += size
        return b"".join(out) + END

    def instream(self):
        raw, found = message(self.chance)
        with self.connect() as peer:
            peer.sendall(self.stream(raw))
            self.reply(self.rest(peer), found)

    def drop_by_drop(self):
        raw, found = message(self.chance)
        wire = self.stream(raw)
        with self.connect() as peer:
            step = max(1, len(wire) // 20)
            for at in range(0, len(wire), step):
                peer.sendall(wire[at:at + step])
                time.sleep(0.002)
            self.reply(self.rest(peer), found)

    def session(self):
        messages = [message(self.chance) for _ in range(self.chance.randrange(1, 12))]
        with self.connect() as peer:
            peer.sendall(b"zIDSESSION\0" + b"".join(self.stream(raw) for raw, _ in messages)
                         + b"zEND\0")
            answers = {}
            for one in self.rest(peer).split(b"\0")[:-1]:
                number, _, text = one.partition(b": ")
                if number in answers:
                    raise Wrong(f"{number!r} was answered twice")
                answers[number] = text
        for number, (_, found) in enumerate(messages, 1):
            self.reply(answers.pop(str(number).encode(), b""), found)
        if answers:
            raise Wrong(f"answers to nothing: {answers}")

    def by_descriptor(self):
        raw, found = message(self.chance)
        self.path.write_bytes(raw)
        with socket.socket(socket.AF_UNIX) as peer, open(self.path, "rb") as file:
            peer.settimeout(SECONDS_MAX)
            peer.connect(str(self.folder / "clamd.sock"))
            peer.sendall(b"zFILDES\0")
            peer.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS,
                                   array.array("i", [file.fileno()]))])
            self.reply(self.rest(peer), found)

    def by_path(self):
        raw, found = message(self.chance)
        self.path.write_bytes(raw)
        with self.connect() as peer:
            peer.sendall(b"zSCAN " + os.fsencode(self.path) + b"\0")
            self.reply(self.rest(peer), found)

    @staticmethod
    def heard(peer, command):
        code = peer.reply[:1] if command == "y" else command
        return {"c": "clean", "5": "found", "4": "later"}[code]

    def mail_server(self):
        peer = Milter(self.folder / "milter.sock")
        for _ in range(self.chance.randrange(1, 5)):
            raw, found = message(self.chance)
            command, said = peer.message(raw, "a@out.example", ["b@in.example"])
            if command == "c" and not said.startswith("clean"):
                raise Wrong(f"delivered, but not as clean: {said}")
            self.judge(self.heard(peer, command), found)
        peer.send("Q")
        if peer.socket.recv(1):
            raise Wrong("an answer behind the last")
        peer.close()

    # Others. What is not whole has no verdict, and nobody has two answers.

    def no_verdict(self, peer):
        try:
            said = self.rest(peer)
        except ConnectionResetError:
            said = b""
        if b"OK" in said or b"FOUND" in said:
            raise Wrong(f"what did not come whole has a verdict: {said!r}")
        if said.count(b"\0") + said.count(b"\n") > 1:
            raise Wrong(f"more than one answer: {said!r}")
        self.told["faulty"] += 1

    def cut(self):
        wire = self.stream(message(self.chance)[0])
        with self.connect() as peer:
            peer.sendall(wire[:self.chance.randrange(12, len(wire) - 4)])
            if self.chance.random() < 0.5:
                peer.shutdown(socket.SHUT_WR)
                self.no_verdict(peer)
            else:
                self.told["faulty"] += 1

    def lie(self):
        with self.connect() as peer:
            size = self.chance.choice((100, 1_000_000, 2_000_000, 0x7FFFFFFF, 0xFFFFFFFF))
            peer.sendall(b"zINSTREAM\0" + struct.pack(">I", size) + b"short")
            peer.shutdown(socket.SHUT_WR)
            self.no_verdict(peer)

    def nonsense(self):
        with self.connect() as peer:
            peer.sendall(self.chance.choice((b"z", b"n", b"")) + self.chance.randbytes(40)
                         + self.chance.choice((b"\0", b"\n", b"")))
            peer.shutdown(socket.SHUT_WR)
            self.no_verdict(peer)

    def stall(self):
        peer = self.connect()
        wire = self.stream(message(self.chance)[0])
        peer.sendall(wire[:self.chance.randrange(0, len(wire) - 4)])
        self.stalled.append(peer)
        if len(self.stalled) > STALLED_MAX:
            self.leave_stalled()
        self.told["faulty"] += 1

    def leave_stalled(self):
        with self.stalled.popleft() as peer:
            peer.setblocking(False)
            try:
                said = peer.recv(65536)
            except (BlockingIOError, ConnectionResetError):
                return
        if said not in (b"", LATE):
            raise Wrong(f"one that stalled heard {said!r}")

    def mail_server_goes(self):
        peer = Milter(self.folder / "milter.sock")
        peer.send("D", b"Mi\0Q1\0")
        peer.step("M", b"<a@out.example>\0")
        peer.step("R", b"<b@in.example>\0")
        end = self.chance.randrange(4)
        if end == 0:
            # What convicts is taken back, and the same connection goes on with another message.
            peer.step("T")
            peer.step("N")
            peer.step("B", MARK + b"\r\n")
            peer.send("A")
            raw, found = message(self.chance)
            command, _ = peer.message(raw, "a@out.example", ["b@in.example"])
            self.judge(self.heard(peer, command), found)
        elif end == 1:
            peer.socket.sendall(struct.pack(">I", 0xFFFFFFFF) + b"B")
        elif end == 2:
            peer.socket.sendall(struct.pack(">I", 5_000) + b"Bcut")
        peer.close()
        self.told["faulty"] += 1

    KINDS = ((instream, 30), (session, 8), (by_descriptor, 8), (by_path, 8), (mail_server, 14),
             (drop_by_drop, 2), (cut, 6), (lie, 4), (nonsense, 4), (stall, 4), (mail_server_goes, 4))


def run(folder, port, seed, count):
    return Client(folder, port, seed).run(count)
