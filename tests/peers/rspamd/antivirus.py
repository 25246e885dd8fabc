#!/usr/bin/env python3
"""A real rspamd whose antivirus module is pointed at our clamd socket, configured by the very lines
of docs/guides/rspamd.md: clean mail passes, EICAR in a zip is rejected and our name for it told, many
letters at once are each answered, what is encrypted is told and passes, what is damaged is put off,
and so is all mail without us. Everything on loopback. antivirus.py PROGRAM RSPAMD
"""
import concurrent.futures
import gzip
import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "postfix"))
from letters import EICAR, encrypted_zip, letter, zipped  # noqa: E402
from rig import Daemon, free_port, wait_for  # noqa: E402

GUIDE = Path(__file__).resolve().parents[3] / "docs/guides/rspamd.md"
# No name is ever asked for: the name server is a closed port of loopback.
CONFIG = """options {{
  pidfile = "{dir}/rspamd.pid"; tempdir = "{dir}"; filters = ""; url_tld = "{dir}/tld";
  control_socket = "{dir}/control mode=0600";
  dns {{ nameserver = ["127.0.0.1:9"]; timeout = 0.1s; retransmits = 1; }}
}}
logging {{ type = "console"; level = "warning"; }}
worker "normal" {{ bind_socket = "127.0.0.1:{port}"; count = 1; }}
modules {{ path = "/usr/share/rspamd/plugins/antivirus.lua";
          path = "/usr/share/rspamd/plugins/force_actions.lua"; }}
actions {{ reject = 15; add_header = 6; }}
antivirus {{ {antivirus} }}
force_actions {{ {actions} }}
"""


def lines_of_guide(file):
    """The indented lines below the one that names this file."""
    text = GUIDE.read_text().split(f"`{file}`:\n\n")[1]
    out = []
    for line in text.splitlines():
        if line and not line.startswith("    "):
            break
        out.append(line[4:])
    return "\n".join(out)


class Rspamd:
    def __init__(self, program, folder, sock):
        self.port = free_port()
        (folder / "tld").write_text("com\ninvalid\n")
        antivirus = lines_of_guide("/etc/rspamd/local.d/antivirus.conf")
        assert "/run/antidotary/clamd.sock" in antivirus, antivirus
        config = CONFIG.format(
            dir=folder, port=self.port,
            antivirus=antivirus.replace("/run/antidotary/clamd.sock", str(sock)),
            actions=lines_of_guide("/etc/rspamd/local.d/force_actions.conf"))
        (folder / "rspamd.conf").write_text(config)
        self.log = open(folder / "rspamd.log", "w+")
        variables = [word for name in ("DBDIR", "RUNDIR", "LOCAL_CONFDIR")
                     for word in ("--var", f"{name}={folder}")]
        self.process = subprocess.Popen([program, "--no-fork", "--insecure", *variables, "--config",
                                         f"{folder}/rspamd.conf"], stdout=self.log, stderr=self.log)
        if not wait_for(self.answers, 120):
            raise AssertionError("rspamd does not answer:\n" + self.said())

    def answers(self):
        try:
            return self.ask("ping").strip() == b"pong"
        except OSError:
            return False

    def ask(self, what, body=None):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{what}", body, 60) as answer:
            return answer.read()

    def check(self, message):
        out = json.loads(self.ask("checkv2", message.as_bytes()))
        options = {name: one.get("options", []) for name, one in out["symbols"].items()}
        return out["action"], options, out["messages"].get("smtp_message", "")

    def said(self):
        self.log.flush()
        return Path(self.log.name).read_text()

    def stop(self):
        self.process.terminate()
        self.process.wait(30)
        self.log.close()


def found(rspamd):
    assert rspamd.check(letter()) == ("no action", {}, ""), rspamd.check(letter())
    action, symbols, words = rspamd.check(letter(zipped(EICAR)))
    assert action == "reject" and symbols["CLAM_VIRUS"] == ["test/eicar.standard"], symbols
    assert words == "this message holds malware", words


def many(rspamd):
    letters = [letter(zipped(EICAR) if i % 3 == 0 else None, subject=f"{i}") for i in range(60)]
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        actions = [one[0] for one in pool.map(rspamd.check, letters)]
    assert actions == ["reject" if i % 3 == 0 else "no action" for i in range(60)], actions


def unread(rspamd):
    action, symbols, _ = rspamd.check(letter(encrypted_zip(b"a secret")))
    assert action == "no action" and "CLAM_VIRUS_ENCRYPTED" in symbols, (action, symbols)
    cut = gzip.compress(os.urandom(5_000))[:-3_000]
    action, symbols, _ = rspamd.check(letter(cut, name="a.gz"))
    assert action == "soft reject" and "CLAM_VIRUS_FAIL" in symbols, (action, symbols)


def main():
    program, rspamd_program = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="rspamd-", dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        sock = folder / "clamd.sock"
        config = lines_of_guide("/etc/antidotary/serve.toml")
        assert 'incomplete = "alert"' in config and '"660"' in config, config
        config = config.replace("/run/antidotary/clamd.sock", str(sock)).replace('"660"', '"666"')
        daemon = rspamd = None
        try:
            daemon = Daemon(program, folder, config, sock.exists)
            rspamd = Rspamd(rspamd_program, folder, sock)
            found(rspamd)
            many(rspamd)
            unread(rspamd)
            daemon.stop()
            action, symbols, _ = rspamd.check(letter(subject="without us"))
            assert action == "soft reject" and "CLAM_VIRUS_FAIL" in symbols, (action, symbols)
            print("rspamd: clean and EICAR in zip, 60 letters at once, encrypted passes and is told, "
                  "damaged is put off, without us mail is put off")
        except BaseException:
            for words in (daemon and daemon.log(), rspamd and rspamd.said()):
                print((words or "")[-3000:])
            raise
        finally:
            if daemon:
                daemon.kill()
            if rspamd:
                rspamd.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
