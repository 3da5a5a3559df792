"""What is begun, and in which order, so that all ends within a budget of time; and what is left out then."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}


def seconds(text):
    """The seconds of a word like `900`, `90s`, `15m` or `1h`; a ValueError for any other."""
    found = re.fullmatch(r"(\d+)([smh]?)", text)
    if not found:
        raise ValueError(f"not a duration like 15m: {text}")
    return int(found[1]) * UNITS[found[2]]


def turn_of_commit(folder=Path(__file__).parent):
    """The number of commits up to this one, so that every commit begins the rest elsewhere; 0 where there is no Git.

    A clone without its history does not know that number: there the commit's own name decides.
    """

    def git(*words):
        return subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=True).stdout.strip()

    try:
        if git("rev-parse", "--is-shallow-repository") == "true":
            return int(git("rev-parse", "HEAD")[:8], 16)
        return int(git("rev-list", "--count", "HEAD"))
    except (OSError, ValueError, subprocess.CalledProcessError):
        return 0


def in_turn(names, turn):
    """The names, begun with the one whose turn it is."""
    first = turn % len(names) if names else 0
    return [*names[first:], *names[:first]]


@dataclass(frozen=True)
class Item:
    """Something to run: what it takes, in seconds and in kernels; `always` whatever the budget says.

    `shorten` is for one that can do with less time, down to its `seconds`: it is given what is left, at most so much.
    """

    name: str
    seconds: float
    kernels: int = 1
    always: bool = False
    shorten: float = 0


class Queue:
    """Items in their order. Those that would not end in time are left out, in `left_out`."""

    def __init__(self, items, kernels, budget=None):
        self.waiting, self.left_out, self.kernels, self.budget = list(items), [], kernels, budget

    def next(self, elapsed, kernels_in_use):
        """The first item that may begin now, or None: nothing fits until another one ends."""
        left = None if self.budget is None else self.budget - elapsed
        if left is not None:
            late = [item for item in self.waiting if not item.always and item.seconds > left]
            self.left_out += late
            self.waiting = [item for item in self.waiting if item not in late]
        for item in self.waiting:
            if not kernels_in_use or kernels_in_use + item.kernels <= self.kernels:
                self.waiting.remove(item)
                return item
            if item.always:
                # Smaller ones must not keep it waiting.
                return None
        return None

    def again(self, item, elapsed):
        """Whether there is time to run the item a second time."""
        return self.budget is None or elapsed + item.seconds <= self.budget
