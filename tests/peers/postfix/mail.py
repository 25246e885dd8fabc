#!/usr/bin/env python3
"""A real Postfix with `antidotary serve` as its milter, over a UNIX and a TCP socket: clean mail is
delivered with our field and without forged ones, EICAR in a zip is refused with the entry's page,
what is encrypted is tagged, and without the filter mail is refused for now (451). mail.py PROGRAM
"""
import smtplib
import sys

from letters import EICAR, encrypted_zip, letter, zipped
from rig import Postfix, free_port, gateway, on_postfix, wait_for


def own_fields(path):
    return [line for line in path.read_text().splitlines() if line.startswith("X-Antidotary")]


def clean_is_delivered(postfix):
    before = set(postfix.box("b"))
    forged = ["clean; forged", "clean; forged too", "clean; and again"]
    code, words = postfix.send(letter(forged=forged), ["b@test.invalid"])
    assert code == 250, (code, words)
    assert wait_for(lambda: set(postfix.box("b")) - before), "not delivered"
    fields = own_fields((set(postfix.box("b")) - before).pop())
    assert len(fields) == 1 and fields[0].startswith("X-Antidotary: clean; took="), fields


def infected_is_refused(postfix):
    before = len(postfix.box("b"))
    code, words = postfix.send(letter(zipped(EICAR)), ["b@test.invalid"])
    assert code == 550 and words.startswith("5.7.1 "), (code, words)
    assert "https://pages.invalid/a/test/eicar" in words, words
    assert len(postfix.box("b")) == before


def opaque_is_tagged(postfix):
    before = set(postfix.box("b"))
    code, words = postfix.send(letter(encrypted_zip(b"a secret")), ["b@test.invalid"])
    assert code == 250, (code, words)
    assert wait_for(lambda: set(postfix.box("b")) - before), "not delivered"
    fields = own_fields((set(postfix.box("b")) - before).pop())
    assert fields[0].startswith("X-Antidotary: opaque; reason="), fields


def several_on_one_connection(postfix):
    before = len(postfix.box("b"))
    with smtplib.SMTP("127.0.0.1", postfix.port, timeout=60) as smtp:
        for number in range(5):
            smtp.send_message(letter(subject=f"number {number}"), "a@test.invalid",
                              ["b@test.invalid"])
            # Given up in the middle: nothing of it may get into the next one.
            smtp.mail("c@test.invalid")
            smtp.rcpt("b@test.invalid")
            smtp.rset()
            try:
                smtp.send_message(letter(zipped(EICAR)), "a@test.invalid", ["b@test.invalid"])
                raise AssertionError("EICAR was accepted")
            except smtplib.SMTPDataError as error:
                assert error.smtp_code == 550, error
    assert wait_for(lambda: len(postfix.box("b")) == before + 5), "some are missing"


def without_filter(postfix, daemon):
    before = len(postfix.box("b"))
    daemon.kill()
    code, words = postfix.send(letter(), ["b@test.invalid"])
    assert code == 451, (code, words)
    assert len(postfix.box("b")) == before


def each_recipient_by_its_policy(postfix, folder):
    (folder / "policy.toml").write_text(
        '[default]\nopaque = "reject"\n'
        '[[rule]]\nrecipients = ["lab@test.invalid"]\naction = "tag"\n'
        '[[rule]]\nrecipients = ["c@*"]\nfindings = ["malware"]\naction = "discard"\n')
    # The daemon sees the change by itself; until then what is encrypted is tagged.
    assert wait_for(lambda: postfix.send(letter(encrypted_zip(b"a secret")),
                                         ["b@test.invalid"])[0] == 550), "policy not reloaded"
    code, words = postfix.send(letter(zipped(EICAR)), ["c@test.invalid", "lab@test.invalid"])
    assert code == 250, (code, words)
    assert wait_for(lambda: postfix.box("lab")), "not delivered"
    assert own_fields(postfix.box("lab")[0])[0].startswith("X-Antidotary: malware; entry=test/")
    assert postfix.box("c") == []
    (folder / "policy.toml").write_text('[default]\nfailed = "accept"\n')


def too_large_is_held(postfix):
    code, words = postfix.send(letter(text="A long letter.\n" * 20_000), ["b@test.invalid"])
    assert code == 250, (code, words)
    assert wait_for(lambda: "!" in postfix.queue()), postfix.queue()


def test(folder):
    sock, port = folder / "milter.sock", free_port()
    config = (f'[milter]\nunix = "{sock}"\nunix_mode = "666"\ntcp = "127.0.0.1:{port}"\n'
              f'policy = "{folder}/policy.toml"\n'
              'message_bytes_max = "200k"\npages = "https://pages.invalid/a/"\n')
    (folder / "policy.toml").write_text("")
    with gateway(folder, config, sock, f"unix:{sock}") as (daemon, postfix):
        for where in (f"unix:{sock}", f"inet:127.0.0.1:{port}"):
            postfix.set("smtpd_milters", where)
            clean_is_delivered(postfix)
            infected_is_refused(postfix)
            opaque_is_tagged(postfix)
            several_on_one_connection(postfix)
            print(f"{where.split(':')[0]}: clean, infected, opaque, several on one connection")
        each_recipient_by_its_policy(postfix, folder)
        assert wait_for(lambda: "policy.toml:2:1: what could not be read" in daemon.log())
        print("a policy of three rules, read again while it runs; a bad one is refused")
        too_large_is_held(postfix)
        without_filter(postfix, daemon)
        print("too large is held, without the filter it is refused for now")


if __name__ == "__main__":
    sys.exit(on_postfix(test))
