"""Runs as a service of a throw-away system: installs the packages, uses, upgrades and purges them.

The steps build on each other, so their names give their order and the first failure ends them."""
import os
import pwd
import socket
import struct
import subprocess
import time
import unittest
from pathlib import Path

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
CLAMD = "/run/antidotary/clamd.sock"
MILTER = "/run/antidotary/milter.sock"
STATE = Path("/var/lib/antidotary-daemon")
CONFIG = Path("/etc/antidotary/serve.toml")
# What any package writes that comes and goes.
PASSING = ("/var/lib/dpkg", "/var/log", "/var/cache", "/var/lib/systemd", "/etc/ld.so.cache",
           "/etc/passwd", "/etc/shadow", "/etc/group", "/etc/gshadow", "/etc/subuid", "/etc/subgid",
           "/var/lib/private", "/etc/.pwd.lock", "/etc/machine-id", "/var/tmp")


def run(*words, check=True):
    done = subprocess.run(words, capture_output=True, text=True,
                          env=dict(os.environ, DEBIAN_FRONTEND="noninteractive"))
    if check and done.returncode != 0:
        raise AssertionError(f"{words}: {done.returncode}\n{done.stdout}{done.stderr}" +
                             journal())
    return done.stdout + done.stderr


def journal():
    return subprocess.run(["journalctl", "-u", "antidotary*", "--no-pager", "-n", "30"],
                          capture_output=True, text=True).stdout


def install(version):
    return run("dpkg", "--force-confold", "-i",
               *map(str, sorted(Path("/payload", version).glob("*.deb"))))


def ask(path, sent, wanted=4096):
    with socket.socket(socket.AF_UNIX) as to:
        to.settimeout(30)
        to.connect(path)
        to.sendall(sent)
        return to.recv(wanted)


def instream(content):
    return ask(CLAMD, b"zINSTREAM\0" + struct.pack(">I", len(content)) + content + bytes(4))


def property_of(unit, name):
    return run("systemctl", "show", "-P", name, unit).strip()


def files():
    out = set()
    for top in ("/etc", "/lib", "/usr", "/var", "/opt"):
        for folder, folders, names in os.walk(top):
            out.update(os.path.join(folder, name) for name in folders + names)
    return {path for path in out if not path.startswith(PASSING)}


class Booted(unittest.TestCase):
    def test_0_installs_and_starts(self):
        Booted.before = files()
        install("now")
        for unit in ("antidotary.service", "antidotary-clamd.socket", "antidotary-milter.socket"):
            self.assertEqual(property_of(unit, "ActiveState"), "active", unit + journal())
            self.assertEqual(property_of(unit, "UnitFileState"), "enabled", unit)
        # A template that nobody asked for does nothing.
        self.assertEqual(property_of("antidotary-refresh@site.timer", "ActiveState"), "inactive")

    def test_1_runs_as_a_user_who_may_nothing(self):
        pid = property_of("antidotary.service", "MainPID")
        status = Path("/proc", pid, "status").read_text()
        user = pwd.getpwnam("antidotary")
        self.assertIn(f"Uid:\t{user.pw_uid}\t", status)
        self.assertIn("CapEff:\t0000000000000000", status)
        self.assertIn("NoNewPrivs:\t1", status)
        self.assertTrue(user.pw_shell.endswith("nologin"))
        self.assertEqual(STATE.stat().st_mode & 0o777, 0o700)
        self.assertEqual(STATE.owner(), "antidotary")

    def test_2_answers_clamds_clients_and_mail_servers(self):
        self.assertTrue(ask(CLAMD, b"zVERSION\0").startswith(b"ClamAV "))
        self.assertIn(b"OK", instream(b"nothing"))
        self.assertIn(b"FOUND", instream(EICAR))
        offered = struct.pack(">IcIII", 13, b"O", 6, 0x1FF, 0x1FFFFF)
        self.assertEqual(ask(MILTER, offered)[4:5], b"O")
        self.assertEqual(Path(CLAMD).stat().st_mode & 0o777, 0o660)
        self.assertEqual(Path(CLAMD).group(), "antidotary")

    def test_3_reloads_and_restarts_behind_sockets_that_stay(self):
        pid = property_of("antidotary.service", "MainPID")
        run("systemctl", "reload", "antidotary.service")
        self.assertEqual(property_of("antidotary.service", "MainPID"), pid)
        self.assertIn(b"FOUND", instream(EICAR))
        run("systemctl", "restart", "antidotary.service")
        self.assertIn(b"FOUND", instream(EICAR))
        # Who connects to a daemon that was stopped starts it.
        run("systemctl", "stop", "antidotary.service")
        self.assertEqual(property_of("antidotary.service", "ActiveState"), "inactive")
        self.assertIn(b"FOUND", instream(EICAR))
        self.assertEqual(property_of("antidotary.service", "ActiveState"), "active")

    def test_4_a_killed_daemon_comes_back(self):
        run("systemctl", "kill", "--signal=KILL", "--kill-whom=main", "antidotary.service")
        for _ in range(50):
            if property_of("antidotary.service", "ActiveState") == "active":
                break
            time.sleep(0.2)
        self.assertIn(b"FOUND", instream(EICAR))

    def test_5_packs_are_built_again_where_a_source_changed(self):
        folder = Path("/srv/signatures")
        folder.mkdir()
        (folder / "a.hdb").write_text("44d88612fea8a8f36de82e1278abb02f:68:First\n")
        pack = STATE / "site.pack"
        run("runuser", "-u", "antidotary", "--", "antidotary", "pack", "build", "-o", str(pack),
            str(folder))
        text = CONFIG.read_text()
        CONFIG.write_text(text.replace("# pack =", "pack ="))
        run("antidotary", "serve", "--check-config", "--config", str(CONFIG))
        run("systemctl", "restart", "antidotary.service")
        self.assertIn(b"First.UNOFFICIAL FOUND", instream(EICAR))
        (folder / "a.hdb").write_text("44d88612fea8a8f36de82e1278abb02f:68:Second\n")
        run("systemctl", "start", "antidotary-refresh@site.service")
        for _ in range(100):
            if b"Second" in (said := instream(EICAR)):
                break
            time.sleep(0.2)
        self.assertIn(b"Second.UNOFFICIAL FOUND", said)
        run("systemctl", "enable", "--now", "antidotary-refresh@site.timer")
        self.assertEqual(property_of("antidotary-refresh@site.timer", "ActiveState"), "active")

    def test_6_upgrades_with_its_configuration_kept(self):
        mine = CONFIG.read_text() + "# mine\n"
        CONFIG.write_text(mine)
        pid = property_of("antidotary.service", "MainPID")
        install("next")
        self.assertIn("9.9", run("dpkg-query", "-W", "antidotary-daemon"))
        self.assertEqual(CONFIG.read_text(), mine)
        self.assertNotEqual(property_of("antidotary.service", "MainPID"), pid)
        self.assertIn(b"Second.UNOFFICIAL FOUND", instream(EICAR))

    def test_7_stands_in_for_clamscan_where_a_script_asks_for_it(self):
        Path("/srv/e.com").write_bytes(EICAR)
        done = subprocess.run(["/usr/lib/antidotary/clamscan", "--no-summary", "-d",
                               "/srv/signatures", "/srv/e.com"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("/srv/e.com: Second.UNOFFICIAL FOUND", done.stdout)
        self.assertIn("Win32/Mimail", run("antidotary", "explain", "W32.Mimail.A@mm"))

    def test_8_purging_leaves_what_is_kept_and_only_that(self):
        names = ("antidotary", "antidotary-daemon", "antidotary-encyclopedia", "antidotary-ntfs")
        (STATE / "mail").mkdir(exist_ok=True)
        kept = STATE / "mail/mail-20261130t000000-000000000000.mail"
        kept.write_bytes(b"somebody's")
        said = run("dpkg", "--purge", *names)
        self.assertIn("stays", said)
        self.assertTrue(kept.is_file())
        install("now")
        run("systemctl", "stop", "antidotary.service")
        kept.unlink()
        run("dpkg", "--purge", *names)
        self.assertFalse(STATE.exists())
        left = files() - Booted.before
        self.assertEqual(sorted(path for path in left if "/__pycache__" not in path), [])
        self.assertEqual(property_of("antidotary.service", "LoadState"), "not-found")


if __name__ == "__main__":
    unittest.main(failfast=True, verbosity=2)
