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


def send(port, data):
    """The code of the last reply. A connection for each: Postfix slows a client with many errors."""
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as smtp:
        try:
            smtp.sendmail("a@test.invalid", ["b@test.invalid"], data)
            return 250
        except smtplib.SMTPResponseException as error:
            return error.smtp_code


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
        # Else cleanup rests a second for each: nothing is delivered while it takes messages in.
        postfix.set("in_flow_delay", "0")
        wrong, refused, spoiled = [], 0, []
        for number, name, data in all_cases():
            before = set(postfix.box("b"))
            code = send(postfix.port, data)
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
