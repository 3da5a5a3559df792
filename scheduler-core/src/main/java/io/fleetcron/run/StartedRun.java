package io.fleetcron.run;

import io.fleetcron.fleet.RunEnd;
import io.fleetcron.natives.Packets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A run that this process started: its supervisor is at the other end of a socket. */
final class StartedRun extends SupervisedRun {
    private static final Logger LOG = LoggerFactory.getLogger(StartedRun.class);

    // The letters that supervisor.c knows.
    private static final char KILL = 'k';
    private static final char RECORDED = 'r';
    private static final char UNRECORDED = 'u';
    /** From the supervisor: neither it nor the guard writes to the lock file any more. */
    private static final char QUIET = 'q';
    /** From supervisor or guard: the run is being ended, as its lock is in doubt. */
    private static final char IN_DOUBT = 'f';
    /** From supervisor or guard: words on what does not die. */
    private static final char UNKILLABLE = 'w';

    private final int guard;
    private final Packets supervisor;
    private volatile boolean inDoubt;
    private boolean quiet;
    private boolean gone;
    private OptionalInt guardStatus = OptionalInt.empty();

    StartedRun(
            RunDirectories directories,
            RunDirectory directory,
            RunRecord note,
            SupervisorProgram program,
            InstantSource clock,
            int guard,
            Packets supervisor) {
        super(directories, directory, note, program, clock);
        this.guard = guard;
        this.supervisor = supervisor;
    }

    @Override
    public int pid() {
        return guard;
    }

    @Override
    Optional<RunEnd> awaitOver() throws InterruptedException {
        while (true) {
            byte[] packet = receive();
            if (packet == Packets.END) {
                close();
                return refusal();
            }
            Optional<RunEnd> end = ExitRecord.parse(packet)
                    .filter(record -> record.isOf(id().fire(), id().token()))
                    .map(ExitRecord::end);
            if (end.isPresent()) {
                return end;
            }
            heed(packet);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    /** What has to be known before the run is over. */
    private void heed(byte[] packet) {
        char letter = packet.length == 0 ? 0 : (char) packet[0];
        if (letter == IN_DOUBT) {
            inDoubt = true;
        } else if (letter == UNKILLABLE) {
            keepsOn(new String(packet, 1, packet.length - 1, StandardCharsets.UTF_8));
        }
    }

    @Override
    public boolean isInDoubt() {
        return inDoubt;
    }

    /** The end of a run whose guard says that it has begun nothing. */
    private Optional<RunEnd> refusal() {
        if (guardStatus().orElse(0) != SupervisorProgram.CANNOT_START) {
            return Optional.empty();
        }
        String reason = complaint().orElse("the run's guard could not start, nor write why to the run's log");
        try {
            directory().writeRefusal(reason);
        } catch (IOException e) {
            LOG.warn("{}: not written: {}", directory().path(), e.getMessage());
        }
        return Optional.of(RunEnd.refused(note().started(), reason));
    }

    /** Of the guard that was started first, once the run's processes are gone: 128 + n if signal n ended it. */
    @Override
    synchronized OptionalInt guardStatus() {
        return guardStatus;
    }

    @Override
    void requestEnd() {
        supervisor.send(KILL);
    }

    /** Waits until nothing of it writes to the lock file any more. The guard may be busy with the local disk for longer. */
    @Override
    public synchronized void recorded() {
        if (quiet) {
            return;
        }
        supervisor.send(RECORDED);
        while (!quiet) {
            byte[] packet = receive();
            if (packet == Packets.END) {
                close();
            }
            quiet |= packet.length == 1 && packet[0] == QUIET;
        }
    }

    @Override
    synchronized void awaitProcesses() {
        while (!gone) {
            if (receive() == Packets.END) {
                close();
            }
        }
    }

    @Override
    public void unrecorded() {
        supervisor.send(UNRECORDED);
    }

    private byte[] receive() {
        try {
            return supervisor.receive(Math.toIntExact(LOOK.toMillis()));
        } catch (IOException e) {
            return Packets.END; // ECONNRESET: it is gone
        }
    }

    private synchronized void close() {
        quiet = true;
        gone = true;
        supervisor.close();
        guardStatus = reap(guard);
    }
}
