#!/usr/bin/env python3
"""What makes the daemon read again what it stands on: the files that it stands on, and no others;
the policy of mail by itself; and a burst of requests once."""
import time

from daemon import DaemonCase
from program import main


class Reload(DaemonCase):
    CONFIG = """[scan]
workers = 1
databases = ["{dir}/lists"]
[clamd]
unix = "{dir}/clamd.sock"
[milter]
unix = "{dir}/milter.sock"
policy = "{dir}/policy.toml"
"""

    def prepare(self):
        (self.dir / "lists").mkdir()
        (self.dir / "lists/a.ndb").write_text("Test.One:0:*:6162636465666768\n")
        (self.dir / "policy.toml").write_text("")

    def loads(self):
        return self.said().count("loaded pack ")

    def test_a_neighbour_is_nobodys_business(self):
        (self.dir / "neighbour").write_text("x")
        time.sleep(1.5)
        self.assertNotIn("loaded the policy", self.said())
        self.assertEqual(self.loads(), 1)

    def test_the_policy_is_read_alone(self):
        (self.dir / "policy.toml").write_text('[default]\nmalware = "quarantine"\n')
        self.wait_for(lambda: "loaded the policy" in self.said(), "a changed policy is not read")
        time.sleep(0.5)
        self.assertEqual(self.loads(), 1)

    def test_a_database_is_read(self):
        (self.dir / "lists/b.ndb").write_text("Test.Two:0:*:6162636465666769\n")
        self.wait_for(lambda: self.loads() == 2, "a new database is not read")


class WithoutDatabases(DaemonCase):
    CONFIG = """[scan]
workers = 1
[clamd]
unix = "{dir}/clamd.sock"
"""

    def test_many_requests_are_one(self):
        for _ in range(40):
            self.assertEqual(self.talk(b"zRELOAD\0"), b"RELOADING\0")
        time.sleep(1.5)
        self.assertIn(self.said().count("loaded entries alone"), (2, 3))


if __name__ == "__main__":
    main()
