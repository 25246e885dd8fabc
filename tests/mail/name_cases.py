"""13: the name of an attachment, hidden from some readers. Each yields (name, bytes, wanted).

`wanted` is the name that a reader in use shows or saves; the last extension is what counts.
"""
import base64

from cases import CTE, MIXED, ATTACHED, B, TOP, multi, part, raw
from payload import b64

WANTED = "payload.zip"


def word_b(text, charset="utf-8"):
    return f"=?{charset}?B?{base64.b64encode(text.encode(charset)).decode()}?="


def word_q(text, charset="utf-8"):
    return f"=?{charset}?Q?" + "".join(f"={b:02X}" for b in text.encode(charset)) + "?="


def percent(text, charset="utf-8"):
    return "".join(f"%{b:02X}" for b in text.encode(charset))


def values():
    """Ways to write one parameter, {k} for its key."""
    w = WANTED
    yield "plain", f'{{k}}="{w}"'
    yield "unquoted", f"{{k}}={w}"
    yield "unquoted_blank", "{k}=pay load.zip", "pay load.zip"
    yield "single_quotes", f"{{k}}='{w}'"
    yield "open_quote", f'{{k}}="{w}'
    yield "close_quote", f'{{k}}={w}"'
    yield "split_quote", '{k}="payload".zip'
    yield "two_quotes", '{k}="payload" ".zip"', "payload .zip"
    yield "backslashes", '{k}="' + "".join("\\" + c for c in w) + '"'
    yield "one_backslash", '{k}="payload\\.zip"'
    yield "comment_before", f'{{k}}=(x.txt)"{w}"'
    yield "comment_behind", f'{{k}}="{w}"(x.txt)'
    yield "comment_inside", "{k}=payload(x.txt).zip"
    yield "blank_equals", f'{{k}} = "{w}"'
    yield "folded", f'{{k}}=\r\n "{w}"'
    yield "folded_inside", '{k}="payload\r\n .zip"', "payload .zip"
    yield "case", f'{{K}}="{w}"'
    yield "semicolon_inside", '{k}="pay;load.zip"', "pay;load.zip"
    yield "dot_behind", f'{{k}}="{w}."'
    yield "dots_behind", f'{{k}}="{w}..."'
    yield "blanks_behind", f'{{k}}="{w}     "'
    yield "dot_blank_behind", f'{{k}}="{w} . "'
    yield "many_blanks", '{k}="payload.txt' + " " * 120 + '.zip"', ".zip"
    yield "long", '{k}="' + "x" * 300 + '.zip"', ".zip"
    yield "nul_inside", '{k}="payload.z\0ip"'
    yield "rtlo", '{k}*=utf-8\'\'' + percent("payload\u202etxt.zip"), "payload\u202etxt.zip"
    yield "tab", '{k}="payload\t.zip"', "payload .zip"
    for form, make in (("b", word_b), ("q", word_q)):
        yield f"word_{form}", f"{{k}}={make(w)}"
        yield f"word_{form}.quoted", f'{{k}}="{make(w)}"'
        yield f"word_{form}.latin", f'{{k}}="{make(w, "iso-8859-1")}"'
        yield f"word_{form}.utf16le", f'{{k}}="{make(w, "utf-16-le").replace("utf-16-le", "utf-16le")}"'
        yield f"word_{form}.utf16be", f'{{k}}="{make(w, "utf-16-be").replace("utf-16-be", "utf-16be")}"'
        yield f"word_{form}.unknown", f'{{k}}="{make(w).replace("utf-8", "x-unknown")}"'
        yield f"word_{form}.split", f'{{k}}="{make("payload")} {make(".zip")}"'
        yield f"word_{form}.split_fold", f'{{k}}="{make("payload")}\r\n {make(".zip")}"'
        yield f"word_{form}.glued", f'{{k}}="{make("payload")}{make(".zip")}"'
        yield f"word_{form}.half", f'{{k}}="{make("payload")}.zip"'
        yield f"word_{form}.behind", f'{{k}}="payload{make(".zip")}"'
        yield f"word_{form}.two_charsets", f'{{k}}="{make("payload")} {make(".zip", "iso-8859-1")}"'
        yield f"word_{form}.language", f'{{k}}="{make(w).replace("utf-8", "utf-8*en")}"'
        yield f"word_{form}.lower", f'{{k}}="{make(w).replace("?B?", "?b?").replace("?Q?", "?q?")}"'
    yield "2231", f"{{k}}*=utf-8''{percent(w)}"
    yield "2231.quoted", f"{{k}}*=\"utf-8''{percent(w)}\""
    yield "2231.language", f"{{k}}*=utf-8'en'{percent(w)}"
    yield "2231.latin", f"{{k}}*=iso-8859-1''{percent(w)}"
    yield "2231.no_charset", f"{{k}}*={percent(w)}"
    yield "2231.empty_charset", f"{{k}}*=''{percent(w)}"
    yield "2231.utf16le", f"{{k}}*=utf-16le''{percent(w, 'utf-16-le')}"
    yield "2231.utf16be", f"{{k}}*=utf-16be''{percent(w, 'utf-16-be')}"
    yield "2231.unknown", f"{{k}}*=x-nope''{percent(w)}"
    yield "2231.lower_digits", f"{{k}}*=utf-8''{percent(w).lower()}"
    yield "2231.zero", f'{{k}}*0="{w}"'
    yield "2231.zero_star", f"{{k}}*0*=utf-8''{percent(w)}"
    yield "2231.pieces", '{k}*0="payload"; {k}*1=".zip"'
    yield "2231.pieces_star", f"{{k}}*0*=utf-8''{percent('payload')}; {{k}}*1*={percent('.zip')}"
    yield "2231.pieces_mixed", f"{{k}}*0*=utf-8''{percent('payload')}; {{k}}*1=\".zip\""
    yield "2231.swapped", '{k}*1=".zip"; {k}*0="payload"'
    yield "2231.swapped_star", f"{{k}}*1*={percent('.zip')}; {{k}}*0*=utf-8''{percent('payload')}"
    yield "2231.gap", '{k}*0="payload"; {k}*2=".zip"'
    yield "2231.from_one", '{k}*1="payload"; {k}*2=".zip"'
    yield "2231.leading_zero", '{k}*00="payload"; {k}*01=".zip"'
    yield "2231.ten", "; ".join(f'{{k}}*{n}="{c}"' for n, c in enumerate(w))
    yield "2231.twice", '{k}*0="payload"; {k}*1=".zip"; {k}*1=".txt"'
    yield "2231.twice_last", '{k}*0="payload"; {k}*1=".txt"; {k}*1=".zip"'
    yield "2231.words_inside", f'{{k}}*0="{word_b("payload")}"; {{k}}*1="{word_b(".zip")}"'
    yield "2231.word_cut", f'{{k}}*0="{word_b(w)[:18]}"; {{k}}*1="{word_b(w)[18:]}"'
    yield "2231.blank_star", f"{{k}} *= utf-8''{percent(w)}"
    yield "percent_plain", f'{{k}}="{percent(w)}"'


def fields():
    """Where the name stands: (name, format for the value)."""
    yield "type", "Content-Type: application/octet-stream; {v}\r\n", "name"
    yield "disposition", ("Content-Type: application/octet-stream\r\n"
                          "Content-Disposition: attachment; {v}\r\n"), "filename"


def special():
    w = WANTED
    octets = "Content-Type: application/octet-stream"
    plain = octets + "\r\nContent-Disposition: attachment"
    yield "name_over_filename", f'{octets}; name="{w}"\r\nContent-Disposition: attachment; filename="x.txt"\r\n'
    yield "filename_over_name", f'{octets}; name="x.txt"\r\nContent-Disposition: attachment; filename="{w}"\r\n'
    for first, second in ((w, "x.txt"), ("x.txt", w)):
        tag = "first" if first == w else "last"
        yield f"twice_filename.{tag}", f'{plain}; filename="{first}"; filename="{second}"\r\n'
        yield f"twice_name.{tag}", f'{octets}; name="{first}"; name="{second}"\r\n'
        yield f"twice_disposition.{tag}", (f'{plain}; filename="{first}"\r\nContent-Disposition: '
                                           f'attachment; filename="{second}"\r\n')
        yield f"twice_type.{tag}", f'{octets}; name="{first}"\r\n{octets}; name="{second}"\r\n'
        yield f"star_and_plain.{tag}", f'{plain}; filename="{first}"; filename*=utf-8\'\'{percent(second)}\r\n'
        yield f"pieces_and_plain.{tag}", f'{plain}; filename="{first}"; filename*0="{second}"\r\n'
    yield "description", f"{octets}\r\nContent-Description: {w}\r\n"
    yield "description.word", f"{octets}\r\nContent-Description: {word_b(w)}\r\n"
    yield "location", f"{octets}\r\nContent-Location: http://example.org/a/{w}\r\n"
    yield "location.file", f"{octets}\r\nContent-Location: {w}\r\n"
    yield "disposition_only", f'Content-Disposition: attachment; filename="{w}"\r\n'
    yield "no_kind", f'{octets}\r\nContent-Disposition: filename="{w}"\r\n'
    yield "no_kind_semicolon", f'{octets}\r\nContent-Disposition: ; filename="{w}"\r\n'
    yield "blank_colon", f'{octets}\r\nContent-Disposition : attachment; filename="{w}"\r\n'
    yield "hidden_by_fold", f'{octets}\r\nX: y\r\n Content-Disposition: attachment; filename="{w}"\r\n'
    yield "no_semicolon", f'{plain} filename="{w}"\r\n'
    yield "two_semicolons", f'{plain};; filename="{w}"\r\n'
    yield "junk_before", f'{plain}; x; filename="{w}"\r\n'
    yield "cr_inside", f'{plain};\r filename="{w}"\r\n'
    yield "comma", f'{plain}, filename="{w}"\r\n'


def all_names():
    for value in values():
        name, text, wanted = (*value, WANTED)[:3]
        for where, form, key in fields():
            filled = text.replace("{k}", key).replace("{K}", key.upper())
            yield f"{where}.{name}", multi(MIXED, part(
                form.replace("{v}", filled) + CTE + "base64\r\n", b64())), wanted
    for name, text in special():
        yield name, multi(MIXED, part(text + CTE + "base64\r\n", b64())), WANTED
