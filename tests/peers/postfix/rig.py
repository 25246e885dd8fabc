"""A Postfix of its own: queue, configuration and port in a scratch folder, loopback only, and
`antidotary serve` as its milter. Nothing of the system's Postfix is touched.
"""
import contextlib
import os
import pwd
import smtplib
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

MASTER = """127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
showq unix n - n - - showq
error unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
MAIN = """compatibility_level = 3.6
queue_directory = {dir}/queue
data_directory = {dir}/data
maillog_file = {dir}/maillog
maillog_file_prefixes = {dir}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = test.invalid
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
local_recipient_maps =
default_transport = error:outside
virtual_mailbox_domains = test.invalid
virtual_mailbox_base = {dir}/mail
virtual_mailbox_maps = texthash:{dir}/config/boxes
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
smtpd_milters = {milters}
milter_default_action = tempfail
"""
PROGRAM = sys.argv[1]
BOXES = ("b", "c", "lab", "postmaster")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, seconds=30):
    end = time.time() + seconds
    while time.time() < end:
        if what():
            return True
        time.sleep(0.05)
    return False


class Daemon:
    """`antidotary serve` with a configuration; its log is kept."""

    def __init__(self, program, folder, config, ready):
        self.log_path = folder / "serve.log"
        path = folder / "serve.toml"
        path.write_text(config)
        env = dict(os.environ, ANTIDOTARY_STATE=str(folder / "state"))
        with open(self.log_path, "a") as log:
            self.process = subprocess.Popen([program, "serve", "--config", str(path)], stderr=log,
                                            env=env)
        if not wait_for(ready):
            raise AssertionError("the daemon does not listen:\n" + self.log())

    def log(self):
        return self.log_path.read_text()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
            return -1


class Logins:
    """What Dovecot is to Postfix where clients log in: here everybody may, as "lab"."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(str(path))
        path.chmod(0o666)
        self.socket.listen()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            peer = self.socket.accept()[0]
            peer.sendall(b"VERSION\t1\t1\nMECH\tPLAIN\tplaintext\nSPID\t1\nCUID\t1\n"
                         b"COOKIE\t0123456789abcdef0123456789abcdef\nDONE\n")
            threading.Thread(target=self.answer, args=(peer,), daemon=True).start()

    @staticmethod
    def answer(peer):
        with peer, peer.makefile("r") as lines:
            for line in lines:
                words = line.rstrip("\n").split("\t")
                if words[0] == "AUTH":
                    peer.sendall(f"OK\t{words[1]}\tuser=lab\n".encode())


class Postfix:
    def __init__(self, folder, milters):
        self.folder = folder
        self.port = free_port()
        self.command = ["-c", str(folder / "config")]
        nobody, postfix = pwd.getpwnam("nobody"), pwd.getpwnam("postfix")
        folder.chmod(0o755)
        for one in ("config", "queue", "data", "mail"):
            (folder / one).mkdir()
        os.chown(folder / "data", postfix.pw_uid, -1)
        os.chown(folder / "mail", nobody.pw_uid, nobody.pw_gid)
        (folder / "config/main.cf").write_text(
            MAIN.format(dir=folder, uid=nobody.pw_uid, gid=nobody.pw_gid, milters=milters))
        (folder / "config/boxes").write_text(
            "".join(f"{one}@test.invalid {one}/\n" for one in BOXES))
        (folder / "config/master.cf").write_text(MASTER.format(port=self.port))
        self.run("postfix", "start")

    def run(self, program, *arguments):
        return subprocess.run([program, *self.command, *arguments], check=True,
                              capture_output=True, text=True).stdout

    def set(self, key, value):
        self.run("postconf", "-e", f"{key}={value}")
        self.run("postfix", "reload")
        time.sleep(1)

    def stop(self):
        subprocess.run(["postfix", *self.command, "stop"], check=False, capture_output=True)

    def log(self):
        path = self.folder / "maillog"
        return path.read_text() if path.exists() else ""

    def queue(self):
        return self.run("postqueue", "-p")

    def box(self, name):
        return sorted((self.folder / "mail" / name / "new").glob("*"))

    def send(self, letter, recipients, sender="a@test.invalid", login=False):
        """The code and words of the last reply; 250 where all went well."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=60) as smtp:
            try:
                if login:
                    smtp.login("lab", "secret")
                smtp.send_message(letter, sender, recipients)
                return 250, ""
            except smtplib.SMTPResponseException as error:
                return error.smtp_code, error.smtp_error.decode()
            except smtplib.SMTPRecipientsRefused as error:
                code, words = next(iter(error.recipients.values()))
                return code, words.decode()


@contextlib.contextmanager
def gateway(folder, config, sock, milters):
    """The daemon under test, once it listens on `sock`, and a Postfix that asks `milters`. Both are
    stopped behind it; where something fails, first their logs are printed."""
    daemon = postfix = None
    try:
        daemon = Daemon(PROGRAM, folder, config, sock.exists)
        postfix = Postfix(folder, milters)
        yield daemon, postfix
    except BaseException:
        for one in (daemon, postfix):
            print(one.log()[-3000:] if one else "")
        raise
    finally:
        if daemon:
            daemon.kill()
        if postfix:
            postfix.stop()


def on_postfix(test):
    """Runs `test` with a folder that every user may enter; the test's exit code. 77: skipped, for
    Postfix is started by root alone."""
    if os.geteuid() != 0:
        return 77
    with tempfile.TemporaryDirectory(prefix="postfix-", dir="/var/tmp") as name:
        test(Path(name))
    return 0
