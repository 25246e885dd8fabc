#!/usr/bin/env python3
"""clamav-milter as a client: Postfix asks clamav-milter, clamav-milter asks our clamd front, over a
UNIX socket (FILDES) and over TCP (INSTREAM). clamav_milter.py PROGRAM CLAMAV-MILTER
"""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from letters import EICAR, letter, zipped
from rig import Daemon, Postfix, free_port, wait_for

CONFIG = """Foreground yes
MilterSocket {milter}
MilterSocketMode 666
ClamdSocket {clamd}
OnInfected Reject
RejectMsg "550 refused: %v"
OnFail Defer
AddHeader Replace
User root
"""


def through(postfix, program, folder, name, clamd):
    milter = folder / f"{name}.sock"
    path = folder / f"{name}.conf"
    path.write_text(CONFIG.format(milter=milter, clamd=clamd))
    with open(folder / f"{name}.log", "w") as log:
        process = subprocess.Popen([program, "-c", str(path)], stdout=log, stderr=log)
    try:
        assert wait_for(milter.exists), (folder / f"{name}.log").read_text()
        postfix.set("smtpd_milters", f"unix:{milter}")
        assert postfix.run("postconf", "-h", "smtpd_milters").strip() == f"unix:{milter}"
        before = len(postfix.box("b"))
        code, words = postfix.send(letter(zipped(EICAR)), ["b@test.invalid"])
        said = (folder / f"{name}.log").read_text()
        assert code == 550 and "test/eicar.standard" in words, (code, words, said)
        code, words = postfix.send(letter(), ["b@test.invalid"])
        assert code == 250, (code, words)
        assert wait_for(lambda: len(postfix.box("b")) == before + 1), "not delivered"
        assert "X-Virus-Status: Clean" in postfix.box("b")[-1].read_text()
    finally:
        process.kill()
        process.wait()


def main():
    if os.geteuid() != 0:
        return 77
    with tempfile.TemporaryDirectory(prefix="postfix-", dir="/var/tmp") as name:
        folder = Path(name)
        sock, port = folder / "clamd.sock", free_port()
        daemon = postfix = None
        try:
            daemon = Daemon(sys.argv[1], folder,
                            f'[clamd]\nunix = "{sock}"\nunix_mode = "666"\n'
                            f'tcp = "127.0.0.1:{port}"\n', sock.exists)
            postfix = Postfix(folder, "")
            through(postfix, sys.argv[2], folder, "local", f"unix:{sock}")
            through(postfix, sys.argv[2], folder, "tcp", f"tcp:127.0.0.1:{port}")
            print("clamav-milter: refused and delivered, over UNIX and TCP")
        except BaseException:
            for one in (daemon, postfix):
                print(one.log()[-3000:] if one else "")
            raise
        finally:
            if daemon:
                daemon.kill()
            if postfix:
                postfix.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
