"""Reads what `strace -f -ttt -y -o FILE` writes: system calls, processes, execs and file operations. Pure functions."""

import re
from dataclasses import dataclass, field

LINE = re.compile(r"(\d+)\s+(\d+\.\d+) (.*)")
CALL = re.compile(r"(\w+)\((.*)")
RESUMED = re.compile(r"<\.\.\. (\w+) resumed>(.*)")
RESULT = re.compile(r"\)\s+= (-?\d+)")
STARTS = {"clone", "clone3", "fork", "vfork"}
ENDED = ("+++ exited with", "+++ killed by")
# Calls that ask a file system for something, by name or by descriptor.
FILE_CALLS = frozenset("""
    open openat openat2 creat rename renameat renameat2 unlink unlinkat mkdir mkdirat rmdir link linkat symlink symlinkat
    readlink readlinkat stat lstat fstat newfstatat statx statfs fstatfs access faccessat faccessat2 chmod fchmod fchmodat
    chown fchown fchownat truncate ftruncate fallocate utimensat getdents64 chdir fchdir read write pread64 pwrite64 readv
    writev fsync fdatasync flock lseek sendfile copy_file_range
    """.split())


@dataclass
class Call:
    """One system call of one thread. `result` is None if it never returned, or returned no number."""

    tid: int
    at: float
    name: str
    text: str  # the arguments, as strace shows them
    result: int = None
    returned: float = None


@dataclass
class Trace:
    calls: list = field(default_factory=list)
    ended: dict = field(default_factory=dict)  # tid -> when
    begun: dict = field(default_factory=dict)  # tid -> when
    parent: dict = field(default_factory=dict)  # tid -> tid that created it
    is_thread: dict = field(default_factory=dict)  # tid -> whether it shares its creator's process


def parse(lines):
    trace, open_calls = Trace(), {}
    for line in lines:
        found = LINE.match(line)
        if not found:
            continue
        tid, at, rest = int(found[1]), float(found[2]), found[3]
        resumed, call = RESUMED.match(rest), CALL.match(rest)
        if rest.startswith(ENDED):
            trace.ended[tid] = at
        elif resumed and tid in open_calls:
            one = open_calls.pop(tid)
            one.text += resumed[2]
            finish(trace, one, at)
        elif call:
            one = Call(tid, at, call[1], call[2])
            trace.calls.append(one)
            if rest.endswith("<unfinished ...>"):
                open_calls[tid] = one
            else:
                finish(trace, one, at)
    return trace


def finish(trace, call, at):
    result = RESULT.search(call.text)
    call.result = int(result[1]) if result else None
    call.returned = at
    if call.name in STARTS and call.result and call.result > 0:
        trace.parent[call.result] = call.tid
        trace.begun[call.result] = call.at
        trace.is_thread[call.result] = "CLONE_THREAD" in call.text


def members(trace, first):
    """The threads of a process: those known, and those that they created."""
    found = set(first)
    for tid, creator in trace.parent.items():  # in the order of creation
        if creator in found and trace.is_thread[tid]:
            found.add(tid)
    return found


def below(trace, roots):
    """All threads and processes created by these, and by those in turn, without the roots' own threads."""
    found = set()
    for tid, creator in trace.parent.items():
        if creator in found or (creator in roots and not trace.is_thread[tid]):
            found.add(tid)
    return found


def execs(calls):
    """The calls that replaced a process' program."""
    return [call for call in calls if call.name in ("execve", "execveat") and call.result == 0]


def place(call, places):
    """The name of the first place (name -> directory) that the call's arguments lie in; None for calls on no file."""
    if call.name not in FILE_CALLS:
        return None
    for name, directory in places.items():
        if directory in call.text:
            return name
    on_file = '"/' in call.text or "</" in call.text
    return "elsewhere" if on_file else None
