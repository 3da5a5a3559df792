"""Ends whatever a laboratory left running, however the laboratory itself ended (even by SIGKILL).

Run as a process of its own whose standard input is a pipe from the laboratory: its end is the laboratory's end.
"""

import shutil
import signal
import subprocess
import sys
import time

from fleetlab import network


def start(prefix, folder):
    """Guards the namespaces with that prefix and the temporary folder."""
    words = [sys.executable, "-m", "fleetlab.guard", prefix, folder]
    return subprocess.Popen(words, stdin=subprocess.PIPE, start_new_session=True)


def finish(guard):
    """Tells the guard to tidy up now, and waits for it."""
    guard.stdin.close()
    guard.wait(60)


def main(prefix, folder):
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    sys.stdin.buffer.read()
    # Twice, for a fleet that was just being built when its laboratory was interrupted.
    for pause in (0.5, 0):
        for name in network.names(prefix):
            network.remove(name)
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(pause if network.names(prefix) else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
