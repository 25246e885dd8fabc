"""Letters for the tests of mail: all of our own writing, EICAR made when it is needed."""
import io
import zipfile
from email.message import EmailMessage

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def zipped(data, name="eicar.com"):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(name, data)
    return held.getvalue()


def encrypted_zip(data):
    """A zip whose member says that it is encrypted: flag bit 0 in both of its headers."""
    out = bytearray(zipped(data, "secret.txt"))
    out[6] |= 1
    out[out.index(b"PK\x01\x02") + 8] |= 1
    return bytes(out)


def letter(attachment=None, forged=(), subject="hello", text="A letter.\n", name="a.zip"):
    out = EmailMessage()
    out["From"], out["To"], out["Subject"] = "a@test.invalid", "b@test.invalid", subject
    for value in forged:
        out["X-Antidotary"] = value
    out.set_content(text)
    if attachment:
        out.add_attachment(attachment, maintype="application", subtype="zip", filename=name)
    return out
