"""The numbers as tables for people."""


class Report:
    HEAD = "side       rate    due   once doubled missed |  p50   p95   p99    max ms | CPU s per 1,000 fires    | MiB  | busy others load"
    PARTS = "                                             |                          | total scheduler children | each |"

    def __init__(self):
        self._fleet_begun = False

    def say(self, *lines):
        print(*lines, sep="\n", flush=True)

    def machine(self, facts):
        load = " ".join(f"{one:.1f}" for one in facts["load"])
        self.say(
            f"{facts['processors']} processors ({facts['cpu']}), kernel {facts['kernel']}, Java {facts['java']}, "
            f"{facts['user']}; load average {load} at the start"
        )

    def title(self, name, text):
        self.say("", f"== {name}: {text.splitlines()[0]}")

    def part(self, name, result):
        getattr(self, f"_{name}")(result)

    def fleet_row(self, row):
        if not self._fleet_begun:
            self.say(self.HEAD, self.PARTS)
            self._fleet_begun = True
        self.say(
            f"{row['side']:9} {row['rate']:5} {row['due']:6} {row['once']:6} {row['doubled']:7} {row['missed']:6} |"
            f"{number(row['p50_ms'], 5)} {number(row['p95_ms'], 5)} {number(row['p99_ms'], 5)} {number(row['max_ms'], 6)}    |"
            f"{number(row['cpu'], 6, 1)} {number(row['cpu_main'], 9, 1)} {number(row['cpu_children'], 8, 1)} |"
            f"{number(row['resident_mib'], 5)} | {row['busy']:4.0%} {row['others']:5.0%} {row['load']:5.1f}"
        )
        for key in ("early", "unexpected"):
            if row[key]:
                self.say(f"  {key}: {row[key]} starts")
        for warning in row["warnings"]:
            self.say(f"  not plausible: {warning}")
        if row["limit"]:
            self.say(f"  saturated; what is used up: {row['limit']}")

    def _fleet(self, result):
        for one in result["ratios"]:
            words = ", ".join(f"{key.replace('_ms', '')} {number(one[key], 0, 2)}" for key in ("p50_ms", "p99_ms", "cpu"))
            self.say(f"fleetcron divided by the floor at {one['rate']} fires a second: {words}")
        for side, rate in result["highest"].items():
            self.say(f"highest rate measured with p99 up to 1 s, {side}: {rate or 'none'}")
        self.say(result["counting"])


def number(value, width, digits=0):
    return f"{'-' if value is None else f'{value:.{digits}f}':>{width}}"
