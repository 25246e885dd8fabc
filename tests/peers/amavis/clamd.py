#!/usr/bin/env python3
"""A real amavisd whose clamd is ours: by its own CONTSCAN of the parts that it unpacked. Clean mail
goes on, EICAR in a zip is refused with our name for it, what is damaged and all mail without us is
put off. Everything on loopback. clamd.py PROGRAM AMAVISD
"""
import gzip
import os
import pwd
import re
import smtplib
import socketserver
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "postfix"))
from letters import EICAR, encrypted_zip, letter, zipped  # noqa: E402
from rig import Daemon, free_port, wait_for  # noqa: E402

GUIDE = Path(__file__).resolve().parents[3] / "docs/guides/amavisd.md"
CONFIG = """use strict;
$max_servers = 1; $daemon_user = 'amavis'; $daemon_group = 'amavis'; $mydomain = 'test.invalid';
$myhostname = 'mail.test.invalid'; $MYHOME = $TEMPBASE = $db_home = '{dir}/home';
$lock_file = '{dir}/home/lock'; $pid_file = '{dir}/home/pid'; $logfile = '{dir}/home/log';
$enable_db = 0; $enable_zmq = 0; $do_syslog = 0; $log_level = 1;
$inet_socket_bind = '127.0.0.1'; $inet_socket_port = {port}; @inet_acl = qw(127.0.0.1);
@local_domains_maps = (1); @mynetworks = qw(127.0.0.0/8); @bypass_spam_checks_maps = (1);
$enable_dkim_verification = 0; $enable_dkim_signing = 0; $virus_admin = undef;
$QUARANTINEDIR = undef; $virus_quarantine_to = undef; $banned_quarantine_to = undef;
$final_banned_destiny = D_PASS;
$forward_method = $notify_method = 'smtp:[127.0.0.1]:{sink}';
{guide}
1;
"""


def lines_of_guide():
    """The lines for amavisd, with the socket of this test."""
    text = GUIDE.read_text().split("`/etc/amavis/conf.d/50-user`:\n\n")[1]
    lines = []
    for line in text.splitlines():
        if line and not line.startswith("    "):
            return "\n".join(lines)
        lines.append(line[4:])
    raise AssertionError("the guide has no lines for amavisd")


class Sink(socketserver.ThreadingTCPServer):
    """Takes every message."""

    allow_reuse_address = daemon_threads = True
    taken = 0

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(b"220 sink\r\n")
            while line := self.rfile.readline():
                verb = line[:4].upper().strip()
                if verb == b"DATA":
                    self.wfile.write(b"354 go\r\n")
                    while self.rfile.readline() not in (b".\r\n", b""):
                        pass
                    self.server.taken += 1
                self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")


def send(port, message):
    with smtplib.SMTP("127.0.0.1", port, timeout=120) as smtp:
        try:
            smtp.send_message(message, "a@test.invalid", ["b@test.invalid"])
            return 250, ""
        except smtplib.SMTPDataError as error:
            return error.smtp_code, error.smtp_error.decode()


def greets(port):
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=10):
            return True
    except OSError:
        return False


def main():
    program, amavisd = sys.argv[1:]
    if os.geteuid() != 0:
        return 77
    with tempfile.TemporaryDirectory(prefix="amavis-", dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        user = pwd.getpwnam("amavis")
        (folder / "home").mkdir(mode=0o750)
        os.chown(folder / "home", user.pw_uid, user.pw_gid)
        sink = Sink(("127.0.0.1", 0), Sink.Handler)
        threading.Thread(target=sink.serve_forever, daemon=True).start()
        port, sock = free_port(), folder / "clamd.sock"
        (folder / "amavisd.conf").write_text(
            CONFIG.format(dir=folder, port=port, sink=sink.server_address[1],
                          guide=lines_of_guide().replace("/run/antidotary/clamd.sock", str(sock))))
        listens = f'[clamd]\nunix = "{sock}"\nunix_mode = "666"\n'
        daemon = Daemon(program, folder, listens, sock.exists)
        log = open(folder / "amavis.out", "w")
        amavis = subprocess.Popen([amavisd, "-c", f"{folder}/amavisd.conf", "foreground"],
                                  stdout=log, stderr=log)
        try:
            assert wait_for(lambda: greets(port), 60), "amavisd does not answer"
            assert send(port, letter()) == (250, ""), "clean mail"
            assert sink.taken == 1
            code, words = send(port, letter(zipped(EICAR)))
            assert code == 554, (code, words)
            assert "test/eicar.standard" in (folder / "home/log").read_text()
            cut = gzip.compress(os.urandom(5_000))[:-3_000]
            code, words = send(port, letter(cut, name="a.gz"))
            assert code == 451 and "ALL VIRUS SCANNERS FAILED" in words, (code, words)
            # The part that amavisd made of it, and the message as it came.
            said = daemon.log()
            assert "> a.gz > content:" in said and re.search(r"/p\d+ > content:", said), said
            daemon.stop()
            code, words = send(port, letter())
            assert code == 451, (code, words)
            assert sink.taken == 1, "something else went on"
            secret = letter(encrypted_zip(b"a secret"))
            daemon = Daemon(program, folder, listens, sock.exists)
            assert send(port, secret) == (250, "")
            daemon.stop()
            daemon = Daemon(program, folder, '[scan]\nincomplete = "error"\n' + listens, sock.exists)
            code, words = send(port, secret)
            assert code == 451, (code, words)
            print("amavisd: clean, EICAR in zip; damaged and without us: put off; encrypted as told")
        except BaseException:
            for path in ("amavis.out", "home/log"):
                print((folder / path).read_text()[-3000:] if (folder / path).exists() else "")
            print(daemon.log()[-2000:])
            raise
        finally:
            amavis.terminate()
            amavis.wait(30)
            daemon.kill()
            sink.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
