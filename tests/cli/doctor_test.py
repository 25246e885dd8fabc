#!/usr/bin/env python3
"""doctor: says what a scan stands on, what is missing and what that costs, and leaves accordingly."""
import json

from program import Case, main

LAYERS = {"rlimits", "unprivileged", "no_new_privs", "landlock", "seccomp"}


class Doctor(Case):
    def test_names_every_layer_and_every_check(self):
        result = self.run_program("doctor", "--json")
        answer = json.loads(result.stdout)
        self.assertLessEqual(set(answer["jail"]), LAYERS)
        checks = {check["what"]: check for check in answer["checks"]}
        for what in ["kernel", "jail", "libraries", "limits", "state", "encyclopedia", "pack"]:
            self.assertIn(what, checks)
        whole = set(answer["jail"]) == LAYERS
        self.assertEqual(checks["jail"]["health"], "good" if whole else "bad")
        self.assertEqual(result.returncode, 0 if whole else 2)
        self.assertEqual(checks["pack"]["health"], "worth_knowing")
        self.assertIn("pack build", checks["pack"]["cost"])

    def test_a_pack_that_does_not_open_is_missing(self):
        (self.dir / "bad.pack").write_bytes(b"no pack")
        (self.dir / "bad.pack").chmod(0o600)
        self.expect(2, "doctor", "--pack", "bad.pack",
                    says=["missing: ", "signatures of others are not looked for"])

    def test_a_pack_that_opens_is_told(self):
        (self.dir / "x.hdb").write_text("aa15bcf478d165efd2065190eb473bcb:544:name\n")
        self.expect(0, "pack", "build", "-o", "x.pack", "x.hdb")
        out = self.expect(0, "doctor", "--pack", "x.pack")
        self.assertIn("1 sources, not signed, 0 days old", out)

    def test_a_state_folder_that_cannot_be_is_missing(self):
        (self.dir / "file").write_text("")
        self.expect(2, "doctor", "--state", self.dir / "file" / "below",
                    says="nothing can be quarantined")

    def test_an_encyclopedia_that_is_not_there_is_an_error(self):
        self.expect(2, "doctor", "--encyclopedia", self.dir / "none",
                    says="no threat is recognised")


if __name__ == "__main__":
    main()
