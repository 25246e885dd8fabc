#!/usr/bin/env python3
"""The quarantine of mail behind a real Postfix: what policy keeps is kept, listed and shown, one
recipient's copy is kept while another's is delivered, a release passes the filter once and only
unchanged, and a full quarantine refuses for now. quarantine.py PROGRAM
"""
import json
import os
import smtplib
import subprocess
import sys

from letters import EICAR, letter, zipped
from rig import Logins, Postfix, free_port, gateway, on_postfix, wait_for

POLICY = """[default]
malware = "quarantine"
[[rule]]
recipients = ["lab@*"]
action = "tag"
[[rule]]
recipients = ["c@*"]
action = "reject"
"""


class Desk:
    def __init__(self, program, folder):
        self.program, self.env = program, dict(os.environ, ANTIDOTARY_STATE=f"{folder}/state")

    def run(self, *words):
        done = subprocess.run([self.program, "quarantine", *words], env=self.env, text=True,
                              capture_output=True)
        return done.returncode, done.stdout, done.stderr

    def mails(self):
        lines = self.run("list", "--json")[1].splitlines()
        return [one for one in map(json.loads, lines) if one["type"] == "mail"]


def kept(postfix, desk):
    code, words = postfix.send(letter(zipped(EICAR), subject="keep me"), ["b@test.invalid"])
    assert code == 250, (code, words)
    (mail,) = desk.mails()
    assert mail["recipients"] == ["b@test.invalid"] and mail["subject"] == "keep me", mail
    assert mail["sender"] == "a@test.invalid" and mail["client"] == "127.0.0.1", mail
    assert mail["entry"].startswith("test/eicar") and mail["finding"] == "malware", mail
    assert postfix.box("b") == [] and "is empty" in postfix.queue()
    code, out, _ = desk.run("show", mail["id"])
    assert code == 0 and "keep me" in out, out
    return mail


def from_whom(postfix, desk, folder):
    """Who was logged in, and under which name the mail server's log knows the message."""
    logins = Logins(folder / "logins.sock")
    for key, value in (("smtpd_sasl_auth_enable", "yes"), ("smtpd_sasl_type", "dovecot"),
                       ("smtpd_sasl_path", f"unix:{folder}/logins.sock")):
        postfix.set(key, value)
    code, words = postfix.send(letter(zipped(EICAR)), ["b@test.invalid"], login=True)
    assert code == 250, (code, words)
    mail = desk.mails()[-1]
    assert mail["login"] == "lab" and f"{mail['queue_id']}: client=" in postfix.log(), mail
    assert desk.run("forget", mail["id"])[0] == 0
    postfix.set("smtpd_sasl_auth_enable", "no")
    logins.socket.close()


def split_by_recipient(postfix, desk):
    before = len(desk.mails())
    code, words = postfix.send(letter(zipped(EICAR)), ["lab@test.invalid", "c@test.invalid"])
    assert code == 250, (code, words)
    assert wait_for(lambda: len(postfix.box("lab")) == 1), "not delivered"
    mail = desk.mails()[-1]
    assert len(desk.mails()) == before + 1 and mail["recipients"] == ["c@test.invalid"], mail
    assert postfix.box("c") == []


def released_once(postfix, desk, mail, folder):
    smtp = f"127.0.0.1:{postfix.port}"
    code, _, err = desk.run("release", mail["id"], "--smtp", f"127.0.0.1:{free_port()}")
    assert code == 2 and not desk.mails()[0]["released_unix_s"], err
    # Two at once: one of them sends it.
    command = [desk.program, "quarantine", "release", mail["id"], "--smtp", smtp]
    both = [subprocess.Popen(command, env=desk.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for _ in range(2)]
    ends = [one.communicate() for one in both]
    assert sorted(one.returncode for one in both) == [0, 2], ends
    assert wait_for(lambda: len(postfix.box("b")) == 1), "the released mail did not arrive"
    text = postfix.box("b")[0].read_text()
    assert f"X-Antidotary: released; reason=\"{mail['id']}\"" in text, text[:500]
    assert "X-Antidotary-Release" not in text, "the mark was delivered"
    assert "keep me" in text and "UEsDB" in text  # the zip, in base64
    code, _, err = desk.run("release", mail["id"], "--smtp", smtp)
    assert code == 2 and "released before" in err, err
    code, out, err = desk.run("release", mail["id"], str(folder / "out.eml"))
    assert code == 0 and b"UEsDB" in (folder / "out.eml").read_bytes(), err


def lone_returns(postfix, desk):
    """A carriage return alone: the mail can be released, and makes no field that nobody scanned."""
    raw = letter(zipped(EICAR), text="one%two\n", subject="x").as_bytes().replace(b"\n", b"\r\n")
    raw = raw.replace(b"one%two", b"one\rtwo").replace(b"Subject: x", b"Subject: x\rX-Own: y")
    postfix.set("cleanup_replace_stray_cr_lf", "no")  # by default it makes blanks of them
    before = len(postfix.box("b"))
    with smtplib.SMTP("127.0.0.1", postfix.port, timeout=60) as smtp:
        smtp.sendmail("a@test.invalid", ["b@test.invalid"], raw)
    code, out, err = desk.run("release", desk.mails()[-1]["id"], "--smtp",
                              f"127.0.0.1:{postfix.port}")
    assert code == 0, (out, err)
    assert wait_for(lambda: len(postfix.box("b")) == before + 1), "it did not arrive"
    (text,) = (one.read_bytes() for one in postfix.box("b") if b"X-Own" in one.read_bytes())
    assert b"X-Antidotary: released" in text and b"Subject: x X-Own: y\n" in text, text[:900]
    assert b"one\ntwo" in text, text[:900]


def forged_release(postfix, desk, daemon):
    """A mark that was seen: used again, or under another message, it is worth nothing."""
    before, held = len(postfix.box("b")), len(desk.mails())
    for words in ("1 mail-x 1 0 0 0", "nonsense"):
        forged = letter(zipped(EICAR))
        forged["X-Antidotary-Release"] = words
        code, said = postfix.send(forged, ["b@test.invalid"])
        assert code == 250, (code, said)
    assert len(desk.mails()) == held + 2, "a forged mark was heeded"
    assert len(postfix.box("b")) == before
    assert "a mark of a release is not heeded" in daemon.log()


def full(postfix, desk):
    """items_max is 6: then the sender keeps it."""
    while len(desk.mails()) < 6:
        assert postfix.send(letter(zipped(EICAR)), ["b@test.invalid"])[0] == 250
    code, words = postfix.send(letter(zipped(EICAR)), ["b@test.invalid"])
    assert code == 451, (code, words)
    assert postfix.send(letter(), ["b@test.invalid"])[0] == 250, "clean mail goes on"
    code, _, _ = desk.run("forget", desk.mails()[0]["id"])
    assert code == 0 and len(desk.mails()) == 5
    assert postfix.send(letter(zipped(EICAR)), ["b@test.invalid"])[0] == 250


def test(folder):
    sock = folder / "milter.sock"
    (folder / "policy.toml").write_text(POLICY)
    config = (f'[milter]\nunix = "{sock}"\nunix_mode = "666"\npolicy = "{folder}/policy.toml"\n'
              "[quarantine]\nitems_max = 6\n")
    with gateway(folder, config, sock, f"unix:{sock}") as (daemon, postfix):
        desk = Desk(sys.argv[1], folder)
        mail = kept(postfix, desk)
        from_whom(postfix, desk, folder)
        split_by_recipient(postfix, desk)
        released_once(postfix, desk, mail, folder)
        lone_returns(postfix, desk)
        forged_release(postfix, desk, daemon)
        full(postfix, desk)
        print("kept with its login, split by recipient, released once and with lone returns, "
              "no forged release, full: refused")


if __name__ == "__main__":
    sys.exit(on_postfix(test))
