package io.fleetcron.run;

import io.fleetcron.natives.Children;
import io.fleetcron.natives.Descriptors;
import io.fleetcron.natives.ErrnoException;
import io.fleetcron.natives.Packets;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The native program that supervises a run. It is opened once, so that an upgrade never puts another version beside this
 * agent: both speak one language. Thread-safe; closed with the process.
 */
final class SupervisorProgram {
    /** Names the program where it is not beside the classes. */
    static final String PROPERTY = "fleetcron.supervisor";

    static final String NAME = "fleetcron-supervisor";

    // As src/main/c/run.h numbers them.
    private static final int LOCK = 3;
    private static final int AGENT = 4;
    private static final int INPUT = 5;
    private static final int PROGRAM = 6;
    private static final int SLOT = 7;

    /** The exit status of one that has begun nothing; also its answer to a command line that asks for nothing. */
    static final int CANNOT_START = 125;

    private final int descriptor;

    private SupervisorProgram(int descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Opens the installed program.
     *
     * @throws IOException if there is none; the message says what to do
     */
    static SupervisorProgram installed() throws IOException {
        Path file = path();
        try {
            return new SupervisorProgram(Descriptors.openToExecute(file));
        } catch (ErrnoException e) {
            throw new IOException(
                    "cannot open the supervisor " + file + ": " + e.getMessage() + "; install fleetcron again", e);
        }
    }

    /** Why the installed program cannot be executed here; the message says what to do. */
    static Optional<String> problem() {
        try {
            return problem(path());
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    static Optional<String> problem(Path file) {
        String remedy = "; install the fleetcron package for this host's architecture, on a file system without noexec";
        try {
            int status = new ProcessBuilder(file.toString()).start().waitFor();
            return status == CANNOT_START
                    ? Optional.empty()
                    : Optional.of(file + " answers with status " + status + remedy);
        } catch (IOException e) {
            return Optional.of(e.getMessage() + remedy);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(file + ": interrupted");
        }
    }

    /** Where it is installed. */
    static Path path() throws IOException {
        String named = System.getProperty(PROPERTY);
        if (named != null) {
            return Path.of(named);
        }
        URL built = SupervisorProgram.class.getResource(architecture() + "/" + NAME);
        if (built == null || !built.getProtocol().equals("file")) {
            throw new IOException("the supervisor of runs is missing: start fleetcron by bin/fleetcron, or set -D"
                    + PROPERTY + " to the file " + NAME);
        }
        try {
            return Path.of(built.toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    /** As {@code uname -m} has it. */
    private static String architecture() {
        String name = System.getProperty("os.arch");
        return name.equals("amd64") ? "x86_64" : name;
    }

    /**
     * Starts a run's guard, which starts the supervisor.
     *
     * @param lock what the run holds
     * @param agent the supervisor's end of its socket
     * @return the guard's process id
     */
    int run(RunDirectory directory, RunSpec.Lock lock, Packets agent, byte[] specification) throws IOException {
        int input = Descriptors.sealed("specification", specification);
        try {
            Map<Integer, Integer> descriptors =
                    new TreeMap<>(Map.of(LOCK, lock.descriptor(), AGENT, agent.descriptor(), INPUT, input));
            lock.slot().ifPresent(slot -> descriptors.put(SLOT, slot.descriptor()));
            return spawn("run", directory, descriptors);
        } finally {
            Descriptors.close(input);
        }
    }

    /** Starts what ends the rest of a run whose supervisor and guard have disappeared; returns its process id. */
    int sweep(RunDirectory directory, RunRecord note) throws IOException {
        String text = "marker " + note.marker() + "\nbegan " + note.began() + "\n"
                + note.group().map(group -> "cgroup " + group + "\n").orElse("");
        int input = Descriptors.sealed("sweep", text.getBytes(StandardCharsets.UTF_8));
        try {
            return spawn("sweep", directory, Map.of(INPUT, input));
        } finally {
            Descriptors.close(input);
        }
    }

    private int spawn(String mode, RunDirectory directory, Map<Integer, Integer> descriptors) throws IOException {
        Map<Integer, Integer> all = new TreeMap<>(descriptors);
        all.put(PROGRAM, descriptor);
        return Children.spawn(
                "/proc/self/fd/" + PROGRAM, List.of(NAME, mode, directory.path().toString()), all);
    }
}
