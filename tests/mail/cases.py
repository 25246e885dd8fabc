"""Mails whose form is read differently by different programs, each with EICAR in it.

One function a group of the ways in which mail programs differ; each yields (name, bytes). What is
written here follows from what RFCs leave open and from how programs in use read what breaks them:
there is for each case a reader that shows or saves the payload.
"""
from payload import EICAR, ZIP, b64, binhex, gzip64, lines, quoted, uu, xx, yenc, zipped

TOP = ("From: sender@example.org\r\nTo: rcpt@example.org\r\nSubject: case\r\n"
       "Date: Mon, 26 Jan 2004 12:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n"
       "MIME-Version: 1.0\r\n")
B = "=_b0und"


def raw(*parts):
    return b"".join(part if isinstance(part, bytes) else part.encode("latin-1") for part in parts)


def single(fields, body, top=TOP):
    return raw(top, fields, "\r\n", body)


def part(fields, body, b=B):
    return raw(f"--{b}\r\n", fields, "\r\n", body)


def multi(fields, *parts, b=B, top=TOP, close=True, preamble="", before=None):
    text = part("Content-Type: text/plain\r\n", "see the attachment\r\n", b) if before is None \
        else before
    return raw(top, fields, "\r\n", preamble, text, *parts, f"--{b}--\r\n" if close else "")


MIXED = f'Content-Type: multipart/mixed; boundary="{B}"\r\n'
ZIPTYPE = 'Content-Type: application/zip; name="payload.zip"\r\n'
ATTACHED = ZIPTYPE + 'Content-Disposition: attachment; filename="payload.zip"\r\n'
CTE = "Content-Transfer-Encoding: "
ENC64 = ATTACHED + CTE + "base64\r\n"
ENCQP = ('Content-Type: application/octet-stream; name="payload.com"\r\n' + CTE +
         "quoted-printable\r\n")


def both_ways(name, fields, body):
    """The payload as the only part, and as an attachment."""
    yield name + ".single", single(fields, body)
    yield name + ".part", multi(MIXED, part(fields, body))


def encoding_conflicts():
    """1: more than one encoding is named."""
    pairs = [("base64", "quoted-printable"), ("quoted-printable", "base64"), ("base64", "7bit"),
             ("7bit", "base64"), ("base64", "x-uuencode"), ("8bit", "base64"), ("binary", "base64")]
    for first, second in pairs:
        twice = ATTACHED + CTE + first + "\r\n" + CTE + second + "\r\n"
        yield from both_ways(f"twice.{first}.{second}.b64", twice, b64())
        for glue in (", ", " ", "; ", ",", "/"):
            one = ATTACHED + CTE + first + glue + second + "\r\n"
            yield f"joined.{first}.{second}.{ord(glue[0])}{len(glue)}", single(one, b64())
    # Digits so broken up that only who believes the second field decodes them.
    apart = "".join("~ ~" + digits for digits in b64(width=4).split("\r\n"))
    twice = CTE + "7bit\r\n" + ATTACHED
    for name, between in [("fields", "X-Filler: 0123456789\r\n" * 6000),
                          ("blanks", "X-Filler: 0\r\n" + " \r\n" * 20)]:
        yield f"twice.far.{name}", single(twice + between + CTE + "base64\r\n", apart)
    qp = "Content-Type: application/octet-stream\r\n"
    for first, second in [("quoted-printable", "base64"), ("base64", "quoted-printable"),
                          ("quoted-printable", "7bit"), ("7bit", "quoted-printable")]:
        twice = qp + CTE + first + "\r\n" + CTE + second + "\r\n"
        yield from both_ways(f"twice.{first}.{second}.qp", twice, quoted())
    # Both are meant, in either order.
    nested = quoted(b64(ZIP).encode(), every=False, width=70)
    inner = b64(quoted(EICAR).encode())
    for order in ("base64, quoted-printable", "quoted-printable, base64"):
        yield f"both.{order[0]}.qp_of_b64", single(ATTACHED + CTE + order + "\r\n", nested)
        yield f"both.{order[0]}.b64_of_qp", single(ATTACHED + CTE + order + "\r\n", inner)


def encoding_hidden():
    """2: the encoding is named in a way that not everybody reads."""
    forms = {
        "folded": "Content-Transfer-Encoding:\r\n base64\r\n",
        "folded_twice": "Content-Transfer-Encoding:\r\n \r\n base64\r\n",
        "comment": CTE + "(a) base64\r\n", "comment_behind": CTE + "base64 (b)\r\n",
        "comment_inside": CTE + "ba(c)se64\r\n", "nested_comment": CTE + "(a(b)c) base64\r\n",
        "encoded_word": CTE + "=?us-ascii?Q?base64?=\r\n",
        "encoded_word_b": CTE + "=?us-ascii?B?YmFzZTY0?=\r\n",
        "x": CTE + "x-base64\r\n", "case": CTE + "baSE64\r\n", "junk": CTE + "base64junk\r\n",
        "semicolon": CTE + "base64;\r\n", "quoted": CTE + '"base64"\r\n', "dash": CTE + "base-64\r\n",
        "misspelt": CTE + "bsae64\r\n", "blank_colon": "Content-Transfer-Encoding : base64\r\n",
        "tab_colon": "Content-Transfer-Encoding\t: base64\r\n",
        "no_colon": "Content-Transfer-Encoding base64\r\n",
        "cr": "Content-Transfer-Encoding: \rbase64\r\n",
        "cr_name": "Content-Transfer-\rEncoding: base64\r\n",
        "nul": "Content-Transfer-Encoding: base\x0064\r\n",
        "nul_name": "Content-Transfer\x00-Encoding: base64\r\n",
        "hidden_by_fold": "X-Filler: a\r\n Content-Transfer-Encoding: base64\r\n",
        "hidden_by_cr": "X-Filler: a\rContent-Transfer-Encoding: base64\r\n",
        "eight_bit": "Content-Transfer-Encoding: \xa0base64\r\n", "absent": "",
        "empty": CTE + "\r\n", "vt": CTE + "\x0bbase64\r\n", "unknown": CTE + "mime64\r\n",
        "prefix": "XContent-Transfer-Encoding: base64\r\n",
        "underscore": "Content_Transfer_Encoding: base64\r\n",
    }
    for name, form in forms.items():
        yield from both_ways(name, ATTACHED + form, b64())
    swapped = {
        "qp_as_qprintable": "qprintable", "qp_case": "QuOtEd-PrInTaBlE", "qp_x": "x-quoted-printable",
        "qp_blank": "quoted printable", "qp_comment": "(x) quoted-printable",
        "qp_word": "=?us-ascii?Q?quoted-printable?=", "qp_junk": "quoted-printable; x",
    }
    for name, form in swapped.items():
        yield from both_ways(name, "Content-Type: application/octet-stream\r\n" + CTE + form +
                             "\r\n", quoted())
    yield from both_ways("qp_hidden_by_fold", "Content-Type: application/octet-stream\r\n"
                         "X: a\r\n " + CTE + "quoted-printable\r\n", quoted())


def encoded_composites():
    """3: a multipart or a message is encoded itself."""
    inner = multi(MIXED, part(ENC64, b64()))
    body = inner[inner.index(b"\r\n\r\n") + 4:]
    for width in (76, 60):
        yield f"multipart.b64.{width}", single(MIXED + CTE + "base64\r\n", b64(body, width))
        yield f"message.b64.{width}", single("Content-Type: message/rfc822\r\n" + CTE +
                                             "base64\r\n", b64(inner, width))
        yield f"message.part.b64.{width}", multi(MIXED, part(
            "Content-Type: message/rfc822\r\n" + CTE + "base64\r\n", b64(inner, width)))
    yield "multipart.qp", single(MIXED + CTE + "quoted-printable\r\n",
                                 quoted(body, every=False, width=60).replace("=0D=0A", "\r\n"))
    yield "message.qp", single("Content-Type: message/rfc822\r\n" + CTE + "quoted-printable\r\n",
                               quoted(inner, every=True))
    yield "multipart.says_b64_is_not", single(MIXED + CTE + "base64\r\n", body)
    yield "multipart.says_qp_is_not", single(MIXED + CTE + "quoted-printable\r\n", body)
    yield "message.says_b64_is_not", single("Content-Type: message/rfc822\r\n" + CTE +
                                            "base64\r\n", inner)


def base64_bodies():
    """4: characters, padding and lines that base64 does not have."""
    text = b64().replace("\r\n", "")
    half = len(ZIP) // 6 * 3
    pieces = [b64(ZIP[at:at + 20]).strip() for at in range(0, len(ZIP), 20)]
    bodies = {
        "junk_everywhere": lines("*".join(text), 76), "junk_blank": lines(" ".join(text), 76),
        "junk_line": b64(ZIP[:57]) + "!!! junk !!!\r\n" + b64(ZIP[57:]),
        "junk_words_line": b64(ZIP[:57]) + "this line is no base64 at all.\r\n" + b64(ZIP[57:]),
        "junk_8bit": lines("\xe4".join(text), 76), "junk_nul": lines("\0".join(text), 76),
        "junk_first": "####" + b64(), "junk_dashes": lines("-".join(text), 76),
        "junk_last": b64().rstrip() + "\r\n!trailing junk!\r\n",
        "pad_chunks": "".join(pieces), "pad_chunks_lines": "\r\n".join(pieces) + "\r\n",
        "pad_inside_ignored": text[:40] + "=" + text[40:],
        "pad_inside_twice": text[:40] + "==" + text[40:80] + "=" + text[80:],
        "pad_missing": text.rstrip("="), "pad_too_many": text.rstrip("=") + "=====",
        "pad_then_text": b64() + "AAAA" * 10 + "\r\n",
        "pad_then_other": b64() + "footer of a mailing list\r\n",
        "one_a_line": lines(text, 1), "three_a_line": lines(text, 3), "five_a_line": lines(text, 5),
        "odd_lines": lines(text, 75), "seven_a_line": lines(text, 7), "one_line": text,
        "long_lines": lines(text * 1, 900), "blank_lines": b64(width=40).replace("\r\n", "\r\n\r\n"),
        "blanks_lines": b64(width=40).replace("\r\n", " \r\n \r\n"),
        "blank_first": "\r\n\r\n\r\n" + b64(), "text_then_blank": "some words\r\n\r\n" + b64(),
        "begin_base64": "begin-base64 644 payload.zip\r\n" + b64() + "====\r\n",
        "url_alphabet": b64().replace("+", "-").replace("/", "_"), "lf": b64(end="\n"),
        "cr": b64(end="\r"), "crcrlf": b64(end="\r\r\n"), "tabs": lines("\t".join(text), 60),
        "form_feeds": b64(end="\f\r\n"), "colon_lines": b64(ZIP[:57]) + "X: y\r\n" + b64(ZIP[57:]),
        "two_halves": b64(ZIP[:half]) + "\r\n" + b64(ZIP[half:]),
        "bad_quantum": b64(ZIP[:57]).rstrip() + "A\r\n" + b64(ZIP[57:]),
        "fake_delimiter": b64(ZIP[:57]) + "--nobody\r\n" + b64(ZIP[57:]),
        "fake_close": b64(ZIP[:57]) + "--x--\r\n" + b64(ZIP[57:]),
    }
    for name, body in bodies.items():
        yield from both_ways(name, ENC64, body)


def base64_cut():
    """5: the end is missing, or there is but one line."""
    padded = EICAR + b" " * 60  # a test file may have blanks behind it
    text = b64(padded).replace("\r\n", "")
    whole = (len(EICAR) + 2) // 3 * 4
    for cut in (1, 2, 3):
        yield from both_ways(f"cut.{cut}", ENC64, lines(text[:whole + 8 + cut], 76))
    yield from both_ways("long_line", ENC64, b64(zipped(data=EICAR) + b"\0" * 40000, 10 ** 9))


def quoted_bodies():
    """6: escapes and line ends that quoted-printable does not have."""
    good = quoted()
    bodies = {
        "plain": good, "some": quoted(every=False), "lower": good.lower().replace("=\r\n", "=\r\n"),
        "soft_blank": good.replace("=\r\n", "= \r\n"), "soft_tab": good.replace("=\r\n", "=\t\r\n"),
        "soft_lf": good.replace("=\r\n", "=\n"), "soft_cr": good.replace("=\r\n", "=\r"),
        "soft_crcrlf": good.replace("=\r\n", "=\r\r\n"), "soft_each": quoted(width=1),
        "no_last_end": good.rstrip("\r\n"), "soft_last": good.rstrip("\r\n") + "=",
        "lone_sign": good.replace("=\r\n", "==\r\n", 1), "blank_escape": good.replace("=58", "= 58", 1),
        "bad_escape_dropped": "=ZZ" + good, "bad_escape_one": "=" + good,
        "bad_escape_inside": good[:36] + "=XY" + good[36:],
        "bad_escape_end": good.rstrip("\r\n") + "=G1\r\n",
        "long_line": quoted(width=10 ** 6), "trailing_blanks": good.replace("=\r\n", "=   \r\n"),
        "mixed_case": good.replace("=5", "=5").replace("4B", "4b").replace("7D", "7d"),
        "cut_escape": good.rstrip("\r\n") + "=4",
    }
    for name, body in bodies.items():
        yield from both_ways(name, ENCQP, body)


def other_codes():
    """7: codes that are no RFC's."""
    octets = 'Content-Type: application/octet-stream; name="payload.zip"\r\n'
    for name in ("x-uuencode", "x-uue", "uue", "uuencode"):
        yield from both_ways(f"cte.{name}", octets + CTE + name + "\r\n", uu())
        yield from both_ways(f"cte.{name}.no_begin", octets + CTE + name + "\r\n", uu(begin=False))
    yield from both_ways("uu.no_end", octets + CTE + "x-uuencode\r\n", uu(end=False))
    yield from both_ways("uu.blank", octets + CTE + "x-uuencode\r\n", uu(backtick=False))
    plain = "Content-Type: text/plain\r\n"
    yield from both_ways("uu.inline", plain, "hello\r\n\r\n" + uu() + "\r\nbye\r\n")
    yield from both_ways("uu.inline.no_end", plain, "hello\r\n\r\n" + uu(end=False))
    yield from both_ways("uu.inline.4digits", plain, uu().replace("begin 644", "begin 0644"))
    yield from both_ways("uu.inline.blanks", plain, uu().replace("begin 644 ", "begin  644  "))
    yield "uu.no_mime", raw(TOP.replace("MIME-Version: 1.0\r\n", ""), "\r\nsee\r\n", uu())
    yield from both_ways("uu.in_qp", plain + CTE + "quoted-printable\r\n",
                         quoted(uu().encode(), every=False, width=60).replace("=0D=0A", "\r\n"))
    yield from both_ways("uu.in_b64", plain + CTE + "base64\r\n", b64(uu().encode()))
    yield from both_ways("xx.inline", plain, xx())
    yield from both_ways("xx.cte", octets + CTE + "x-xxencode\r\n", xx())
    yield from both_ways("yenc.inline", plain, raw("hello\r\n", yenc()))
    yield from both_ways("yenc.cte", octets + CTE + "x-yencode\r\n", yenc())
    yield from both_ways("yenc.cte.no_begin", octets + CTE + "yenc\r\n", yenc(begin=False, end=False))
    yield from both_ways("yenc.no_end", plain, yenc(end=False))
    yield from both_ways("binhex.inline", plain, binhex())
    yield from both_ways("binhex.type", "Content-Type: application/mac-binhex40\r\n", binhex())
    yield from both_ways("binhex.cte.no_mark", octets + CTE + "binhex\r\n", binhex(mark=False))
    yield from both_ways("gzip64", octets + CTE + "x-gzip64\r\n", gzip64())
    yield from both_ways("begin_base64.inline", plain,
                         "hello\r\n\r\nbegin-base64 644 payload.zip\r\n" + b64() + "====\r\n")
    yield from both_ways("b64.inline", plain, "hello\r\n\r\n" + b64())


def boundary_names():
    """8: which boundary is meant."""
    attached = part(ENC64, b64())
    other = "other"
    forms = {
        "twice_first": f"Content-Type: multipart/mixed; boundary={B}; boundary={other}\r\n",
        "twice_last": f"Content-Type: multipart/mixed; boundary={other}; boundary={B}\r\n",
        "types_first": MIXED + "Content-Type: text/plain\r\n",
        "types_last": "Content-Type: text/plain\r\n" + MIXED,
        "types_other": f"Content-Type: multipart/mixed; boundary={other}\r\n" + MIXED,
        "disposition": f"Content-Type: multipart/mixed\r\nContent-Disposition: inline; boundary={B}\r\n",
        "comment": f"Content-Type: multipart/mixed (boundary={other}); boundary=\"{B}\"\r\n",
        "comment_only": f"Content-Type: multipart/mixed; (boundary={B})\r\n",
        "comment_value": f"Content-Type: multipart/mixed; boundary=(x)\"{B}\"\r\n",
        "comment_type": f"Content-Type: multi(x)part/mixed; boundary=\"{B}\"\r\n",
        "comment_slash": f"Content-Type: multipart(x)/(y)mixed; boundary=\"{B}\"\r\n",
        "quote_open": f"Content-Type: multipart/mixed; boundary=\"{B}\r\n",
        "quote_close": f"Content-Type: multipart/mixed; boundary={B}\"\r\n",
        "quote_single": f"Content-Type: multipart/mixed; boundary='{B}'\r\n",
        "quote_inside": f"Content-Type: multipart/mixed; boundary={B[:3]}\"{B[3:]}\"\r\n",
        "quote_pairs": "Content-Type: multipart/mixed; boundary=\"" + "".join("\\" + c for c in B) +
                       "\"\r\n",
        "no_semicolon": f"Content-Type: multipart/mixed boundary=\"{B}\"\r\n",
        "two_semicolons": f"Content-Type: multipart/mixed;; boundary=\"{B}\"\r\n",
        "junk_parameter": f"Content-Type: multipart/mixed; X; boundary=\"{B}\"\r\n",
        "junk_before": f"Content-Type: multipart/mixed; =; boundary=\"{B}\"\r\n",
        "comma": f"Content-Type: multipart/mixed, boundary=\"{B}\"\r\n",
        "blank_equals": f"Content-Type: multipart/mixed; boundary = \"{B}\"\r\n",
        "folded": f"Content-Type: multipart/mixed;\r\n boundary=\r\n \"{B}\"\r\n",
        "case": f"CONTENT-TYPE: MULTIPART/MIXED; BOUNDARY=\"{B}\"\r\n",
        "encoded_word": "Content-Type: multipart/mixed; boundary=\"=?us-ascii?Q?=3D=5Fb0und?=\"\r\n",
        "word_type": f"Content-Type: =?us-ascii?Q?multipart/mixed?=; boundary=\"{B}\"\r\n",
        "hidden_by_fold": f"X: y\r\n Content-Type: multipart/mixed; boundary=\"{B}\"\r\n",
        "hidden_by_cr": f"X: y\rContent-Type: multipart/mixed; boundary=\"{B}\"\r\n",
        "blank_colon": f"Content-Type : multipart/mixed; boundary=\"{B}\"\r\n",
        "no_colon": f"Content-Type multipart/mixed; boundary=\"{B}\"\r\n",
        "nul": f"Content-Type: multi\0part/mixed; boundary=\"{B}\"\r\n",
        "nul_boundary": f"Content-Type: multipart/mixed; bound\0ary=\"{B}\"\r\n",
        "tab": f"Content-Type:\tmultipart/mixed;\tboundary=\"{B}\"\r\n",
        "no_mime_version": MIXED,
    }
    quoted_b = "".join(f"%{ord(c):02X}" for c in B)
    forms |= {
        "2231_one": f"Content-Type: multipart/mixed; boundary*=us-ascii''{quoted_b}\r\n",
        "2231_star0": f"Content-Type: multipart/mixed; boundary*0=\"{B}\"\r\n",
        "2231_star0_star": f"Content-Type: multipart/mixed; boundary*0*=us-ascii'en'{quoted_b}\r\n",
        "2231_pieces": f"Content-Type: multipart/mixed; boundary*0=\"{B[:3]}\"; boundary*1=\"{B[3:]}\"\r\n",
        "2231_swapped": f"Content-Type: multipart/mixed; boundary*1=\"{B[3:]}\"; boundary*0=\"{B[:3]}\"\r\n",
        "2231_from1": f"Content-Type: multipart/mixed; boundary*1=\"{B[:3]}\"; boundary*2=\"{B[3:]}\"\r\n",
        "2231_gap": f"Content-Type: multipart/mixed; boundary*0=\"{B}\"; boundary*2=\"xx\"\r\n",
        "2231_and_plain": f"Content-Type: multipart/mixed; boundary*0=\"{B}\"; boundary=\"{other}\"\r\n",
        "2231_plain_first": f"Content-Type: multipart/mixed; boundary=\"{B}\"; boundary*0=\"{other}\"\r\n",
        "2231_charset": f"Content-Type: multipart/mixed; boundary*=utf-16'x'{quoted_b}\r\n",
        "2231_no_charset": f"Content-Type: multipart/mixed; boundary*={quoted_b}\r\n",
        "2231_blank": f"Content-Type: multipart/mixed; boundary *0 = \"{B}\"\r\n",
    }
    for name, form in forms.items():
        top = TOP.replace("MIME-Version: 1.0\r\n", "") if name == "no_mime_version" else TOP
        yield name, multi(form, attached, top=top)


def boundary_lines():
    """9: lines that are nearly a delimiter."""
    def with_lines(delimiter, close, header_b=B, end="\r\n"):
        text = f"{delimiter}{end}Content-Type: text/plain\r\n\r\nx\r\n"
        return raw(TOP, f"Content-Type: multipart/mixed; boundary=\"{header_b}\"\r\n\r\n", text,
                   f"{delimiter}{end}", ENC64, "\r\n", b64(), close)
    d = f"--{B}"
    for name, tail in [("blank", " "), ("tab", "\t"), ("vt", "\x0b"), ("junk", "junk"), ("nul", "\0"),
                       ("blanks", "    "), ("comment", " (x)"), ("dash", "-")]:
        yield f"tail.{name}", with_lines(d + tail, d + "--\r\n")
    for name, end in [("lf", "\n"), ("cr", "\r"), ("crcrlf", "\r\r\n")]:
        yield f"end.{name}", with_lines(d, d + "--\r\n", end=end)
    yield "prefix", with_lines(d, d + "--\r\n", header_b=B + "longer")
    yield "suffix", with_lines(d + "longer", d + "--\r\n")
    yield "header_blank_behind", with_lines(d, d + "--\r\n", header_b=B + " ")
    yield "header_blank_before", with_lines(d, d + "--\r\n", header_b=" " + B)
    yield "missing_close", with_lines(d, "")
    yield "close_only", raw(TOP, MIXED, "\r\n", part("Content-Type: text/plain\r\n", "x\r\n"),
                            f"--{B}--\r\n", ENC64, "\r\n", b64())
    yield "empty", with_lines("--", "----\r\n", header_b="")
    yield "one_char", with_lines("--x", "--x--\r\n", header_b="x")
    yield "long", with_lines("--" + "y" * 200, "--" + "y" * 200 + "--\r\n", header_b="y" * 200)
    yield "dashes", with_lines("------", "--------\r\n", header_b="----")
    yield "odd_characters", with_lines("--a<b>@c", "--a<b>@c--\r\n", header_b="a<b>@c")
    yield "eight_bit", with_lines("--\xe4\xf6", "--\xe4\xf6--\r\n", header_b="\xe4\xf6")
    inner = f"Content-Type: multipart/mixed; boundary=\"{B}x\"\r\n"
    yield "inner_extends", multi(MIXED, part(inner, raw(part(ENC64, b64(), B + "x"), f"--{B}x--\r\n")))
    same = MIXED
    yield "same_nested", multi(MIXED, part(same, raw(part(ENC64, b64()), f"--{B}--\r\n")))
    yield "close_in_header", raw(TOP, MIXED, "\r\n", f"--{B}\r\n", ATTACHED, f"--{B}--\r\n", CTE,
                                 "base64\r\n\r\n", b64())
    yield "delimiter_in_header", raw(TOP, MIXED, "\r\n", f"--{B}\r\nContent-Type: text/plain\r\n",
                                     f"--{B}\r\n", ENC64, "\r\n", b64(), f"--{B}--\r\n")
    yield "no_preamble_line", raw(TOP, MIXED, f"--{B}\r\n", ENC64, "\r\n", b64(), f"--{B}--\r\n")
    yield "inner_not_closed", multi(MIXED, part(
        'Content-Type: multipart/mixed; boundary="in"\r\n', part(ENC64, b64(), "in")))
    yield "inner_ends_outer", multi(MIXED, part(
        'Content-Type: multipart/mixed; boundary="in"\r\n',
        raw(part("Content-Type: text/plain\r\n", "x\r\n", "in"))), part(ENC64, b64(), "in"))


def multipart_types():
    """10: multiparts that are none, and others that are."""
    attached = part(ENC64, b64())
    for name, kind in [("bare", "multipart"), ("slash", "multipart/"), ("multi", "multi/part"),
                       ("x", "x-multipart/mixed"), ("text", "text/plain"), ("html", "text/html"),
                       ("unknown", "multipart/whatever"), ("octets", "application/octet-stream"),
                       ("message", "message/rfc822"), ("two", "multipart/mixed/x"),
                       ("blank", "multipart / mixed"), ("mixed", "mixed"), ("star", "*/*"),
                       ("no_slash", "multipartmixed")]:
        yield f"{name}.boundary", multi(f'Content-Type: {kind}; boundary="{B}"\r\n', attached)
        yield f"{name}.none", multi(f"Content-Type: {kind}\r\n", attached)
    yield "absent", multi("", attached)
    yield "empty", multi("Content-Type:\r\n", attached)
    yield "part_without", multi('Content-Type: multipart/mixed\r\n', attached)


def header_ends():
    """11: where the header ends and the body begins."""
    body = b64()
    head = TOP + ENC64
    whole = {
        "cr": head.replace("\r\n", "\r") + "\r" + body, "lf": (head + "\r\n" + body).replace("\r\n", "\n"),
        "crcrlf": head.replace("\r\n", "\r\r\n") + "\r\r\n" + body,
        "blank_line": head + " \r\n" + body, "tab_line": head + "\t\r\n" + body,
        "blank_then_empty": head + " \r\n\r\n" + body, "vt_line": head + "\x0b\r\n" + body,
        "no_empty_line": head + body, "non_header": head + "this is no field\r\n" + body,
        "non_header_inside": TOP + "this is no field\r\n" + ENC64 + "\r\n" + body,
        "non_header_first": "this is no field\r\n" + head + "\r\n" + body,
        "blank_first": "\r\n" + head + "\r\n" + body, "mixed_ends": TOP.replace("\r\n", "\n") + ENC64 +
        "\n" + body, "lfcr": head + "\n\r\n" + body, "crlfcr": head + "\r\r\n" + body,
        "colon_first": TOP + ": empty name\r\n" + ENC64 + "\r\n" + body,
        "blank_in_name": TOP + "X Y: z\r\n" + ENC64 + "\r\n" + body,
        "fold_first": " folded\r\n" + head + "\r\n" + body,
        "nul_line": head + "\0\r\n" + body, "ff_line": head + "\f\r\n" + body,
        "empty_inside": TOP + "\r\n" + ENC64 + "\r\n" + body,
    }
    for name, text in whole.items():
        yield "top." + name, raw(text)
    parts = {
        "blank_line": ENC64 + " \r\n" + body, "tab_line": ENC64 + "\t\r\n" + body,
        "no_empty_line": ENC64 + body, "non_header": ENC64 + "no field\r\n" + body,
        "non_header_first": "no field\r\n" + ENC64 + "\r\n" + body,
        "blank_first": "\r\n" + ENC64 + "\r\n" + body, "lf": (ENC64 + "\r\n").replace("\r\n", "\n") + body,
        "cr": (ENC64 + "\r\n").replace("\r\n", "\r") + body,
        "crcrlf": (ENC64 + "\r\n").replace("\r\n", "\r\r\n") + body,
        "vt_line": ENC64 + "\x0b\r\n" + body, "fold_first": " x\r\n" + ENC64 + "\r\n" + body,
    }
    for name, text in parts.items():
        yield "part." + name, multi(MIXED, raw(f"--{B}\r\n", text))


def header_bytes():
    """12: bytes that do not belong in a header, and headers that are too large."""
    good = multi(MIXED, part(ENC64, b64()))
    yield "bom", b"\xef\xbb\xbf" + good
    yield "from_line", b"From a@b Mon Jan 26 12:00:00 2004\r\n" + good
    yield "gt_from_line", b">From a@b Mon Jan 26 12:00:00 2004\r\n" + good
    yield "nul_first", b"\0" + good
    yield "nul_field", good.replace(b"Subject: case", b"Subject: ca\0se")
    yield "nuls_name", good.replace(b"Content-Type: multi", b"Con\0tent-Type: multi")
    yield "nuls_everywhere", good.replace(b"Content-", b"Cont\0ent-")
    yield "eight_bit_field", good.replace(b"Subject: case", b"Subj\xe4: case")
    yield "eight_bit_name", good.replace(b"Content-Type: multi", b"\xa0Content-Type: multi")
    for size in (998, 2000, 65537, 200_000):
        yield f"long_field.{size}", good.replace(b"Subject: case", b"Subject: " + b"x" * size)
        yield f"long_type.{size}", good.replace(b"multipart/mixed;",
                                                b"multipart/mixed; x=\"" + b"y" * size + b"\";")
        yield f"long_folded.{size}", good.replace(
            b"multipart/mixed;", b"multipart/mixed;" + b"\r\n x=y;" * (size // 8))
    yield "many_fields", good.replace(b"Subject: case", b"X: y\r\n" * 5000 + b"Subject: case")
    yield "too_many_fields", good.replace(b"Subject: case", b"X: y\r\n" * 120000 + b"Subject: case")
    yield "split_by_fold", good.replace(b"Content-Type: multipart", b"Content-\r\n Type: multipart")
    yield "split_value", good.replace(b"multipart/mixed", b"multi\r\n part/mixed")
    yield "signature_magic", good.replace(b"Subject: case", b"Subject: %PDF-1.4")
    yield "no_known_field", good[good.index(b"MIME-Version"):]


def beside_parts():
    """15: before, between and behind the parts."""
    plain = part("Content-Type: text/plain\r\n", "x\r\n")
    attached = part(ENC64, b64())
    yield "epilogue.part", raw(multi(MIXED), attached)
    yield "epilogue.b64", raw(multi(MIXED), b64())
    yield "epilogue.uu", raw(multi(MIXED), "\r\n", uu())
    yield "epilogue.other", raw(multi(MIXED), part(ENC64, b64(), "other"), "--other--\r\n")
    yield "epilogue.message", raw(multi(MIXED), multi(MIXED, attached))
    yield "preamble.part", multi(MIXED, preamble=part(ENC64, b64(), "pre").decode("latin-1") + "--pre--\r\n")
    yield "preamble.b64", multi(MIXED, preamble=b64() + "\r\n")
    yield "preamble.uu", multi(MIXED, preamble=uu())
    yield "preamble.fields", multi(MIXED, preamble=ENC64 + "\r\n" + b64())
    inner = 'Content-Type: multipart/mixed; boundary="in"\r\n'
    yield "between.part", multi(MIXED, part(inner, raw(part("", "y\r\n", "in"), "--in--\r\n",
                                                       part(ENC64, b64(), "in"))), plain)
    yield "between.b64", multi(MIXED, part(inner, raw(part("", "y\r\n", "in"), "--in--\r\n", b64())),
                               plain)


def smuggled():
    """17: what becomes of line ends and dots on the way."""
    good = multi(MIXED, part(ENC64, b64()))
    yield "bare_lf_all", good.replace(b"\r\n", b"\n")
    yield "bare_cr_all", good.replace(b"\r\n", b"\r")
    yield "dots_doubled", good.replace(b"--" + B.encode(), b"..\r\n--" + B.encode())
    yield "lf_dot_lf", raw(single("", "first\n.\n"), good)
    yield "lf_dot_crlf", raw(single("", "first\n.\r\n"), good)
    yield "cr_dot_cr", raw(single("", "first\r.\r"), good)
    yield "smtp_between", raw(single("", "first\n.\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n"), good)


def messages_inside():
    """14: messages in messages, and containers of mail."""
    good = multi(MIXED, part(ENC64, b64()))
    yield "rfc822", multi(MIXED, part("Content-Type: message/rfc822\r\n", good))
    yield "rfc822.name", multi(MIXED, part('Content-Type: message/rfc822; name="a.eml"\r\n', good))
    yield "global", multi(MIXED, part("Content-Type: message/global\r\n", good))
    yield "octets", multi(MIXED, part('Content-Type: application/octet-stream; name="a.eml"\r\n' +
                                      CTE + "base64\r\n", b64(good)))
    yield "news", multi(MIXED, part("Content-Type: message/news\r\n", good))
    digest = 'Content-Type: multipart/digest; boundary="dg"\r\n'
    yield "digest", single(digest, raw(part("", good, "dg"), "--dg--\r\n"))
    deep = good
    for level in range(6):
        deep = multi(f'Content-Type: multipart/mixed; boundary="l{level}"\r\n',
                     part("Content-Type: message/rfc822\r\n", deep, f"l{level}"), b=f"l{level}")
    yield "rfc822.six_deep", deep
    mhtml = 'Content-Type: multipart/related; type="text/html"; boundary="mh"\r\n'
    yield "mhtml", single(mhtml, raw(part("Content-Type: text/html\r\n", "<html>x</html>\r\n", "mh"),
                                     part("Content-Type: application/zip\r\n" + CTE +
                                          "base64\r\nContent-Location: file:///c:/payload.zip\r\n",
                                          b64(), "mh"), "--mh--\r\n"))


GROUPS = {
    1: encoding_conflicts, 2: encoding_hidden, 3: encoded_composites, 4: base64_bodies, 5: base64_cut,
    6: quoted_bodies, 7: other_codes, 8: boundary_names, 9: boundary_lines, 10: multipart_types,
    11: header_ends, 12: header_bytes, 14: messages_inside, 15: beside_parts, 17: smuggled,
}


def all_cases():
    for number, function in GROUPS.items():
        for name, data in function():
            yield number, name, data
