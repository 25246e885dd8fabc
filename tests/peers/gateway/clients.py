#!/usr/bin/env python3
"""Real clients of the daemon's fronts: curl over a UNIX socket and TCP; clamdscan over both, by
stream, descriptor and path; a socket that was opened for the daemon (LISTEN_FDS); a clamd.conf
translated. clients.py PROGRAM
"""
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "postfix"))
from letters import EICAR, zipped  # noqa: E402
from rig import Daemon, free_port  # noqa: E402

TOKEN = "0123456789abcdef0123"


def curl(*words):
    done = subprocess.run(["curl", "-sS", "-w", "\n%{http_code}", *words], text=True,
                          capture_output=True, check=True)
    body, code = done.stdout.rsplit("\n", 1)
    return int(code), body


def http(sock, port, folder):
    for where in (["--unix-socket", str(sock), "http://here"], [f"http://127.0.0.1:{port}"]):
        base, options = where[-1], where[:-1]
        assert curl(*options, f"{base}/health") == (200, "ok\n")
        assert curl(*options, f"{base}/ready") == (200, "ready\n")
        (folder / "a.zip").write_bytes(zipped(EICAR))
        code, body = curl(*options, "--data-binary", f"@{folder}/a.zip", f"{base}/scan")
        report = json.loads(body)
        assert code == 200 and report["verdict"] == "found", body
        assert report["detections"][0]["entry"] == "test/eicar", body
        # Longer than curl sends without asking first (Expect: 100-continue).
        (folder / "long").write_bytes(b"harmless words\n" * 200_000)
        code, body = curl(*options, "-T", f"{folder}/long", "-X", "POST", f"{base}/scan")
        assert code == 200 and json.loads(body)["verdict"] == "clean", body
        (folder / "toolong").write_bytes(b"x" * (5 << 20))
        assert curl(*options, "--data-binary", f"@{folder}/toolong", f"{base}/scan")[0] == 413
        code, body = curl(*options, f"{base}/entries/win32/mimail")
        assert code == 200 and json.loads(body)["entry"] == "win32/mimail", body[:200]
        assert "win32/mimail" in json.loads(curl(*options, f"{base}/entries")[1])["entries"]
        assert curl(*options, f"{base}/entries/../../etc/passwd", "--path-as-is")[0] == 404
        assert curl(*options, f"{base}/nothing")[0] == 404
        assert curl(*options, "-H", "Origin: http://evil.invalid", f"{base}/health")[0] == 403
        assert curl(*options, "-H", "Origin;", f"{base}/health")[0] == 403
        # A page that points its own name at us; a UNIX socket is out of its reach.
        wanted = 200 if options else 421
        assert curl(*options, "-H", "Host: evil.invalid", f"{base}/health")[0] == wanted
        assert curl(*options, "-0", "-H", "Host:", f"{base}/health")[0] == 200
        assert curl(*options, "-X", "POST", f"{base}/reload")[0] == 401
        assert curl(*options, "-X", "POST", "-H", "Authorization: Bearer wrong",
                    f"{base}/reload")[0] == 401
        assert curl(*options, "-X", "POST", "-H", f"Authorization: Bearer {TOKEN}",
                    f"{base}/reload")[0] == 202
        code, body = curl(*options, f"{base}/metrics")
        assert code == 200
        assert re.search(r'^antidotary_scans_total{verdict="found"} [1-9]', body, re.M), body
        assert re.search(r'^antidotary_scan_seconds_bucket{le="\+Inf"} [1-9]', body, re.M), body
        # One connection, several requests.
        assert curl(*options, f"{base}/health", f"{base}/ready")[0] == 200


def clamdscan(folder, config, *words):
    path = folder / "clamdscan.conf"
    path.write_text(config)
    done = subprocess.run(["clamdscan", "--no-summary", f"--config-file={path}", *words], text=True,
                          capture_output=True)
    return done.returncode, done.stdout


def clamd(folder, sock, port):
    (folder / "eicar").write_bytes(EICAR)
    (folder / "good").write_bytes(b"harmless")
    for config in (f"LocalSocket {sock}\n", f"TCPSocket {port}\nTCPAddr 127.0.0.1\n"):
        tcp = config.startswith("TCP")
        for how in ([], ["--stream"], ["--multiscan"]) + (() if tcp else (["--fdpass"],)):
            code, out = clamdscan(folder, config, *how, f"{folder}/eicar")
            assert code == 1 and "test/eicar.standard FOUND" in out, (config, how, out)
            code, out = clamdscan(folder, config, *how, f"{folder}/good")
            assert code == 0 and out.strip().endswith("OK"), (config, how, out)
        assert clamdscan(folder, config, "--ping", "1")[0] == 0
        assert clamdscan(folder, config, "--reload")[0] == 0


PYCLAMD = """
import json, sys, pyclamd
sock, port, folder = sys.argv[1:]
eicar = open(folder + "/eicar", "rb").read()
out = []
for one in (pyclamd.ClamdUnixSocket(filename=sock), pyclamd.ClamdNetworkSocket("127.0.0.1", int(port))):
    out.append([one.ping(), one.version().startswith("ClamAV "), one.scan_stream(eicar),
                one.scan_stream(b"harmless"), one.scan_file(folder + "/eicar"),
                one.scan_file(folder + "/good"), one.multiscan_file(folder + "/two"),
                one.contscan_file(folder + "/two"), one.reload()])
print(json.dumps(out))
"""


def pyclamd(folder, sock, port):
    """Debian's own Python has the package, whichever Python runs this."""
    python = "/usr/bin/python3"
    if subprocess.run([python, "-c", "import pyclamd"], capture_output=True).returncode != 0:
        return print("pyclamd: left out, python3-pyclamd is not installed (tools/setup test)")
    (folder / "two").mkdir()
    for name, data in (("bad", EICAR), ("good", b"harmless")):
        (folder / "two" / name).write_bytes(data)
    done = subprocess.run([python, "-c", PYCLAMD, str(sock), str(port), str(folder)], text=True,
                          capture_output=True, check=True, timeout=100)
    found = ["FOUND", "test/eicar.standard"]
    for one in json.loads(done.stdout):
        wanted = [True, True, {"stream": found}, None, {f"{folder}/eicar": found}, None,
                  {f"{folder}/two/bad": found}, {f"{folder}/two/bad": found}]
        assert one[:8] == wanted and "RELOADING" in one[8], one
    print("pyclamd: stream, path, folders, over UNIX and TCP")


def inherited(program, folder):
    """A socket that systemd would have opened: as descriptor 3, named."""
    path = folder / "inherited.sock"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()
    (folder / "empty.toml").write_text("")
    script = 'exec 3<&"$1"; shift; LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=http exec "$@"'
    env = dict(os.environ, ANTIDOTARY_STATE=f"{folder}/state")
    child = subprocess.Popen(["bash", "-c", script, "bash", str(listener.fileno()), program, "serve",
                              "--config", f"{folder}/empty.toml"], env=env,
                             pass_fds=[listener.fileno()], stderr=subprocess.PIPE)
    try:
        assert curl("--unix-socket", str(path), "--max-time", "60", "http://here/ready")[0] == 200
    finally:
        child.terminate()
        assert child.wait(60) == 0, "a graceful stop ends with 0"


def translated(program, folder):
    (folder / "clamd.conf").write_text(
        f"LocalSocket {folder}/other.sock\nDatabaseDirectory {folder}\nMaxThreads 3\n"
        "VirusEvent /bin/true\n")
    done = subprocess.run([program, "serve", "--from-clamd-conf", f"{folder}/clamd.conf"], text=True,
                          capture_output=True)
    assert done.returncode == 0 and "clamd.conf:4: VirusEvent" in done.stderr, done.stderr
    (folder / "made.toml").write_text(done.stdout)
    done = subprocess.run([program, "serve", "--check-config", "-c", f"{folder}/made.toml"])
    assert done.returncode == 0
    real = Path("/etc/clamav/clamd.conf")
    if real.exists():
        done = subprocess.run([program, "serve", "--from-clamd-conf", str(real)], text=True,
                              capture_output=True)
        assert done.returncode == 0, done.stderr
        print(f"{real}: translated, {len(done.stderr.splitlines())} options not honoured")


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory(prefix="clients-", dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        web, port, clam, clam_port = (folder / "http.sock", free_port(), folder / "clamd.sock",
                                      free_port())
        daemon = Daemon(program, folder,
                        f'[http]\nunix = "{web}"\ntcp = "127.0.0.1:{port}"\ntoken = "{TOKEN}"\n'
                        f'body_bytes_max = "4M"\n[clamd]\nunix = "{clam}"\nunix_mode = "666"\n'
                        f'tcp = "127.0.0.1:{clam_port}"\n', lambda: clam.exists() and web.exists())
        try:
            http(web, port, folder)
            print("curl: scan, entries, health, metrics, token, over UNIX and TCP")
            clamd(folder, clam, clam_port)
            print("clamdscan: stream, descriptor, path, reload, over UNIX and TCP")
            pyclamd(folder, clam, clam_port)
            assert daemon.stop() == 0, "a graceful stop ends with 0"
            inherited(program, folder)
            print("a socket that was opened for it")
            translated(program, folder)
        except BaseException:
            print(daemon.log()[-3000:])
            raise
        finally:
            daemon.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main())
