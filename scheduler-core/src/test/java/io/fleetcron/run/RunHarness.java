package io.fleetcron.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetcron.fleet.Fire;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.fleet.RunId;
import io.fleetcron.lock.FlockDirectory;
import io.fleetcron.lock.HeldLock;
import io.fleetcron.lock.LockFile;
import io.fleetcron.natives.BootClock;
import io.fleetcron.natives.Children;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** A state directory, a lock file with a held lock, and a launcher: what a run needs, on real processes. */
final class RunHarness implements AutoCloseable {
    static final Instant FIRE = Instant.parse("2026-11-23T02:30:00Z");
    static final Fire OF_JOB = new Fire("job", FIRE);
    static final RunId ID = new RunId(OF_JOB, 17, "i1");
    static final long BEATS = 8192;
    static final long EXIT = 8192 + 4 * 512;

    final Path dir;
    final FlockDirectory locks;
    final LockFile file;
    final HeldLock lock;
    final SupervisedLauncher launcher;

    RunHarness(Path dir) throws IOException {
        this(dir, false);
    }

    /** @param direct as on a share: a read comes from the storage itself */
    RunHarness(Path dir, boolean direct) throws IOException {
        this.dir = dir;
        this.locks = new FlockDirectory(dir, direct);
        this.file = locks.file("job.lock");
        this.lock = file.tryLock().orElseThrow();
        this.launcher = new SupervisedLauncher(dir.resolve("state"), "i1", InstantSource.system());
    }

    /** A run of one shell command line; {@link Builder} changes the rest. */
    Builder shell(String line) {
        return argv("/bin/sh", "-c", line);
    }

    Builder argv(String... argv) {
        return new Builder(List.of(argv));
    }

    /** A run whose descriptor 3 is something else than the lock file. */
    RunSpec withDescriptor(RunSpec spec, int descriptor) {
        return with(spec, descriptor, spec.lock().slot());
    }

    /** A run that holds a slot as well. */
    RunSpec withSlot(RunSpec spec, RunSpec.Slot slot) {
        return with(spec, spec.lock().descriptor(), Optional.of(slot));
    }

    private static RunSpec with(RunSpec spec, int descriptor, Optional<RunSpec.Slot> slot) {
        RunSpec.Lock lock = spec.lock();
        return new RunSpec(
                spec.run(),
                spec.started(),
                spec.command(),
                spec.timeout(),
                spec.killAfter(),
                spec.attempts(),
                spec.outputCap(),
                new RunSpec.Lock(
                        descriptor,
                        slot,
                        lock.beatOffset(),
                        lock.exitOffset(),
                        lock.lease(),
                        lock.claimedUptime(),
                        lock.claimedWall()));
    }

    static Duration sinceBoot() {
        return BootClock.uptime();
    }

    Optional<ExitRecord> exitRecord() throws IOException {
        return ExitRecord.parse(file.read(EXIT, ExitRecord.LENGTH));
    }

    /** Whether nobody holds the lock any more, once this harness has let go of it. */
    boolean lockIsFree() throws IOException {
        try (LockFile other = locks.file("job.lock")) {
            return other.tryLock().isPresent();
        }
    }

    /** What the command has written so far. */
    String output(Run run) throws IOException {
        return Files.exists(run.output()) ? Files.readString(run.output()) : "";
    }

    /** Leaves the record of the run's end to its supervisor, and waits for the end of that. */
    void leave(Run run) throws Exception {
        run.unrecorded();
        RunDirectory directory = new RunDirectory(run.output().resolveSibling("."));
        until(
                () -> directory.holders(ProcessId.self().boot()).stream().noneMatch(ProcessId::isAlive),
                "the supervisor's end");
    }

    /** kill(1). */
    static void signal(long pid, String name) throws Exception {
        assertEquals(
                0,
                new ProcessBuilder("kill", "-s", name, Long.toString(pid))
                        .start()
                        .waitFor());
    }

    /** The newest process of that role in the run's pids file. */
    long process(String role) throws Exception {
        Path pids = dir.resolve("state/runs/job@17/pids");
        until(() -> Files.exists(pids) && Files.readString(pids).contains(role + " "), "the number of the " + role);
        return Files.readAllLines(pids).stream()
                .filter(line -> line.startsWith(role + " "))
                .reduce((earlier, newer) -> newer)
                .map(line -> Long.parseLong(line.split(" ")[1]))
                .orElseThrow();
    }

    /** Waits until the command has said so much. */
    void awaitOutput(Run run, String part) throws Exception {
        until(() -> output(run).contains(part), () -> "output " + part + "; " + wordsOf(run));
    }

    /** What a failure of a test should tell of its run: what supervisor and guard say, and how the guard ended. */
    static String wordsOf(Run run) {
        OptionalInt status = run instanceof SupervisedRun known ? known.guardStatus() : OptionalInt.empty();
        String guard = status.isPresent() ? "ended with status " + status.getAsInt() : state(run.pid());
        return "complaint: " + run.complaint().orElse("none") + "; guard: " + guard;
    }

    private static String state(int pid) {
        try {
            return Files.readString(Path.of("/proc", Integer.toString(pid), "stat"));
        } catch (IOException e) {
            return "gone";
        }
    }

    /** Waits until no live process carries this word in its command line. */
    static void awaitGone(String word) throws Exception {
        until(() -> count(word) == 0, "the end of " + word);
    }

    /** How many live processes carry this word in their command line. */
    static long count(String word) {
        return ProcessHandle.allProcesses()
                .filter(p -> ProcessId.of(Math.toIntExact(p.pid()))
                        .filter(ProcessId::isAlive)
                        .isPresent())
                .filter(p -> commandLine(p.pid()).contains(word))
                .count();
    }

    /** How often that process has waited for something: little if it has nothing to do. */
    static long waits(long pid) throws Exception {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("voluntary_ctxt_switches:"))
                .mapToLong(line -> Long.parseLong(line.split("\\s+")[1]))
                .findFirst()
                .orElseThrow();
    }

    /** How many children of that process are dead and not reaped. */
    static long zombiesOf(long parent) throws IOException {
        String children = Files.readString(Path.of("/proc/" + parent + "/task/" + parent + "/children"));
        return children.isBlank()
                ? 0
                : java.util.Arrays.stream(children.strip().split(" "))
                        .filter(child -> state(Integer.parseInt(child)).contains(") Z "))
                        .count();
    }

    static void until(Callable<Boolean> condition, String what) throws Exception {
        until(condition, () -> what);
    }

    static void until(Callable<Boolean> condition, Supplier<String> what) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain for " + what.get());
            }
            Thread.sleep(10);
        }
    }

    /** Empty for a process that is gone or dead. */
    static String commandLine(long pid) {
        try {
            return Files.readString(
                    Path.of("/proc", Long.toString(pid), "cmdline"), java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() {
        file.close();
    }

    /** The parts of a run's specification that tests vary. */
    final class Builder {
        private final List<String> argv;
        private Map<String, String> env = Map.of("PATH", "/usr/bin:/bin");
        private Path workingDir = Path.of("/");
        private Optional<Account> account = Optional.empty();
        private int umask = 022;
        private int nice = Children.priority();
        private Optional<CommandSpec.IoPriority> ioPriority = Optional.empty();
        private Optional<Cgroups> groups = Optional.empty();
        private ResourceLimits limits = ResourceLimits.NONE;
        private Optional<String> stdin = Optional.empty();
        private Optional<Duration> timeout = Optional.empty();
        private Duration killAfter = Duration.ofMillis(300);
        private RunSpec.Attempts attempts = RunSpec.Attempts.after(List.of());
        private long outputCap = 1 << 20;
        private Optional<Duration> lease = Optional.empty();
        private Duration claimed = sinceBoot();
        private Instant claimedWall = Instant.now();

        private Builder(List<String> argv) {
            this.argv = argv;
        }

        Builder env(Map<String, String> value) {
            env = value;
            return this;
        }

        Builder workingDir(Path value) {
            workingDir = value;
            return this;
        }

        Builder as(Account value) {
            account = Optional.of(value);
            return this;
        }

        Builder umask(int value) {
            umask = value;
            return this;
        }

        Builder nice(int value) {
            nice = value;
            return this;
        }

        Builder ioPriority(int ioClass, int level) {
            ioPriority = Optional.of(new CommandSpec.IoPriority(ioClass, level));
            return this;
        }

        Builder groups(Cgroups value) {
            groups = Optional.of(value);
            return this;
        }

        Builder limits(ResourceLimits value) {
            limits = value;
            return this;
        }

        Builder stdin(String value) {
            stdin = Optional.of(value);
            return this;
        }

        Builder timeout(long millis) {
            timeout = Optional.of(Duration.ofMillis(millis));
            return this;
        }

        Builder killAfter(long millis) {
            killAfter = Duration.ofMillis(millis);
            return this;
        }

        Builder retries(long... millis) {
            attempts = RunSpec.Attempts.after(
                    java.util.Arrays.stream(millis).mapToObj(Duration::ofMillis).toList());
            return this;
        }

        /** Which exit statuses are successes, and which failures are tried again. */
        Builder meaning(Set<Integer> success, Set<Integer> retry, boolean retryTimeouts) {
            attempts = new RunSpec.Attempts(attempts.delays(), success, retry, retryTimeouts);
            return this;
        }

        Builder outputCap(long bytes) {
            outputCap = bytes;
            return this;
        }

        Builder lease(long millis) {
            lease = Optional.of(Duration.ofMillis(millis));
            return this;
        }

        Builder claimedAgo(long millis) {
            claimed = sinceBoot().minusMillis(millis);
            return this;
        }

        /** By the wall clock alone. */
        Builder claimedAgoByTheWallClock(long millis) {
            claimedWall = Instant.now().minusMillis(millis);
            return this;
        }

        RunSpec spec() {
            return new RunSpec(
                    ID,
                    Instant.now(),
                    new CommandSpec(argv, env, workingDir, account, umask, nice, ioPriority, stdin, groups, limits),
                    timeout,
                    killAfter,
                    attempts,
                    outputCap,
                    new RunSpec.Lock(lock.descriptor(), Optional.empty(), BEATS, EXIT, lease, claimed, claimedWall));
        }

        Run start() throws IOException {
            return launcher.start(spec());
        }

        /** Runs it to the end of its supervisor, which writes the exit record into the lock file. */
        RunEnd run() throws Exception {
            Run run = start();
            RunEnd end = run.await();
            leave(run);
            return end;
        }
    }
}
