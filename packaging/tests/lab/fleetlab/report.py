"""The table, one row per scenario, and the closing line."""

from dataclasses import dataclass, field

COLUMNS = ("scenario", "result", "due", "once", "twice", "overlap", "unsettled", "seconds")


@dataclass
class Row:
    """One scenario's result; `starved` says how the laboratory itself failed it, so that it shows nothing of the program."""

    name: str
    passed: bool
    seconds: float
    verdict: object = None
    measured: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)
    starved: str = ""

    @property
    def result(self):
        return "passed" if self.passed else "not judged" if self.starved else "FAILED"

    def cells(self):
        v = self.verdict
        counts = (v.due, v.once, v.doubled, v.overlapping, v.unaccounted) if v else ("",) * 5
        return (self.name, self.result, *map(str, counts), f"{self.seconds:.0f}")

    def details(self):
        outcomes = dict(sorted(self.verdict.outcomes.items())) if self.verdict else {}
        reported = [f"    {name}: {value}" for name, value in {**self.measured, **outcomes}.items()]
        reported += [f"    not judged, since {self.starved}"] if self.starved else []
        return reported + [f"  ! {problem}" for problem in self.problems]


def table(rows):
    """The rows as aligned text, what was measured below each."""
    cells = [COLUMNS, *(row.cells() for row in rows)]
    widths = [max(len(line[n]) for line in cells) for n in range(len(COLUMNS))]
    lines = []
    for line, row in zip(cells, [None, *rows], strict=True):
        first, *others = (text.ljust(w) if n < 2 else text.rjust(w) for n, (text, w) in enumerate(zip(line, widths, strict=True)))
        lines.append("  ".join([first, *others]))
        lines += row.details() if row else []
    return "\n".join(lines)


def closing(rows):
    passed, unjudged = sum(row.passed for row in rows), sum(bool(row.starved) for row in rows)
    return f"{passed} passed, {len(rows) - passed - unjudged} failed" + (f", {unjudged} not judged" if unjudged else "")


def left_out(names, command, why, before=()):
    """One line on what was not done and how to do it, after what goes before; or none."""
    return [f"left out, {why}: {' '.join(names)}; by hand: {' '.join([command, *before, *names])}"] if names else []
