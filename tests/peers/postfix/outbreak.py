#!/usr/bin/env python3
"""An outbreak behind a real Postfix: the copy that makes it one is held, what is released arrives once
and is no copy that counts, a dismissed one passes, and retro knows who got it by the Message-ID that
stands in the mailbox. outbreak.py PROGRAM
"""
import hashlib
import json
import os
import subprocess
import sys
from email.utils import make_msgid

from letters import letter
from rig import Postfix, gateway, on_postfix, wait_for

SCRIPT = b"harmless words, our own, in a file whose name says that it runs\n"


class Desk:
    def __init__(self, program, folder):
        self.program, self.env = program, dict(os.environ, ANTIDOTARY_STATE=f"{folder}/state")

    def run(self, *words, codes=(0,)):
        done = subprocess.run([self.program, *words], env=self.env, text=True, capture_output=True)
        assert done.returncode in codes, (words, done.stdout, done.stderr)
        return done.stdout

    def lines(self, *words, codes=(0,)):
        return [json.loads(line) for line in self.run(*words, "--json", codes=codes).splitlines()]

    def outbreaks(self):
        return self.lines("outbreaks", codes=(0, 1))


def send(postfix, sender, recipient):
    """Its Message-ID."""
    out = letter(SCRIPT, name="open me.js")
    out["Message-ID"] = make_msgid(domain="mail.test.invalid")
    code, words = postfix.send(out, [f"{recipient}@test.invalid"], f"{sender}@out.invalid")
    assert code == 250, (code, words)
    return str(out["Message-ID"])


def held_and_released(postfix, desk):
    sent = [send(postfix, "one", "b"), send(postfix, "two", "c"), send(postfix, "three", "lab")]
    assert wait_for(lambda: len(postfix.box("b")) == len(postfix.box("c")) == 1), "not delivered"
    assert wait_for(lambda: [one["held"] for one in desk.outbreaks()] == [1]), "not held"
    assert desk.outbreaks()[0]["passed"] == 2 and postfix.box("lab") == []
    (mail,) = desk.lines("quarantine", "list")
    assert mail["finding"] == "outbreak" and mail["recipients"] == ["lab@test.invalid"], mail
    desk.run("quarantine", "release", mail["id"], "--smtp", f"127.0.0.1:{postfix.port}")
    assert wait_for(lambda: len(postfix.box("lab")) == 1), "the released mail did not arrive"
    assert "X-Antidotary: released" in postfix.box("lab")[0].read_text()
    (one,) = desk.outbreaks()
    assert one["held"] == 1 and one["passed"] == 2, one
    return sent


def known_in_the_mailbox(postfix, desk, folder, sent):
    for name, message_id in zip(("b", "c", "lab"), sent):
        assert message_id in postfix.box(name)[0].read_text()
    (folder / "later.hdb").write_text(
        f"{hashlib.md5(SCRIPT).hexdigest()}:{len(SCRIPT)}:Js.Test.Later-1\n")
    (folder / "users").write_text("b\nc\nlab\npostmaster\n")

    def hunted():
        return desk.run("retro", "-d", str(folder / "later.hdb"), "--addresses",
                        str(folder / "users"), "--domain", "test.invalid", codes=(1,))
    # The note that it was released is written a moment later.
    assert wait_for(lambda: hunted().count("ARRIVED") == 3), hunted()
    for name, message_id in zip(("b", "c", "lab"), sent):
        wanted = f"doveadm expunge -u '{name}' mailbox '*' header message-id '{message_id}' "
        assert wanted in hunted(), hunted()


def dismissed(postfix, desk, daemon):
    desk.run("outbreaks", "dismiss", desk.outbreaks()[0]["id"], "--reason", "our own form")
    assert wait_for(lambda: "was dismissed: our own form" in daemon.log())
    before = len(postfix.box("lab"))
    send(postfix, "four", "lab")
    assert wait_for(lambda: len(postfix.box("lab")) == before + 1), "it is still held"


def test(folder):
    sock = folder / "milter.sock"
    config = (f'[milter]\nunix = "{sock}"\nunix_mode = "666"\n'
              "[outbreak]\nsame_recipients = 3\n")
    with gateway(folder, config, sock, f"unix:{sock}") as (daemon, postfix):
        desk = Desk(sys.argv[1], folder)
        sent = held_and_released(postfix, desk)
        known_in_the_mailbox(postfix, desk, folder, sent)
        dismissed(postfix, desk, daemon)
        print("two delivered, the third held and released once, known by their Message-IDs, "
              "dismissed: passes")


if __name__ == "__main__":
    sys.exit(on_postfix(test))
