#!/usr/bin/env python3
"""A disk that takes its time keeps only that mail waiting which has to be on it: the process that
writes the quarantine stands still, others are answered; it dies, and the mail comes again."""
import os
import signal
import threading
from pathlib import Path

from daemon import DaemonCase
from milter import Milter
from program import main

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
HEAD = b"From: a@out.example\nTo: b@in.example\nSubject: hello\n\n"


class Keeping(DaemonCase):
    CONFIG = """[milter]
unix = "{dir}/milter.sock"
policy = "{dir}/policy.toml"
"""

    def prepare(self):
        (self.dir / "policy.toml").write_text('[default]\nmalware = "quarantine"\n')

    def keeper(self):
        for one in Path(f"/proc/{self.daemon.pid}/task/{self.daemon.pid}/children") \
                .read_text().split():
            if Path(f"/proc/{one}/comm").read_text() == "antidotary-keep\n":
                return int(one)
        self.fail("nobody keeps mail")

    def give(self, body):
        peer = Milter(self.dir / "milter.sock")
        try:
            command, _ = peer.message(HEAD + body, "a@out.example", ["b@in.example"])
            return peer.reply[:3] if command == "y" else command
        finally:
            peer.close()

    def kept(self):
        return len(list((self.dir / "state/mail").glob("*.mail")))

    def begin_infected(self):
        answers = []
        thread = threading.Thread(target=lambda: answers.append(self.give(EICAR)))
        thread.start()
        return thread, answers

    def test_others_are_answered_while_one_is_kept(self):
        os.kill(self.keeper(), signal.SIGSTOP)
        thread, answers = self.begin_infected()
        for _ in range(3):
            self.assertEqual(self.give(b"harmless\n"), "c")
        thread.join(0.5)
        self.assertEqual(answers, [], "an answer before the message was on the disk")
        os.kill(self.keeper(), signal.SIGCONT)
        thread.join(30)
        self.assertEqual(answers, ["d"])
        self.assertEqual(self.kept(), 1)

    def test_a_death_is_a_refusal_for_now_or_costs_nothing(self):
        os.kill(self.keeper(), signal.SIGSTOP)
        thread, answers = self.begin_infected()
        self.assertEqual(self.give(b"harmless\n"), "c")
        thread.join(0.5)
        os.kill(self.keeper(), signal.SIGKILL)
        thread.join(30)
        # "d" where the scan was not over yet: then another process kept it.
        self.assertIn(answers, (["451"], ["d"]))
        self.assertEqual(self.kept(), answers.count("d"))
        self.assertEqual(self.give(EICAR), "d")
        self.assertEqual(self.kept(), answers.count("d") + 1)


if __name__ == "__main__":
    main()
