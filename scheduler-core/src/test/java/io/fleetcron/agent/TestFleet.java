package io.fleetcron.agent;

import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.LedgerCodec;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.LedgerState;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Real agents, each a process of its own, on one fresh directory; and witness files that the jobs' commands write apart
 * from the product. Everything that was started is ended by {@link #close}.
 */
final class TestFleet implements AutoCloseable {

    // Machines differ by a factor of three. A wait that ends well ends as soon on a fast one.
    private static final int PATIENCE = 3;

    private final Path root;
    private final Map<String, Process> agents = new LinkedHashMap<>();
    private final Map<String, Duration> skews = new LinkedHashMap<>();
    private final Map<String, Path> programs = new LinkedHashMap<>();
    private final Map<String, List<String>> wrappers = new LinkedHashMap<>();
    private final Map<String, Map<String, String>> labels = new LinkedHashMap<>();
    private List<String> boot = List.of();

    TestFleet(Path root) throws IOException {
        this.root = root;
        Files.createDirectories(root.resolve("witness"));
        Files.createDirectories(root.resolve("jobs.d"));
        Files.writeString(root.resolve("fleetcron.yaml"), """
                shared_dir: %s
                storage: local
                state_dir: %s
                max_running: 200
                """.formatted(root.resolve("shared"), root.resolve("state")));
    }

    /** Writes a job file; {@code WITNESS} in a command stands for the folder of witness files. */
    void jobs(String yaml) throws IOException {
        Files.writeString(
                root.resolve("jobs.d/jobs.yaml"),
                yaml.replace("WITNESS", witness().toString()));
    }

    /** A command that leaves a witness of its start and of its end, and does {@code work} between them. */
    static String witnessed(String work) {
        String name = "WITNESS/$FLEETCRON_JOB,$FLEETCRON_FIRE,$FLEETCRON_TOKEN,$FLEETCRON_INSTANCE";
        return "set -C; : >\"" + name + ",start\" || exit 99; " + work + "; : >\"" + name + ",end\"";
    }

    Path witness() {
        return root.resolve("witness");
    }

    Path config() {
        return root.resolve("fleetcron.yaml");
    }

    /** Sets by how much that instance's own clock is wrong. */
    void skew(String instance, Duration ahead) {
        skews.put(instance, ahead);
    }

    /** Lets that instance run another program from its next start on: these classes go before the product's. */
    void program(String instance, Path classes) {
        programs.put(instance, classes);
    }

    /** Gives the agents of that instance these labels from its next start on. */
    void labels(String instance, Map<String, String> labels) {
        this.labels.put(instance, labels);
    }

    /** Lets the agents that start from now on believe that their host has booted, so long ago. */
    void boot(String id, Duration uptime) {
        boot = List.of(id, String.valueOf(uptime.toMillis()));
    }

    /** Starts that instance's agent by these words, which execute what follows them. */
    void under(String instance, String... words) {
        wrappers.put(instance, List.of(words));
    }

    long pid(String instance) {
        return Objects.requireNonNull(agents.get(instance)).pid();
    }

    void start(String instance) throws IOException {
        String skew = String.valueOf(skews.getOrDefault(instance, Duration.ZERO).toMillis());
        List<String> words = new ArrayList<>(wrappers.getOrDefault(instance, List.of()));
        words.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Xmx128m",
                "-D" + SkewedAgent.LABELS + "="
                        + labels.getOrDefault(instance, Map.of()).entrySet().stream()
                                .map(Object::toString)
                                .collect(Collectors.joining(",")),
                "-cp",
                classPath(instance),
                SkewedAgent.class.getName(),
                config().toString(),
                instance,
                skew));
        words.addAll(boot);
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(instance).toFile()))
                .start();
        agents.put(instance, process);
        await("agent " + instance + " to start", Duration.ofSeconds(90), () -> {
            if (!process.isAlive()) {
                agents.remove(instance);
                throw new IllegalStateException("agent " + instance + " ended:\n" + read(log(instance)));
            }
            return read(log(instance)).lines().filter(SkewedAgent.READY::equals).count() >= starts(instance);
        });
    }

    private String classPath(String instance) {
        String product = System.getProperty("java.class.path");
        Path classes = programs.get(instance);
        return classes == null ? product : classes + File.pathSeparator + product;
    }

    private final Map<String, Integer> started = new LinkedHashMap<>();

    private long starts(String instance) {
        return started.getOrDefault(instance, 0) + 1L;
    }

    /** Ends an agent as a power cut would, but for its runs. */
    void kill(String instance) {
        Process process = Objects.requireNonNull(agents.remove(instance));
        process.destroyForcibly();
        joined(process);
        started.merge(instance, 1, Integer::sum);
    }

    /** Ends an agent in order; returns how long it took. */
    Duration stop(String instance) {
        Process process = Objects.requireNonNull(agents.remove(instance));
        long begin = System.nanoTime();
        process.destroy();
        joined(process);
        started.merge(instance, 1, Integer::sum);
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** Sends SIGHUP. */
    void reload(String instance) throws IOException {
        Process process = agents.get(instance);
        if (process != null) {
            joined(new ProcessBuilder("kill", "-HUP", String.valueOf(process.pid())).start());
        }
    }

    boolean isRunning(String instance) {
        Process process = agents.get(instance);
        return process != null && process.isAlive();
    }

    /** Resident memory, from /proc. */
    long residentKib(String instance) throws IOException {
        Process process = Objects.requireNonNull(agents.get(instance));
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(-1);
    }

    Path log(String instance) {
        return root.resolve(instance + ".log");
    }

    /** What all agents logged. */
    String logs() {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(root)) {
            files.filter(f -> f.toString().endsWith(".log"))
                    .sorted()
                    .forEach(f -> all.append(f.getFileName()).append(":\n").append(read(f)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all.toString();
    }

    /** One run, as its command saw it. */
    record Witness(String job, Instant fire, long token, String instance, Instant start, Optional<Instant> end) {}

    List<Witness> witnesses() {
        List<Witness> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(witness())) {
            for (Path file : files.toList()) {
                String[] words = file.getFileName().toString().split(",", -1);
                if (words[4].equals("start")) {
                    Path end = file.resolveSibling(file.getFileName().toString().replaceFirst("start$", "end"));
                    all.add(new Witness(
                            words[0],
                            Instant.parse(words[1]),
                            Long.parseLong(words[2]),
                            words[3],
                            modified(file),
                            Files.exists(end) ? Optional.of(modified(end)) : Optional.empty()));
                }
            }
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Instant modified(Path file) throws IOException {
        return Files.getLastModifiedTime(file).toInstant();
    }

    /** The history of all instances, and what stands only in the ledgers yet; each line once. */
    List<HistoryLine> history() {
        Map<HistoryLine.Key, HistoryLine> all = new LinkedHashMap<>();
        Path history = root.resolve("shared/history");
        try (Stream<Path> files = Files.walk(history)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.readAllLines(file)
                        .forEach(line -> HistoryLine.parse(line).ifPresent(parsed -> all.put(parsed.key(), parsed)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (String job : ledgers()) {
            ledger(job)
                    .ifPresent(record -> record.recent().forEach(settlement -> {
                        HistoryLine line = new HistoryLine(job, settlement);
                        all.putIfAbsent(line.key(), line);
                    }));
        }
        return List.copyOf(all.values());
    }

    private List<String> ledgers() {
        try (Stream<Path> files = Files.list(root.resolve("shared/jobs"))) {
            return files.map(file -> file.getFileName().toString().replaceFirst("\\.lock$", ""))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a job's ledger says now. */
    Optional<LedgerRecord> ledger(String job) {
        Path file = root.resolve("shared/jobs").resolve(SharedLayout.lockName(job));
        try {
            return LedgerCodec.decode(job, Files.readAllBytes(file)) instanceof LedgerState.Valid valid
                    ? Optional.of(valid.record())
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Waits for a condition; fails with all logs when it does not come about.
     *
     * @param atMost how long that may take on a fast machine; three times as long is waited
     */
    void await(String what, Duration atMost, BooleanSupplier condition) {
        Duration limit = atMost.multipliedBy(PATIENCE);
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited " + limit + " for " + what + "\n" + logs());
            }
            pause(20);
        }
    }

    static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void joined(Process process) {
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends all runs as a power cut would: every process of theirs, and nothing is recorded. */
    void killRuns() {
        await("the runs to end", Duration.ofSeconds(60), () -> {
            List<ProcessHandle> supervisors =
                    ProcessHandle.allProcesses().filter(this::isOfARun).toList();
            List<ProcessHandle> trees = supervisors.stream()
                    .flatMap(ProcessHandle::descendants)
                    .filter(process -> process.pid() != ProcessHandle.current().pid())
                    .toList();
            supervisors.forEach(ProcessHandle::destroyForcibly);
            trees.forEach(ProcessHandle::destroyForcibly);
            return supervisors.isEmpty();
        });
    }

    private boolean isOfARun(ProcessHandle process) {
        try {
            String words =
                    Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1);
            return words.contains(root.resolve("state") + "/") && words.contains("/runs/");
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        agents.values().forEach(Process::destroyForcibly);
        agents.values().forEach(TestFleet::joined);
        killRuns();
    }
}
