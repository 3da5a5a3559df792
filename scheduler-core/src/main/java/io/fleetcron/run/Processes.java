package io.fleetcron.run;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What starting and watching a supervisor needs of the operating system. Thread-safe. */
public interface Processes {

    /**
     * A process to start: in a session of its own, with default signals, in the root directory or this process' own,
     * standard input empty, standard output and error appended to a file.
     *
     * @param argv the program's path and its arguments
     * @param env its whole environment
     * @param log receives what it says; created, readable by its owner only
     * @param descriptors number there (3 and up) to number here; every other descriptor is closed there
     */
    record Spawn(List<String> argv, Map<String, String> env, Path log, Map<Integer, Integer> descriptors) {
        public Spawn {
            argv = List.copyOf(argv);
            env = Map.copyOf(env);
            descriptors = Map.copyOf(descriptors);
        }
    }

    /**
     * Starts a process and returns its id. Somebody must {@link #reap} it. It goes before ordinary processes where this
     * one may say so: a host short of processor time must not keep it from its beats.
     */
    int spawn(Spawn spawn) throws IOException;

    /** The boot-time clock, which nobody can set and no suspend stops: what supervisors read in /proc/uptime. */
    Duration sinceBoot();

    /**
     * Creates a named pipe.
     *
     * @param mode its permission bits, whatever the umask is
     */
    void makePipe(Path file, int mode) throws IOException;

    /**
     * Sets the offset that everyone who shares this open file description uses to the file's beginning; does nothing
     * for what has no offset. Touches no file.
     */
    void rewind(int descriptor) throws IOException;

    /** A handle on a process of this host, child or not. */
    Watch watch(int pid) throws IOException;

    /**
     * As {@link #watch(int)}, with a named pipe that rings when anything is in it.
     *
     * @throws IOException also if there is no such pipe
     */
    Watch watch(int pid, Path bell) throws IOException;

    /** Collects a child that is over. Does nothing if it is no child of this process. */
    void reap(int pid);

    /** Sends a signal; does nothing if the process is gone. */
    void signal(int pid, int signal) throws IOException;

    /** What a watch saw. */
    enum Seen {
        /** Nothing in that time. */
        NOTHING,
        /** The bell rang, and the process still runs. */
        BELL,
        /** The process is over. */
        END
    }

    /** Names one process for good, even once its number is used again. One caller at a time. */
    interface Watch extends AutoCloseable {
        /** Waits for the process' end, or the bell if there is one, at most so long. */
        Seen await(Duration atMost) throws IOException;

        @Override
        void close();
    }
}
