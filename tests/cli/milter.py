"""A mail server's half of the milter protocol (version 6), as far as tests need it: it hands over
messages and tells what the filter said. Written from the protocol's description."""
import socket
import struct

WAITS = {"C": 0x1000, "H": 0x2000, "M": 0x4000, "R": 0x8000, "T": 0x10000, "L": 0x80,
         "N": 0x40000, "B": 0x80000}
ENDS = "acdrtyfs"


class Milter:
    def __init__(self, path, client="192.0.2.1"):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        self.socket.connect(str(path))
        self.held = b""
        self.send("O", struct.pack(">III", 6, 0x1FF, 0x1FFFFF))
        command, data = self.receive()
        assert command == "O", command
        self.steps = struct.unpack(">III", data[:12])[2]
        self.step("C", b"client.example\0" + b"4" + struct.pack(">H", 25) + client.encode() + b"\0")
        self.number = 0
        self.reply = ""

    def close(self):
        self.socket.close()

    def send(self, command, data=b""):
        self.socket.sendall(struct.pack(">I", len(data) + 1) + command.encode() + data)

    def receive(self):
        def take(count):
            while len(self.held) < count:
                piece = self.socket.recv(65536)
                assert piece, "the filter hung up"
                self.held += piece
            out, self.held = self.held[:count], self.held[count:]
            return out
        size = struct.unpack(">I", take(4))[0]
        body = take(size)
        return chr(body[0]), body[1:]

    def step(self, command, data=b""):
        self.send(command, data)
        if not self.steps & WAITS.get(command, 0):
            answer = self.receive()
            assert answer[0] == "c", answer

    def message(self, raw, sender, recipients, login=""):
        """The verdict's letter, and the value of X-Antidotary: ("c", "clean; took=1ms"). "y" is a
        reply of its own: `reply`, "451 ..." or "550 ..."."""
        self.number += 1
        macros = b"M" + f"i\0Q{self.number}\0".encode()
        if login:
            macros += b"{auth_authen}\0" + login.encode() + b"\0"
        self.send("D", macros)
        self.step("M", b"<" + sender.encode() + b">\0")
        for one in recipients:
            self.step("R", b"<" + one.encode() + b">\0")
        self.step("T")
        head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
        for name, value in fields_of(head):
            self.step("L", name + b"\0" + value.replace(b"\0", b" ") + b"\0")
        self.step("N")
        body = body.replace(b"\n", b"\r\n")
        for at in range(0, len(body), 65535):
            self.step("B", body[at:at + 65535])
        self.send("E")
        said = ""
        while True:
            command, data = self.receive()
            if command == "i":
                said = data[4:].split(b"\0")[1].decode("utf-8", "replace").strip()
            if command in ENDS:
                self.reply = data.rstrip(b"\0").decode("utf-8", "replace")
                return command, said


def fields_of(head):
    """Names and values; a line that begins with a blank goes on with the one before it."""
    out = []
    for line in head.split(b"\n"):
        if line[:1] in b" \t" and out:
            out[-1][1] += b"\n" + line
        elif b":" in line and not line.startswith(b"From "):
            name, value = line.split(b":", 1)
            out.append([name, value])
    return out
