#!/usr/bin/env python3
"""Holds the same exchanges with a real clamd and with `antidotary serve`: replies must be equal but
for versions and numbers. Both listen in a scratch folder and are ended by their process id.

compare.py PROGRAM CLAMD
"""
import array
import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MARK = b"antidotary: a mark of our own that one signature knows"
SIGNATURE = b"Own.Mark:0:*:" + MARK.hex().encode() + b"\n"
END = struct.pack(">I", 0)


def chunk(data):
    return struct.pack(">I", len(data)) + data


class Fds:
    """Bytes that go with descriptors beside them."""

    def __init__(self, data, *names):
        self.data, self.names = data, names


class Pause:
    pass


SHUT = object()


def exchange(path, parts, files):
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(10)
        peer.connect(path)
        try:
            for part in parts:
                if part is SHUT:
                    peer.shutdown(socket.SHUT_WR)
                elif isinstance(part, Pause):
                    time.sleep(0.3)
                elif isinstance(part, Fds):
                    numbers = array.array("i", [os.open(files / n, os.O_RDONLY) for n in part.names])
                    peer.sendmsg([part.data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, numbers)])
                    for number in numbers:
                        os.close(number)
                else:
                    peer.sendall(part)
        except OSError:
            pass  # it may have answered and closed already
        reply = b""
        try:
            while piece := peer.recv(65536):
                reply += piece
            return reply + b"<end>"
        except ConnectionResetError:
            return reply + b"<end>"  # clamd resets where it did not read all
        except socket.timeout:
            return reply + b"<silent>"


def normal(reply):
    reply = re.sub(rb"ClamAV [0-9.]+[^|\n\0]*", b"ClamAV V", reply)
    reply = re.sub(rb"fd\[\d+\]", b"fd[N]", reply)
    reply = re.sub(rb"THREADS: live.*", b"THREADS", reply)
    # A thread of clamd's that has answered and not yet gone is still counted: one line or several.
    reply = re.sub(rb"(?:\tSTATS [0-9.]+ \n)+", b"\tSTATS T\n", reply)
    # Slips of clamd 1.4.6 (docs/decisions/0091): STATS CR LF errs and answers, in either order; -z tells
    # a name twice.
    error = b"Error processing command. ERROR\n"
    reply = reply.replace(error + b"POOLS", b"POOLS").replace(b"END\n" + error, b"END\n")
    reply = re.sub(rb"\tIDLE [0-9.]+ \n", b"", reply)
    reply = re.sub(rb"([^\n\0]* FOUND[\n\0])\1", rb"\1", reply)
    return re.sub(rb"MEMSTATS:.*", b"MEMSTATS", reply)


def exchanges(files):
    """Name and parts. With `session`, replies may come in any order."""
    at = str(files).encode()
    for verb in (b"PING", b"VERSION", b"VERSIONCOMMANDS", b"STATS", b"DETSTATS", b"DETSTATSCLEAR",
                 b"END", b"RELOAD", b"PINGX", b"ping", b"", b"PING x", b"SCAN", b"INSTREAMX"):
        yield b"z" + verb + b"\0",
        yield b"n" + verb + b"\n",
        yield b"n" + verb + b"\r\n",
        if verb not in (b"",):
            yield verb + b"\n",
            yield verb + b"\r\n",
            yield verb, SHUT
        for cut in range(1, len(verb) + 1):
            yield b"z" + verb[:cut], Pause(), verb[cut:] + b"\0"
            break
        yield b"z" + verb, SHUT
        yield b"n" + verb, SHUT
    for verb in (b"IDSESSION", b"INSTREAM", b"STATS", b"ALLMATCHSCAN /x"):
        yield verb + b"\n",
    names = (b"marked", b"clean", b"empty", b"missing", b"folder", b"link", b"pipe", b"clean_folder")
    # Which of two marked files comes first is the file system's affair: only verbs that name all.
    for verb in (b"CONTSCAN", b"MULTISCAN"):
        yield b"n" + verb + b" " + at + b"/several\n",
        yield b"z" + verb + b" " + at + b"/several\0",
    for verb in (b"SCAN", b"CONTSCAN", b"MULTISCAN", b"ALLMATCHSCAN"):
        for name in names:
            yield b"n" + verb + b" " + at + b"/" + name + b"\n",
            yield b"z" + verb + b" " + at + b"/" + name + b"\0",
        yield b"n" + verb + b" relative\n",
        yield b"n" + verb + b" \n",
        yield b"n" + verb + b" /dev/null\n",
        yield b"n" + verb + b" /" + b"A" * 900 + b"\n",
    for name in ("marked", "clean", "empty"):
        yield b"zFILDES\0", Fds(b"x", name)
        yield b"nFILDES\n", Fds(b"\0", name)
        yield b"FILDES\n", Fds(b"x", name)
        yield Fds(b"zFILDES\0x", name),
        yield b"zFILDES\0", Fds(b"x", name), b"zPING\0"
        for cut in range(1, 8):
            yield b"zFILDES\0"[:cut], Pause(), b"zFILDES\0"[cut:], Pause(), Fds(b"x", name)
    yield b"zFILDES\0", Fds(b"x", "folder")
    yield b"zFILDES\0", Fds(b"x", "marked", "clean")
    yield b"zFILDES\0", b"x"
    yield b"zFILDES\0", SHUT
    yield b"zFILDES\0", Pause(), SHUT
    yield Fds(b"nPING\n", "marked"),
    yield Fds(b"zFILDES\0", "marked"),
    yield Fds(b"n", "marked"),
    stream = b"zINSTREAM\0" + chunk(MARK[:20]) + chunk(MARK[20:]) + END
    yield stream,
    yield b"nINSTREAM\n" + chunk(b"clean") + END,
    yield b"zINSTREAM\0" + END,
    yield stream + b"zPING\0",
    for cut in range(1, len(stream)):
        yield stream[:cut], SHUT
        if cut % 7 == 0:
            yield stream[:cut], Pause(), stream[cut:]
    yield b"zINSTREAM\0" + struct.pack(">I", 2_000_000),
    yield b"zINSTREAM\0" + chunk(b"a" * 600_000), chunk(b"a" * 600_000) + END
    yield b"nPING\nnVERSION\n",
    yield b"zPIN", Pause()
    for verb in (b"PING", b"VERSION", b"STATS", b"VERSIONCOMMANDS", b"FOO", b"RELOAD", b"SHUTDOWN",
                 b"IDSESSION", b"CONTSCAN /x", b"MULTISCAN /x", b"SCAN", b"END", b"DETSTATS"):
        yield b"zIDSESSION\0z" + verb + b"\0", Pause(), b"zEND\0"
        yield b"nIDSESSION\nn" + verb + b"\n", Pause(), b"nEND\n"
    yield b"zIDSESSION\0zPING\0nPING\nzEND\0",
    yield b"zIDSESSION\0zPING\0", SHUT
    yield b"zIDSESSION\0zSCAN " + at + b"/folder\0", Pause(), b"zEND\0"
    yield b"zIDSESSION\0zSCAN " + at + b"/missing\0", Pause(), b"zEND\0"
    yield b"zIDSESSION\0" + stream + b"zPING\0" + stream + b"zEND\0",
    yield b"zIDSESSION\0zFILDES\0", Fds(b"x", "marked"), b"zPING\0", Pause(), b"zEND\0"
    yield b"zIDSESSION\0zFILDES\0x",
    yield b"zIDSESSION\0", Pause(), Fds(b"zPING\0", "marked")
    yield b"zIDSESSION\0zINSTREAM\0" + struct.pack(">I", 3_000_000),
    whole = b"zIDSESSION\0zPING\0zVERSION\0" + b"zINSTREAM\0" + chunk(MARK) + END + b"zEND\0"
    yield tuple(whole[i:i + 1] for i in range(len(whole)))


def same(ours, theirs, parts):
    if ours == theirs:
        return True
    unordered = (b"IDSESSION", b"MULTISCAN", b"CONTSCAN")
    if not isinstance(parts[0], bytes) or not any(verb in parts[0] for verb in unordered):
        return False
    return sorted(re.split(rb"[\n\0]", ours)) == sorted(re.split(rb"[\n\0]", theirs))


def idle_and_descriptors(path, files):
    """250 idle connections, then a thousand and twenty-four descriptors over one session."""
    idle = [socket.socket(socket.AF_UNIX) for _ in range(250)]
    for one in idle:
        one.connect(path)
    alive = exchange(path, (b"zPING\0",), files)
    for one in idle:
        one.close()
    if alive != b"PONG\0<end>":
        return f"250 idle connections: {alive}"
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(60)
        peer.connect(path)
        peer.sendall(b"zIDSESSION\0")
        number = os.open(files / "marked", os.O_RDONLY)
        got = b""
        for _ in range(1024):
            peer.sendall(b"zFILDES\0")
            peer.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [number]))])
        peer.sendall(b"zEND\0")
        while piece := peer.recv(65536):
            got += piece
    found = got.count(b" FOUND\0")
    ids = sorted(int(line.split(b":")[0]) for line in got.split(b"\0") if line)
    if found != 1024 or ids != list(range(1, 1025)):
        return f"1024 descriptors: {found} answers"
    return ""


def start(command, path, log):
    process = subprocess.Popen(command, stdout=log, stderr=log)
    for _ in range(600):
        try:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(str(path))
            return process
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    sys.exit(f"did not start: {command}")


def prepare(scratch):
    files = scratch / "files"
    for folder in ("db", "files/folder", "files/several", "files/clean_folder"):
        (scratch / folder).mkdir(parents=True)
    (scratch / "db/test.ndb").write_bytes(SIGNATURE)
    for name in ("marked", "folder/a", "several/a", "several/b"):
        (files / name).write_bytes(MARK)
    for name in ("clean", "folder/c", "several/c", "clean_folder/a"):
        (files / name).write_bytes(b"hello\n")
    (files / "empty").touch()
    (files / "link").symlink_to(files / "clean")
    os.mkfifo(files / "pipe")
    (scratch / "clamd.conf").write_text(
        f"LocalSocket {scratch}/peer.sock\nForeground yes\nDatabaseDirectory {scratch}/db\n"
        f"StreamMaxLength 1M\nCommandReadTimeout 3\nReadTimeout 3\n")
    (scratch / "serve.toml").write_text(
        f'[scan]\ndatabases = ["{scratch}/db"]\n[clamd]\nunix = "{scratch}/ours.sock"\n'
        f'stream_bytes_max = "1M"\ncommand_timeout_s = 3\nread_timeout_s = 3\n')
    return files


def compare(scratch, files):
    differ = count = 0
    for parts in exchanges(files):
        theirs = normal(exchange(f"{scratch}/peer.sock", parts, files))
        ours = normal(exchange(f"{scratch}/ours.sock", parts, files))
        count += 1
        if not same(ours, theirs, parts):
            differ += 1
            shown = [p if isinstance(p, bytes) else type(p).__name__ for p in parts][:4]
            print(f"{shown}\n  clamd: {theirs[-200:]}\n  ours:  {ours[-200:]}")
    return count, differ


def main():
    program, clamd = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as folder, open(os.devnull, "w") as nowhere:
        scratch = Path(folder)
        files = prepare(scratch)
        started = []
        try:
            started.append(start([clamd, "-c", f"{scratch}/clamd.conf"], scratch / "peer.sock", nowhere))
            os.environ["ANTIDOTARY_STATE"] = f"{scratch}/state"
            log = open(scratch / "log", "w")
            started.append(start([program, "serve", "--config", f"{scratch}/serve.toml"],
                                 scratch / "ours.sock", log))
            count, differ = compare(scratch, files)
            wrong = idle_and_descriptors(f"{scratch}/ours.sock", files)
            started[1].terminate()
            ended = started[1].wait(20)
        finally:
            for process in started:
                process.kill()
                process.wait()
        print(f"{count} exchanges, {differ} differ; {wrong or '250 idle, 1024 descriptors: good'}; "
              f"ended with {ended}")
        return 1 if differ or wrong or ended != 0 else 0


if __name__ == "__main__":
    sys.exit(main())
