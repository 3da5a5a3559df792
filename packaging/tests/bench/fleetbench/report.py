"""The numbers as tables for people."""


class Report:
    FLEET = (
        "side       rate    due   once doubled missed |  p50   p95   p99    max ms |"
        " CPU s per 1,000 fires    | MiB  | busy others load\n"
        f"{'|':>46}{'|':>27} total scheduler children | each |"
    )

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
            self.say(self.FLEET)
            self._fleet_begun = True
        self.say(
            f"{row['side']:9} {row['rate']:5} {row['due']:6} {row['once']:6} {row['doubled']:7} {row['missed']:6} |"
            f"{number(row['p50_ms'], 5)} {number(row['p95_ms'], 5)} {number(row['p99_ms'], 5)}"
            f" {number(row['max_ms'], 6)}    |"
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
            self.say(f"highest rate measured with p99 up to 1 s and at most 1 % missed, {side}: {rate or 'none'}")
        self.say(result["counting"])

    def _fire(self, result):
        self.say(
            f"Without tracing: {result['once']} of {result['fires']} fires started once, "
            f"p50 {number(result['p50_ms'], 0)} ms; "
            f"per fire {number(result['cpu_ms_agents'], 0, 1)} ms of processor time in all agents together, background "
            f"work of {result['seconds_per_fire']} s included, and "
            f"{number(result['cpu_ms_run'], 0, 1)} ms in the run's processes."
        )
        memory = result["supervision"]
        self.say(
            f"Supervisor and guard of a run together: {memory['own_kib']} KiB of their own, {memory['pss_kib']} KiB with their "
            f"share of what other processes map as well."
        )
        if "not_measured" in result:
            self.say(f"Not measured: {result['not_measured']}.")
            return
        self.say(f"Under strace, means of {result['traced_fires']} fires, the agents' background work subtracted:")
        self.say("          processes  execs  threads  system calls | file operations: share  state  elsewhere")
        for name, role in result["roles"].items():
            files = [sum(role["files"].get(where, {}).values()) for where in ("share", "state", "elsewhere")]
            self.say(
                f"{name:9} {role['processes']:9.1f} {role['execs']:6.1f} {role['threads']:8.1f}"
                f" {role['system_calls']:13.0f} |"
                f"                  {files[0]:5.1f}  {files[1]:5.1f}  {files[2]:9.1f}"
            )
        for name, role in result["roles"].items():
            self.say(f"{name}, system calls: {counts(role['calls'], 12)}")
            for where, names in role["files"].items():
                self.say(f"{name}, {where}: {counts(names, 12)}")
        self.say("Steps, ms after the scheduled time (longer under strace):")
        for name, at in result["steps_ms"].items():
            self.say(f"  {number(at, 7)}  {name}")

    def idle_row(self, row):
        self.say(
            f"{row['jobs']} jobs: ready after {row['ready_s']:.2f} s ({row['cpu_to_ready_s']:.2f} s of processor time); "
            f"idle, per minute: {row['cpu_s_per_minute']:.2f} s of processor time, {row['wake_ups_per_minute']:.0f} wake-ups of "
            f"{row['threads']} threads; resident {row['resident_mib']:.0f} MiB (at most {row['resident_peak_mib']:.0f})"
        )

    def _idle(self, result):
        for row in result["starts"]:
            self.say(
                f"{row['agents']} agent(s) started together: the last one ready after {row['ready_s']:.2f} s, first command "
                f"after {row['first_fire_s']:.2f} s, {row['first_fire_late_s'] * 1000:.0f} ms after its scheduled time"
            )

    def _failover(self, result):
        self.say(
            "killed   faults   due  once missed doubled  late overlapping unended | ms, p50/p99/max of the victim's share"
        )
        for row in result["rows"]:
            shown = ["/".join(number(one, 0) for one in row[key]) for key in ("first_fire_late_ms", "started_elsewhere_ms")]
            self.say(
                f"{row['fault']:8} {row['faults']:6} {row['due']:5} {row['once']:5} {row['missed']:6} {row['doubled']:7} "
                f"{row['late']:5} {row['overlapping']:11} {row['unended']:7} | first fire late by {shown[0]}, started "
                f"elsewhere {shown[1]} after the kill; latest of all fires {number(row['latest_ms'], 0)}"
            )

    def _jmh(self, result):
        for row in result["rows"]:
            self.say(f"{row['name']:44} {number(row['score'], 12, 1)} ± {number(row['error'], 8, 1)} {row['unit']}")


def number(value, width, digits=0):
    return f"{'-' if value is None else f'{value:.{digits}f}':>{width}}"


def counts(names, most):
    shown = [f"{name} {count:g}" for name, count in list(names.items())[:most]]
    return ", ".join(shown + (["..."] if len(names) > most else []))
