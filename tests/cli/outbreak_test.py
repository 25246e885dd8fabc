#!/usr/bin/env python3
"""Outbreaks through the daemon's milter: what three senders give to fifteen is held and can be
dismissed and released, a restart forgets nothing, a ledger that cannot be written stops no mail, and
a later pack tells who got what it convicts."""
import hashlib
import json
import os
import sqlite3
import subprocess
from email.message import EmailMessage

from daemon import DaemonCase
from milter import Milter
from program import PROGRAM, SOURCE, main

SCRIPT = b"harmless words, our own, in a file whose name says that it runs\n"


def letter(data=SCRIPT, name="open me.js", number=0):
    out = EmailMessage()
    out["From"], out["To"], out["Subject"] = "a@example.org", "b@example.org", "see there"
    out["Message-ID"] = f"<{number}.20261130@mail.example>"
    out.set_content("A letter.\n")
    out.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return out.as_bytes()


class OutbreakCase(DaemonCase):
    CONFIG = """[clamd]
unix = "{dir}/clamd.sock"
[milter]
unix = "{dir}/milter.sock"
[http]
unix = "{dir}/http.sock"
[scan]
objects_per_worker = 1000
[outbreak]
same_recipients = 5
"""

    def spread(self, copies, data=SCRIPT, first=0, senders=3, name="open me.js"):
        """One copy to one new recipient each; the words of X-Antidotary, or "" where it was not
        delivered."""
        out = []
        for number in range(first, first + copies):
            peer = Milter(self.dir / "milter.sock")
            command, said = peer.message(letter(data, name, number),
                                         f"s{number % senders}@out.example",
                                         [f"User{number}@example.org"])
            self.assertIn(command, "cd")
            out.append(said if command == "c" else "")
            peer.close()
        return out

    def ask(self, *words, code=0):
        env = {"PATH": os.environ["PATH"], "ANTIDOTARY_STATE": f"{self.dir}/state",
               "ANTIDOTARY_ENCYCLOPEDIA": f"{SOURCE}/encyclopedia"}
        done = subprocess.run([PROGRAM, *words], env=env, text=True, capture_output=True)
        self.assertEqual(done.returncode, code, (words, done.stdout, done.stderr))
        return done.stdout

    def outbreaks(self, code=0):
        return [json.loads(line) for line in self.ask("outbreaks", "--json", code=code).splitlines()]

    def http(self, path):
        with self.client("http") as peer:
            peer.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
            return self.read_all(peer).decode()

    def metric(self, name):
        lines = [line for line in self.http("/metrics").splitlines()
                 if line.startswith(f"antidotary_{name} ") or line.startswith(f"antidotary_{name}{{")]
        return sum(int(line.rsplit(" ", 1)[1]) for line in lines)

    def written(self, count):
        self.wait_for(lambda: self.metric("ledger_messages_total") >= count,
                      f"{count} messages are not in the ledger")

    def restart(self):
        self.daemon.terminate()
        self.daemon.wait(30)
        os.truncate(self.dir / "log", 0)
        self.log.seek(0)
        env = {"PATH": os.environ["PATH"], "ANTIDOTARY_STATE": f"{self.dir}/state",
               "ANTIDOTARY_ENCYCLOPEDIA": f"{SOURCE}/encyclopedia"}
        self.daemon = subprocess.Popen([PROGRAM, "serve", "--config", f"{self.dir}/serve.toml"],
                                       env=env, stderr=self.log)
        self.wait_for(lambda: "ready\n" in self.said(), "it does not listen again")


class Outbreaks(OutbreakCase):
    def test_the_fifth_copy_is_held_and_told(self):
        said = self.spread(8)
        self.assertTrue(all(one.startswith("clean") for one in said[:4]), said)
        self.assertEqual(said[4:], [""] * 4)
        self.assertIn("OUTBREAK same-", self.said())
        self.written(8)
        self.assertEqual(self.metric("outbreaks_total"), 1)
        self.assertEqual(self.metric("outbreaks_active"), 1)
        (one,) = self.outbreaks(code=1)
        self.assertEqual((one["state"], one["rule"], one["passed"], one["held"], one["senders"],
                          one["recipients"], one["name"], one["risk"]),
                         ("active", "same", 4, 4, 3, 8, "open me.js", "script"), one)
        self.assertEqual(one["key"], hashlib.sha256(SCRIPT).hexdigest())
        self.assertIn("4 copies passed, 4 held", self.ask("outbreaks", code=1))
        held = [json.loads(line) for line in self.ask("quarantine", "list", "--json").splitlines()]
        self.assertEqual(len(held), 4)
        self.assertEqual(held[0]["finding"], "outbreak")
        self.assertIn(one["id"], held[0]["reason"])

    def test_a_dismissed_one_passes_and_what_is_held_can_be_let_go(self):
        self.spread(6)
        self.written(6)
        (one,) = self.outbreaks(code=1)
        self.ask("outbreaks", "dismiss", one["id"], code=2)  # a reason is wanted
        self.ask("outbreaks", "dismiss", "same-nothing", "--reason", "x", code=2)
        out = self.ask("outbreaks", "dismiss", one["id"], "--reason", "our own form")
        self.assertEqual(out.count("antidotary quarantine release mail-"), 2, out)
        self.wait_for(lambda: "was dismissed: our own form" in self.said(), "it did not hear of it")
        self.assertTrue(all(self.spread(10, first=20)))
        self.assertEqual(self.outbreaks()[0]["state"], "dismissed")
        self.ask("outbreaks", "dismiss", one["id"], "--revoke")
        self.wait_for(lambda: self.spread(1, first=50) == [""], "it is not looked for again")

    def test_a_restart_forgets_neither_counts_nor_outbreaks(self):
        self.spread(4)
        self.written(4)
        self.restart()
        self.wait_for(lambda: self.metric("outbreak_counted") > 0, "it counts nothing again")
        self.assertEqual(self.spread(1, first=4), [""])
        self.written(1)
        self.restart()
        self.wait_for(lambda: self.metric("outbreaks_active") == 1, "it forgot the outbreak")
        self.assertEqual(self.spread(1, first=5), [""])
        self.written(1)
        self.assertEqual(self.outbreaks(code=1)[0]["held"], 2)

    def test_what_one_who_got_it_passes_on_to_fifty_is_held(self):
        self.spread(3, senders=1)
        peer = Milter(self.dir / "milter.sock")
        before = [f"v{number}@example.org" for number in range(49)]
        self.assertEqual(peer.message(letter(), "user1@example.org", before)[0], "c")
        self.assertEqual(peer.message(letter(), "USER1@example.org", ["v49@example.org"])[0], "d")
        self.assertEqual(peer.message(letter(), "s0@out.example", ["v50@example.org"])[0], "d")
        self.assertIn("OUTBREAK chain-", self.said())
        self.written(6)
        (one,) = [one for one in self.outbreaks(code=1) if one["rule"] == "chain"]
        self.assertIn("held as mail-", self.ask("outbreaks", "show", one["id"]))
        peer.close()

    def test_honest_bulk_mail_is_not_held(self):
        logo = b"GIF89a the same logo in everybody's signature"
        self.assertTrue(all(self.spread(20, data=logo, name="logo.gif")))
        self.assertTrue(all(self.spread(20, senders=1)))
        self.assertEqual(self.metric("outbreaks_total"), 0)

    def test_no_address_is_written(self):
        self.spread(5)
        self.written(5)
        folder = self.dir / "state/outbreak"
        data = b"".join(path.read_bytes() for path in folder.iterdir()).lower()
        for word in (b"user0@", b"user4", b"out.example"):
            self.assertNotIn(word, data)
        self.assertIn(b"open me.js", data)
        self.assertEqual((folder / "key").stat().st_mode & 0o777, 0o600)
        self.assertEqual(folder.stat().st_mode & 0o777, 0o700)


class Troubles(OutbreakCase):
    def database(self):
        return sqlite3.connect(self.dir / "state/outbreak/ledger.sqlite", timeout=10,
                               isolation_level=None)

    def failing(self):
        return self.metric("ledger_failing") == 1

    def test_a_locked_ledger_delays_nothing_and_loses_nothing(self):
        other = self.database()
        other.execute("BEGIN IMMEDIATE")
        self.assertEqual(self.spread(6)[4:], ["", ""])
        self.wait_for(self.failing, "it does not say that it is locked")
        self.assertIn("ledger: ", self.http("/health"))
        self.assertIn("ok\n", self.http("/health"))
        self.assertIn("mail goes on without it", self.said())
        other.execute("ROLLBACK")
        other.close()
        self.written(6)
        self.assertFalse(self.failing())
        self.assertEqual(self.metric("ledger_lost_total"), 0)
        self.assertTrue(self.http("/health").endswith("\r\nok\n"))

    def test_a_damaged_ledger_is_put_aside(self):
        self.spread(2)
        self.written(2)
        self.daemon.terminate()
        self.daemon.wait(30)
        path = self.dir / "state/outbreak/ledger.sqlite"
        path.write_bytes(b"not a database" * 1000)
        for end in ("-wal", "-shm"):
            (path.parent / (path.name + end)).unlink(missing_ok=True)
        self.restart()
        self.spread(2, first=2)
        self.written(2)
        self.assertIn("it was put aside as ledger.sqlite.damaged-", self.said())
        aside = [one for one in path.parent.iterdir() if ".damaged-" in one.name]
        self.assertEqual(aside[0].read_bytes()[:14], b"not a database")

    def test_a_writer_that_is_killed_comes_again(self):
        children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.daemon.pid)], text=True,
                                  capture_output=True).stdout.split()
        (writer,) = [pid for pid in map(int, children)
                     if any("ledger.sqlite" in os.readlink(f"/proc/{pid}/fd/{fd}")
                            for fd in os.listdir(f"/proc/{pid}/fd"))]
        os.kill(writer, 9)
        self.assertEqual(self.spread(6)[4:], ["", ""])
        self.wait_for(lambda: self.metric("ledger_messages_total") >= 1, "it does not come again")


class FullDisk(OutbreakCase):
    """A file system of 400 KiB for the ledger alone."""

    def prepare(self):
        folder = self.dir / "state/outbreak"
        folder.mkdir(parents=True, mode=0o700)
        (self.dir / "state").chmod(0o700)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k,mode=700", "none",
                               str(folder)], capture_output=True)
        if done.returncode != 0:
            self.skipTest("no file system can be mounted here")

    def tearDown(self):
        subprocess.run(["umount", "-l", f"{self.dir}/state/outbreak"], check=True)
        super().tearDown()

    def test_mail_goes_on_and_the_rules_hold(self):
        for number in range(40):
            names = [f"{number}-{k}-" + "x" * 150 + ".txt" for k in range(60)]
            self.send_many(number, names)
            if self.metric("ledger_failing"):
                break
        self.assertEqual(self.metric("ledger_failing"), 1)
        self.assertGreater(self.metric("ledger_lost_total"), 0)
        self.assertIn("ledger: the outbreak ledger: ", self.http("/health"))
        said = self.spread(6, first=500)
        self.assertEqual(said[4:], ["", ""])
        self.assertTrue(all(said[:4]))

    def send_many(self, number, names):
        out = EmailMessage()
        out["From"], out["To"] = "a@example.org", "b@example.org"
        out.set_content("A letter.\n")
        for name in names:
            out.add_attachment(name.encode(), maintype="application", subtype="octet-stream",
                               filename=name)
        peer = Milter(self.dir / "milter.sock")
        command, _ = peer.message(out.as_bytes(), "a@out.example", [f"u{number}@example.org"])
        self.assertEqual(command, "c")
        peer.close()


class Retro(OutbreakCase):
    def test_who_got_what_a_later_pack_convicts(self):
        self.spread(3, senders=1)
        self.spread(2, data=b"something else\n", first=10, senders=1)
        self.written(5)
        digest = hashlib.md5(SCRIPT).hexdigest()
        (self.dir / "later.hdb").write_text(f"{digest}:{len(SCRIPT)}:Js.Test.Later-1\n")
        self.ask("retro")  # nothing is convicted yet
        database = ("-d", f"{self.dir}/later.hdb")
        out = self.ask("retro", *database, code=1)
        self.assertEqual(out.count("ARRIVED"), 3, out)
        self.assertIn("Js.Test.Later-1", out)
        self.assertIn("3 recipients are known by their hash alone", out)
        self.assertNotIn("doveadm", out)
        (self.dir / "users").write_text("user0@example.org\nUSER1@example.org  one\nuser2\nother\n")
        out = self.ask("retro", *database, "--addresses", f"{self.dir}/users", "--domain",
                       "example.org", code=1)
        for user, number in (("user0@example.org", 0), ("one", 1), ("user2", 2)):
            self.assertIn(f"doveadm expunge -u '{user}' mailbox '*' header message-id "
                          f"'<{number}.20261130@mail.example>' savedsince ", out)
        self.assertNotIn("known by their hash alone", out)
        lines = [json.loads(line) for line in
                 self.ask("retro", "--json", *database, code=1).splitlines()]
        self.assertEqual([one["attachment"]["md5"] for one in lines], [digest] * 3)

    def test_what_is_allowed_is_not_hunted(self):
        self.spread(1)
        self.written(1)
        digest = hashlib.sha256(SCRIPT).hexdigest()
        (self.dir / "later.hsb").write_text(f"{digest}:{len(SCRIPT)}:Js.Test.Later-1\n")
        self.ask("retro", "-d", f"{self.dir}/later.hsb", code=1)
        self.ask("allow", "add", "--reason", "ours", digest)
        self.ask("retro", "-d", f"{self.dir}/later.hsb")

    def test_without_a_ledger_one_sentence(self):
        self.one_sentence("retro", "--state", f"{self.dir}/none", says="there is no outbreak ledger")
        self.one_sentence("outbreaks", "--state", f"{self.dir}/none",
                          says="there is no outbreak ledger")


if __name__ == "__main__":
    main()
