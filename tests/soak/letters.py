"""Mail of our own making whose right answer is known: plain words, or a mark that one signature
knows, bare, in base64, in a zip, in a zip within a mail within a mail. No two are the same."""
import io
import zipfile
from email.message import EmailMessage

MARK = b"antidotary: a mark of our own that one signature knows"
# Each pack has its own name for the mark: an answer tells which of them was in force.
NAMES = ("Own.First", "Own.Second")
WORDS = "the quick brown fox looks at mail of our own making and finds it dull".split()


def signatures(name):
    return f"{name}:0:*:{MARK.hex()}\n"


def zipped(name, data):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return held.getvalue()


def letter(chance, attachment=None, name="notes.txt"):
    out = EmailMessage()
    out["From"], out["To"] = "a@out.example", "b@in.example"
    out["Subject"] = " ".join(chance.choices(WORDS, k=5))
    out["Message-ID"] = f"<{chance.getrandbits(64):x}@out.example>"
    lines = (" ".join(chance.choices(WORDS, k=9)) for _ in range(chance.randrange(2, 200)))
    out.set_content("\n".join(lines) + "\n")
    if attachment is not None:
        out.add_attachment(attachment, maintype="application", subtype="octet-stream",
                           filename=name)
    return out


def message(chance):
    """The bytes, and whether the mark is in them."""
    found = chance.random() < 0.4
    held = chance.randbytes(chance.randrange(10, 3_000)).hex().encode()
    if found:
        at = chance.randrange(len(held))
        held = held[:at] + MARK + held[at:]
    form = chance.randrange(4)
    if form == 0:
        return letter(chance).as_bytes() + held + b"\n", found
    if form == 1:
        return letter(chance, held).as_bytes(), found
    inner = letter(chance, zipped("notes.txt", held), "notes.zip")
    if form == 2:
        return inner.as_bytes(), found
    outer = letter(chance)
    outer.add_attachment(inner)
    return outer.as_bytes(), found
