"""Other readers of mail on the same files: prints, as JSON, which of them meet the payload.

Run by Debian's own Python, which has GMime: readers.py FOLDER. Each file NAME.eml; the answer is
{"gmime": {NAME: [payload, names]}, "email": {...}}, without a reader that is not installed. With
--contents, {NAME: [contents, names]}: each part's content in base64.
"""
import base64
import email
import email.policy
import gzip
import io
import json
import sys
import zipfile
from pathlib import Path

from payload import EICAR


def is_payload(blob):
    if blob.startswith(EICAR):
        return True
    try:
        if blob.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(blob)) as archive:
                return any(archive.read(one).startswith(EICAR) for one in archive.namelist())
        if blob.startswith(b"\x1f\x8b"):
            return gzip.decompress(blob).startswith(EICAR)
    except Exception:  # damaged: not met
        pass
    return False


def by_email(data):
    blobs, names = [], []
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    for part in message.walk():
        try:
            if not part.is_multipart():
                blobs.append(part.get_payload(decode=True) or b"")
            name = part.get_filename()
            if name:
                names.append(str(email.header.make_header(email.header.decode_header(name))))
        except Exception:
            pass
    return blobs, names


def gmime_reader():
    import gi
    gi.require_version("GMime", "3.0")
    from gi.repository import GMime
    GMime.init()

    def read(data):
        blobs, names = [], []
        stream = GMime.StreamMem.new_with_buffer(data)
        message = GMime.Parser.new_with_stream(stream).construct_message(None)
        todo = [message.get_mime_part()] if message else []
        while todo:
            one = todo.pop()
            if isinstance(one, GMime.Multipart):
                todo += [one.get_part(i) for i in range(one.get_count())]
            elif isinstance(one, GMime.MessagePart):
                inner = one.get_message()
                todo += [inner.get_mime_part()] if inner else []
            elif isinstance(one, GMime.Part):
                names += [one.get_filename()] if one.get_filename() else []
                content = one.get_content()
                if content:
                    out = GMime.StreamMem.new()
                    content.write_to_stream(out)
                    blobs.append(bytes(out.get_byte_array()))
        return blobs, names
    return read


def main():
    folder = Path(sys.argv[1])
    whole = "--contents" in sys.argv
    readers = {"email": by_email}
    try:
        readers["gmime"] = gmime_reader()
    except Exception as why:
        print(f"GMime is not here: {why}", file=sys.stderr)
    out = {}
    for reader, read in readers.items():
        out[reader] = {}
        for path in sorted(folder.glob("*.eml")):
            try:
                blobs, names = read(path.read_bytes())
            except Exception:
                blobs, names = [], []
            told = ([base64.b64encode(blob).decode() for blob in blobs] if whole else
                    any(is_payload(blob) for blob in blobs))
            out[reader][path.stem] = [told, names]
    json.dump(out, sys.stdout)


if __name__ == "__main__":
    main()
