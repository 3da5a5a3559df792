"""One host: a user-mode-linux kernel as an ordinary process group, with a command channel that needs no network."""

import itertools
import os
import shlex
import signal
import subprocess
import time
from pathlib import Path

GUEST = Path(__file__).resolve().parent.parent / "guest"
_numbers = itertools.count(1)
# Within so many seconds a host with processor time does an empty command.
SLUGGISH = 10
# linux/timex.h: the time is added to the clock.
ADJ_SETOFFSET = 0x100


class HostError(Exception):
    """A host did not do what the laboratory needs; the scenario cannot be judged."""


class Starved(HostError):
    """A host had no processor time for what the laboratory needs: a failure of the laboratory, not of the program."""


class Command:
    """A command under way on a host; its output and status appear as files."""

    def __init__(self, host, name, text):
        self.host, self.text, self.path = host, text, host.work / "cmd" / name

    def done(self):
        return self._ended().endswith("\n")

    def _ended(self):
        status = self.path.with_suffix(".status")
        return status.read_text() if status.exists() else ""

    def output(self):
        out = self.path.with_suffix(".out")
        return out.read_text(errors="replace") if out.exists() else ""

    def status(self, timeout):
        """Waits for the end; the exit status. After that many seconds, times the machine's patience, a HostError.

        It is Starved if the host, asked for nothing at all then, is slow to do that too.
        """
        begin = time.monotonic()
        while not self.done():
            if time.monotonic() > begin + timeout * self.host.patience:
                self._late(time.monotonic() - begin)
            time.sleep(0.02)
        return int(self._ended())

    def _late(self, seconds):
        text = f"{self.host.name}: no end after {seconds:.0f} s: {self.text}: {self.output()[-500:]}"
        asked, nothing = time.monotonic(), self.host.begin(":")
        while not nothing.done() and time.monotonic() < asked + SLUGGISH:
            time.sleep(0.02)
        if not self.done():
            raise HostError(text) if nothing.done() else Starved(f"{text} (and no answer to an empty command within {SLUGGISH} s)")


class Host:
    init = "init.sh"

    def __init__(self, network, work, name, number, memory="384M", patience=1.5):
        self.network, self.work, self.name, self.memory, self.patience = network, work, name, memory, patience
        self.tap, self.address = f"tap{number}", f"10.77.0.{number}"
        self.process, self.present = None, False
        network.plug(self.tap)

    def boot(self):
        """Starts the kernel; returns at once. `ready` waits for it."""
        self._up().unlink(missing_ok=True)
        words = [
            "ip", "netns", "exec", self.network.name, "linux.uml", f"mem={self.memory}",
            "root=/dev/root", "rootfstype=hostfs", "rootflags=/", "ro", f"init={GUEST / self.init}",
            f"eth0=tuntap,{self.tap}", "con=null", "con0=null,fd:1", "con1=fd:0,null", "loglevel=6",
            f"uml_dir={self.work / 'uml'}", f"umid={self.name}",
            f"LABNAME={self.name}", f"LABIP={self.address}", f"LABWORK={self.work}",
        ]  # fmt: skip
        with open(self.work / "logs" / f"{self.name}.kernel.log", "ab") as log:
            self.process = subprocess.Popen(
                words, stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )

    def ready(self, timeout=60):
        end = time.monotonic() + timeout * self.patience
        while not self._up().exists():
            if self.process.poll() is not None or time.monotonic() > end:
                raise HostError(f"{self.name} did not boot; see {self.name}.kernel.log")
            time.sleep(0.05)
        self.present = True

    def _up(self):
        return self.work / "cmd" / f"{self.name}.up"

    def begin(self, text):
        """Starts a shell command in the host and returns without waiting."""
        name = f"{self.name}-{next(_numbers)}"
        (self.work / "cmd" / name).write_text(text + "\n")
        try:
            self.process.stdin.write(f"{name}\n".encode())
            self.process.stdin.flush()
        except OSError as gone:
            raise HostError(f"{self.name} is not there for: {text}") from gone
        return Command(self, name, text)

    def run(self, text, timeout=60, check=True):
        """Runs a shell command in the host; its output (both streams). A status other than 0 is a HostError."""
        command = self.begin(text)
        status = command.status(timeout)
        if check and status:
            raise HostError(f"{self.name}: status {status}: {text}: {command.output()[-500:]}")
        return command.output()

    def write(self, path, text, mode="0644"):
        """Puts a file into the host's own memory."""
        here = shlex.quote(path)
        self.run(f"mkdir -p $(dirname {here}) && cat >{here} <<'END_OF_FILE'\n{text}\nEND_OF_FILE\nchmod {mode} {here}")

    # Faults. Each returns the machine's clock, the one clock on which hosts are compared.

    def cut(self):
        self.network.cable(self.tap, up=False)
        return time.time()

    def mend(self):
        self.network.cable(self.tap, up=True)
        return time.time()

    def pause(self):
        """Stops the whole virtual machine, as a hypervisor does: the guest's processes are traced by this one."""
        self.present = False
        os.kill(self.process.pid, signal.SIGSTOP)
        return time.time()

    def resume(self):
        now = time.time()
        os.kill(self.process.pid, signal.SIGCONT)
        self.present = True
        return now

    def lose(self):
        """Ends the host as a power cut does; `boot` starts it again. Nothing of it runs after the returned time."""
        self.present = False
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        return time.time()

    def ends(self, timeout):
        """Waits until the host has powered itself off."""
        try:
            self.process.wait(timeout * self.patience)
        except subprocess.TimeoutExpired:
            raise HostError(f"{self.name} is not off after {timeout} s") from None

    def shift_clock(self, seconds):
        """Moves the host's clock from where it is by exactly that much, so that moving it back undoes it."""
        whole, micros = divmod(round(seconds * 1_000_000), 1_000_000)
        # struct timex of adjtimex(2) on 64 bits: modes, offset, freq, maxerror, esterror, status, three more, then the time.
        self.run(
            "/usr/bin/python3 -c 'import ctypes, struct; "
            f"t = bytearray(208); t[0:4] = struct.pack(\"i\", {ADJ_SETOFFSET}); "
            f"t[72:88] = struct.pack(\"qq\", {whole}, {micros}); c = ctypes.CDLL(None, use_errno=True); "
            "b = (ctypes.c_char * 208).from_buffer(t); "
            "exit(0 if c.adjtimex(b) >= 0 else ctypes.get_errno())'"
        )
        return time.time()
