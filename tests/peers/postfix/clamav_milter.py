#!/usr/bin/env python3
"""clamav-milter as a client: Postfix asks clamav-milter, clamav-milter asks our clamd front, over a
UNIX socket (FILDES) and over TCP (INSTREAM). clamav_milter.py PROGRAM CLAMAV-MILTER
"""
import subprocess
import sys

from letters import EICAR, letter, zipped
from rig import Postfix, free_port, gateway, on_postfix, wait_for

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


def test(folder):
    sock, port = folder / "clamd.sock", free_port()
    config = f'[clamd]\nunix = "{sock}"\nunix_mode = "666"\ntcp = "127.0.0.1:{port}"\n'
    with gateway(folder, config, sock, "") as (_, postfix):
        through(postfix, sys.argv[2], folder, "local", f"unix:{sock}")
        through(postfix, sys.argv[2], folder, "tcp", f"tcp:127.0.0.1:{port}")
        print("clamav-milter: refused and delivered, over UNIX and TCP")


if __name__ == "__main__":
    sys.exit(on_postfix(test))
