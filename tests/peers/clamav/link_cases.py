"""Cases for the links of messages (pdb, wdb, gdb): which of them clamscan calls spoofed.

A database of their own: the names are clamscan's, not the signatures'. Where a link shows a host beside other words
clamscan joins what it finds in ways of its own: the forms here are those that its documentation speaks of.
"""
import hashlib

TOPS = ["com", "org", "net"]


def letter(body):
    return (b"From: a@example.org\nTo: b@example.org\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/html\n\n"
            b"<html><body>" + body.encode() + b"</body></html>\n")


def links(cases):
    r = cases.random
    for number in range(300):
        brand, bad = cases.word().decode(), cases.word().decode()
        host, evil = f"{brand}.{r.choice(TOPS)}", f"{bad}.{r.choice(TOPS)}"
        shown_host = r.choice([host, "www." + host, "a.b." + host, "x" + host, host + ".example.org"])
        real_host = r.choice([evil, "www." + evil, "login." + host, host, evil, host + "." + evil, "10.1.2.3",
                              shown_host, host + "%00@" + evil, host + "%01." + evil])
        shown = r.choice(["http://%s/login", "%s", " %s ", "http://%s", "ftp://%s", "%s?x", "%s.", "<b>%s</b>",
                          "https://%s/", "https://%s/", "click", "HTTP://%s/", "https://%s"]).replace("%s", shown_host)
        real = r.choice(["http://%s/x", "https://%s/", "http://%s:8080/", "http://u@%s/", "mailto:a@%s",
                         "/x/%s", "#%s", " http://%s/ "]).replace("%s", real_host)
        guard = r.choice([("H:%s", host), ("H:%s", "www." + host), ("R:.+:.+\\.%s([/?].*)?", host.replace(".", "\\.")),
                          ("H:%s:17-", host), ("H:%s:900-", host)])
        cases.lines.setdefault("pdb", []).append(guard[0].replace("%s", guard[1]))
        if r.random() < 0.3:
            honest = r.choice([f"M:{real_host}:{shown_host}", f"M:{evil}:{shown_host}", f"M:{evil}:{host}",
                               "X:.+\\.%s([/?].*)?:.+\\.%s([/?].*)?" % (evil.replace(".", "\\."), host.replace(".", "\\."))])
            cases.lines.setdefault("wdb", []).append(honest)
        anchor = f'<a href="{real}">{shown}</a>'
        cases.files[f"link/{number}.eml"] = letter(anchor)
        cases.files[f"link/{number}.html"] = anchor.encode()


def addresses(cases):
    r = cases.random
    for number in range(60):
        host, path = f"{cases.word().decode()}.{cases.word().decode()}.com", r.choice(["/", "/a/b.html", "/a/"])
        listed = r.choice([host, host.split(".", 1)[1]]) + r.choice([path, "/", "/a/"])
        digest = hashlib.sha256(listed.encode()).hexdigest()
        kind = r.choice(["S:F:", "S1:F:", "S2:F:", "S2:F:"])
        cases.lines.setdefault("gdb", []).extend([f"{kind[:-2]}P:{digest[:8]}", kind + digest])
        cases.files[f"address/{number}.eml"] = letter(f'<a href="http://{host}{path}">click</a>')


def make(Cases, options=()):
    cases = Cases(seed=20260103)
    cases.options = list(options)
    links(cases)
    addresses(cases)
    # A database without a signature is refused by clamscan.
    cases.lines["ndb"] = ["None:0:*:51787a7178717a7178717a71"]
    cases.count = sum(len(lines) for lines in cases.lines.values())
    return cases
