"""The rows of the bench: what was measured, ours and the peer's, the ratio, and what is aimed at."""
import json
from dataclasses import asdict, dataclass


@dataclass
class Row:
    what: str
    ours: float
    unit: str
    peer: float | None = None
    aim: float | None = None
    aim_is: str = ""   # "ratio at least", "ratio at most", "at least" or "at most"
    ratio: float | None = None
    met: bool | None = None


class Table:
    def __init__(self):
        self.rows = []

    def add(self, what, ours, unit, peer=None, aim=None, aim_is="ratio at least", better="more"):
        """`better`: whether "more" or "less" of the unit is the better answer for the ratio."""
        row = Row(what, ours, unit, peer, aim, aim_is)
        if peer:
            row.ratio = ours / peer if better == "more" or "most" in aim_is else peer / ours
        if aim is not None:
            value = row.ratio if aim_is.startswith("ratio") else ours
            row.met = value >= aim if aim_is.endswith("least") else value <= aim
        self.rows.append(row)
        print(self.line(row), flush=True)

    @staticmethod
    def line(row):
        peer = f"{row.peer:10.2f}" if row.peer is not None else " " * 10
        ratio = f"{row.ratio:8.2f}" if row.ratio is not None else " " * 8
        aim = ""
        if row.aim is not None:
            aim = f"{row.aim_is} {row.aim:g}: {'met' if row.met else 'NOT MET'}"
        return f"  {row.what:58} {row.ours:10.2f} {peer} {row.unit:6} {ratio}  {aim}"

    @staticmethod
    def heading(title):
        print(f"\n{title}\n  {'':58} {'ours':>10} {'peer':>10} {'':6} {'ratio':>8}", flush=True)

    def write(self, path):
        path.write_text(json.dumps([asdict(row) for row in self.rows], indent=1) + "\n")
