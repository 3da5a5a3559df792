"""The reader of strace's output, on fabricated lines of the forms that strace writes."""

import unittest

from fleetbench import fire, trace

# An agent (10, with thread 11) spawns run 20, whose thread-less child 21 becomes the command; 30 is another agent.
LINES = """
11 100.010 openat(AT_FDCWD</>, "/w/shared/jobs/a.lock", O_RDWR|O_CLOEXEC) = 5</w/shared/jobs/a.lock>
11 100.011 flock(5</w/shared/jobs/a.lock>, LOCK_EX|LOCK_NB) = 0
11 100.012 pwrite64(5</w/shared/jobs/a.lock>, "x", 1, 0) = 1
11 100.013 fdatasync(5</w/shared/jobs/a.lock> <unfinished ...>
30 100.014 futex(0x7f, FUTEX_WAIT_PRIVATE, 2, NULL <unfinished ...>
11 100.015 <... fdatasync resumed>)     = 0
10 100.016 clone3({flags=CLONE_VM|CLONE_THREAD, exit_signal=0} => {parent_tid=[12]}, 88) = 12
12 100.017 clone(child_stack=0x1, flags=CLONE_VM|CLONE_VFORK|SIGCHLD <unfinished ...>
20 100.018 execve("/bin/sh", ["/bin/sh", "/usr/bin/witness"], 0x1 /* 0 vars */) = 0
12 100.019 <... clone resumed>)         = 20
20 100.020 fork()                       = 21
21 100.021 execve("/nowhere/witness", ["witness"], 0x1) = -1 ENOENT (No such file or directory)
21 100.022 execve("/usr/bin/witness", ["witness"], 0x1) = 0
21 100.023 write(3</w/witness.log>, "x", 1) = 1
21 100.030 +++ exited with 0 +++
20 100.031 --- SIGCHLD {si_signo=SIGCHLD, si_pid=21} ---
20 100.035 unlink("/w/state/run") = 0
20 100.040 +++ exited with 0 +++
11 100.050 flock(5</w/shared/jobs/a.lock>, LOCK_UN) = 0
30 103.000 stat("/w/shared/members/table", 0x1) = 0
30 103.100 read(9<pipe:[77]>, "", 1) = 0
""".strip().splitlines()


class TraceTest(unittest.TestCase):
    def setUp(self):
        self.trace = trace.parse(LINES)

    def test_results_of_calls_that_were_interrupted_by_others(self):
        results = {call.name: call.result for call in self.trace.calls if call.tid == 11 and call.name != "flock"}
        self.assertEqual({"openat": 5, "pwrite64": 1, "fdatasync": 0}, results)
        self.assertIsNone(next(call.result for call in self.trace.calls if call.name == "futex"))

    def test_threads_belong_to_their_process_and_processes_do_not(self):
        agent = trace.members(self.trace, {10, 11})
        self.assertEqual({10, 11, 12}, agent)
        self.assertEqual({20, 21}, trace.below(self.trace, agent))

    def test_only_successful_execs_count(self):
        self.assertEqual([20, 21], [call.tid for call in trace.execs(self.trace.calls)])

    def test_places(self):
        places = {"share": "/w/shared", "state": "/w/state"}
        found = [trace.place(call, places) for call in self.trace.calls]
        self.assertEqual((6, 1, 1), tuple(found.count(name) for name in ("share", "state", "elsewhere")))

    def test_breakdown(self):
        places = {"share": "/w/shared", "state": "/w/state"}
        found = fire.breakdown(self.trace, {10: {10, 11}, 30: {30}}, [100, 105], places, "/usr/bin/witness")
        roles, steps = found["roles"], found["steps_ms"]
        self.assertEqual(1, found["traced_fires"])
        self.assertEqual((2, 2, 0), tuple(roles["run"][key] for key in ("processes", "execs", "threads")))
        self.assertEqual((0, 0, 1), tuple(roles["winner"][key] for key in ("processes", "execs", "threads")))
        self.assertEqual({"openat": 1, "flock": 2, "pwrite64": 1, "fdatasync": 1}, roles["winner"]["files"]["share"])
        self.assertEqual({"share": {}}, roles["loser"]["files"], "what it does at other times too is not the fire's")
        at = [
            round(steps[name]) for name in ("lock granted", "command runs", "command ended", "last process of the run ended")
        ]
        self.assertEqual([11, 22, 30, 40], at)


if __name__ == "__main__":
    unittest.main()
