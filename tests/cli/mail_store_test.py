#!/usr/bin/env python3
"""Mail stores: which message it is, taken out of mbox and Maildir, put back byte for byte.

The stores are written, and read back afterwards, by Python's mailbox module.
"""
import email.message
import hashlib
import mailbox
import os

from program import Case, main

PAYLOAD = b"an inert attachment that a digest of the test's own database knows\n"


def plain(number):
    message = email.message.EmailMessage()
    message["From"] = "a@example.org"
    message["Subject"] = f"mail {number}"
    message["Message-ID"] = f"<{number}@example.org>"
    message.set_content(f"hello {number}\n\nFrom here on\n")
    return message


def carrier():
    message = plain("carrier")
    message.add_attachment(PAYLOAD, maintype="application", subtype="octet-stream",
                           filename="payload.bin")
    return message


class MailStore(Case):
    def setUp(self):
        super().setUp()
        self.mail = self.dir / "mail"
        self.mail.mkdir()
        self.database = self.dir / "test.hdb"
        self.database.write_text(f"{hashlib.md5(PAYLOAD).hexdigest()}:{len(PAYLOAD)}:Test.Payload\n")
        self.simulate()
        self.lure = (self.dir / "sick/mail/03-lure-lure.eml").read_bytes()

    def mbox(self, *messages):
        path = self.mail / "inbox"
        box = mailbox.mbox(path)
        for message in messages:
            box.add(message)
        box.close()
        return path

    def subjects(self, path):
        box = mailbox.mbox(path)
        self.addCleanup(box.close)
        return sorted(message["Subject"] or "" for message in box)

    def run_id(self, text):
        return [line for line in self.lines(text) if line["type"] == "run"][0]["run"]

    def test_a_scan_says_which_message_it_is(self):
        path = self.mbox(plain(1), self.lure, plain(2))
        whole = path.read_bytes()
        line = self.lines(self.expect(1, "scan", "--json", path))[0]
        one, = line["messages"]
        self.assertEqual(one["number"], 2)
        self.assertEqual(one["message_id"], "<lure-4@example.org>")
        stored = whole[one["offset"]:one["offset"] + one["size_bytes"]]
        self.assertEqual(hashlib.sha256(stored).hexdigest(), one["sha256"])
        self.assertTrue(stored.startswith(b"From "))
        self.expect(1, "scan", path, says=["message 2 at byte", "<lure-4@example.org>"])

    def test_messages_are_as_many_as_python_sees_in_each_dialect(self):
        first, second = b"Subject: a\n\none\n", b"Subject: b\n\ntwo\n"
        line = b"From a@example.org Fri Aug  1 12:00:00 2003\n"
        for name, data in (("blank", line + first + b"\n" + line + second + b"\n"),
                           ("without", line + first + line + second),
                           ("quoted", line + first + b">From x\n\n" + line + second)):
            for ending in (b"\n", b"\r\n"):
                path = self.mail / name
                path.write_bytes(data.replace(b"\n", ending))
                tree = self.lines(self.expect(0, "unpack", "--json", path))
                ours = [one["name"] for one in tree if one.get("depth") == 1]
                self.assertEqual(len(ours), len(self.subjects(path)), (name, ending))

    def test_messages_leave_and_come_back(self):
        path = self.mbox(plain(1), self.lure, plain(2), carrier(), plain(3))
        maildir = mailbox.Maildir(self.mail / "Maildir")
        maildir.add(self.lure)
        maildir.add(plain(4))
        before = path.read_bytes()
        times = os.stat(path)
        self.expect(1, "clean", "-d", self.database, self.mail,
                    says=["Take message 2 (<lure-4@example.org>) out of inbox",
                          "Take message 4 (<carrier@example.org>) out of inbox",
                          "the signature Test.Payload", "Move the message Maildir/new/"])
        self.assertEqual(path.read_bytes(), before)
        out = self.expect(0, "clean", "--json", "--apply", "-d", self.database, self.mail)
        run = self.run_id(out)
        self.assertEqual(self.subjects(path), ["mail 1", "mail 2", "mail 3"])
        self.assertEqual([one["Subject"] for one in maildir], ["mail 4"])
        self.assertEqual(sorted(os.listdir(self.mail)), ["Maildir", "inbox"])
        self.expect(0, "quarantine", "list", says="inbox, at byte ")
        self.expect(0, "undo", run)
        self.assertEqual(path.read_bytes(), before)
        self.assertEqual(os.stat(path).st_mtime_ns, times.st_mtime_ns)
        self.assertEqual(len(maildir), 2)

    def test_one_mailbox_alone_and_one_message_back(self):
        path = self.mbox(self.lure, plain(1), self.lure)
        before = path.read_bytes()
        run = self.run_id(self.expect(0, "clean", "--json", "--apply", path))
        self.assertEqual(self.subjects(path), ["mail 1"])
        self.expect(0, "quarantine", "restore", f"{run}/1")
        self.assertEqual(len(self.subjects(path)), 2)
        self.expect(0, "quarantine", "release", f"{run}/2", self.dir / "out")
        exported = (self.dir / "out").read_bytes()
        self.assertTrue(before.startswith(exported))
        self.assertTrue(exported.startswith(b"From "))

    def test_a_plan_is_refused_once_mail_arrived(self):
        path = self.mbox(plain(1), self.lure)
        plan = self.dir / "plan.json"
        self.expect(1, "clean", "--out", plan, path)
        box = mailbox.mbox(path)
        box.add(plain(2))
        box.close()
        now = path.read_bytes()
        self.expect(1, "clean", "--plan", plan, "--apply", path, says="was changed since")
        self.assertEqual(path.read_bytes(), now)

    def test_a_mailbox_in_use_is_left(self):
        path = self.mbox(plain(1), self.lure)
        now = path.read_bytes()
        box = mailbox.mbox(path)
        box.lock()
        self.expect(1, "clean", "--apply", path, says="another program holds the mailbox's lock")
        box.unlock()
        box.close()
        self.assertEqual(path.read_bytes(), now)
        self.expect(0, "clean", "--apply", path)

    def test_a_message_that_programs_disagree_about_is_left(self):
        line = b"From a@example.org Fri Aug  1 12:00:00 2003\n"
        inner = b"text\n\n" + line + self.lure
        path = self.mail / "inbox"
        path.write_bytes(line + b"Subject: long\nContent-Length: %d\n\n" % len(inner) + inner)
        self.expect(1, "clean", path, says="Content-Length says that it ends elsewhere")

    def test_apple_mail_and_mh(self):
        (self.mail / "1.emlx").write_bytes(b"%-10d\n" % len(self.lure) + self.lure +
                                           b"<?xml version=\"1.0\"?><plist/>\n")
        folder = mailbox.MH(self.mail / "MH")
        folder.add(self.lure)
        self.expect(1, "scan", self.mail, says=["1.emlx > message 1", "MH/1"])
        run = self.run_id(self.expect(0, "clean", "--json", "--apply", self.mail))
        self.assertFalse((self.mail / "1.emlx").exists())
        self.assertEqual(len(folder), 0)
        self.expect(0, "undo", run)
        self.assertEqual(len(folder), 1)


if __name__ == "__main__":
    main()
