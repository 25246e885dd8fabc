#!/usr/bin/env python3
"""serve --check-config: a good file is called good; each mistake has its place and one sentence."""
from program import Case, main

GOOD = """[scan]
workers = 2
incomplete = "error"
[clamd]
unix = "/run/antidotary/clamd.sock"
stream_bytes_max = "50M"
"""


class Serve(Case):
    def check(self, text):
        (self.dir / "serve.toml").write_text(text)
        return "serve", "--check-config", "--config", "serve.toml"

    def test_a_good_file(self):
        self.assertEqual(self.expect(0, *self.check(GOOD)), "serve.toml: good\n")

    def test_every_mistake_is_named_with_its_place(self):
        self.assertEqual("", self.expect(2, *self.check("[clamd]\ntpc = 1\nunix = \"here\"\n"), says=[
            "serve.toml:2:1: [clamd] has no 'tpc'",
            "serve.toml:3:1: 'unix' is an absolute path"]))

    def test_what_is_no_toml(self):
        self.one_sentence(*self.check("[clamd\n"), says="serve.toml:1:")

    def test_every_service_is_taken(self):
        for name in ("milter", "http"):
            text = f"{GOOD}[{name}]\ntcp = \"127.0.0.1:1\"\n"
            self.assertEqual(self.expect(0, *self.check(text)), "serve.toml: good\n")
        self.one_sentence(*self.check(f"{GOOD}[pop3]\ntcp = \"127.0.0.1:1\"\n"), says="serve.toml:7:")

    def test_outbreak_rules(self):
        good = GOOD + """[outbreak]
same = "alert"
same_senders = 5
same_recipients = 40
fan_out = "off"
shape = "hold"
chain_recipients = 100
window_hours = 48
kept_days = 7
bytes_max = "200M"
"""
        self.assertEqual(self.expect(0, *self.check(good)), "serve.toml: good\n")
        bad = ("[outbreak]\nsame = \"maybe\"\nsame_senders = 1\nfan_out_senders = 3\n"
               "shape_recipients = 5000\nbytes_max = \"1k\"\n")
        self.expect(2, *self.check(bad), says=[
            "serve.toml:2:1:", "serve.toml:3:1:", "has no 'fan_out_senders'", "serve.toml:5:1:",
            "serve.toml:6:1: 'bytes_max' of the ledger is at least 1M"])

    def test_no_file(self):
        self.one_sentence("serve", says="--config FILE")
        self.one_sentence("serve", "--check-config", "--config", "none.toml", says="none.toml")


if __name__ == "__main__":
    main()
