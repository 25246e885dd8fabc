#!/usr/bin/env python3
"""The mails of tests/mail that programs read differently, each sent through a real Postfix with
`antidotary serve` as its milter: each is refused, but where the mail server itself spoils what is
hidden (a carriage return alone is a blank to it): then nobody finds it in what was delivered.
evasion.py PROGRAM
"""
import smtplib
import subprocess
import sys
from pathlib import Path

from rig import gateway, on_postfix, wait_for

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "mail"))
from cases import all_cases  # noqa: E402
from payload import EICAR  # noqa: E402
from readers import by_email, is_payload  # noqa: E402


class Sender:
    """One connection after the other; Postfix hangs up after some errors of a client."""

    def __init__(self, port):
        self.port, self.smtp = port, None

    def send(self, data):
        """The code of the last reply."""
        for _ in range(2):
            try:
                if self.smtp is None:
                    self.smtp = smtplib.SMTP("127.0.0.1", self.port, timeout=60)
                self.smtp.sendmail("a@test.invalid", ["b@test.invalid"], data)
                return 250
            except smtplib.SMTPServerDisconnected:
                self.smtp = None
            except smtplib.SMTPResponseException as error:
                if error.smtp_code == 421:
                    self.smtp = None
                    continue
                return error.smtp_code
        return 0


def is_spoiled(path, database):
    found = subprocess.run([sys.argv[1], "scan", "--no-cache", "-d", database, path],
                           capture_output=True).returncode == 1
    return not found and not any(is_payload(one) for one in by_email(path.read_bytes())[0])


def test(folder):
    sock = folder / "milter.sock"
    (folder / "db").mkdir()
    (folder / "db/eicar.ndb").write_text("Test.EICAR:0:0:" + EICAR.hex() + "\n")
    config = (f'[milter]\nunix = "{sock}"\nunix_mode = "666"\n'
              f'[scan]\ndatabases = ["{folder}/db"]\n')
    with gateway(folder, config, sock, f"unix:{sock}") as (_, postfix):
        postfix.set("smtpd_hard_error_limit", "100000")
        postfix.set("smtpd_error_sleep_time", "0")
        sender, wrong, refused, spoiled = Sender(postfix.port), [], 0, []
        for number, name, data in all_cases():
            before = set(postfix.box("b"))
            code = sender.send(data)
            if code == 550:
                refused += 1
                continue
            if code == 250:
                assert wait_for(lambda: set(postfix.box("b")) - before), "neither here nor there"
                copy = (set(postfix.box("b")) - before).pop()
                if is_spoiled(copy, folder / "db"):
                    spoiled.append(name)
                    continue
            wrong.append(f"{number:02}-{name}: {code}")
        print(f"{refused} mails refused over SMTP, {len(spoiled)} spoiled on the way {spoiled}")
        assert not wrong, wrong
        assert len(spoiled) < 10


if __name__ == "__main__":
    sys.exit(on_postfix(test))
