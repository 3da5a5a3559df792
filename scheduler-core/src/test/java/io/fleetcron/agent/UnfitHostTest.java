package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.fleetcron.Slow;
import io.fleetcron.agent.TestFleet.Witness;
import io.fleetcron.cli.Cli;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.run.HostParts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One of three hosts, {@code a}, cannot run jobs: the others run every fire in time, and {@code status} says what ails it.
 * Its agent has a mount namespace of its own, in which its users and environment files can be others than those of its
 * neighbours.
 */
@Slow
final class UnfitHostTest {

    private static final String SICK = "a";
    private static final List<String> INSTANCES = List.of(SICK, "b", "c");
    private static final int PERIOD = 2;
    private static final Path USERS = Path.of("/etc/passwd");
    private static final Duration TOLERANCE = Duration.ofSeconds(60);

    /** As many fires that it would otherwise have tried first: one in three is enough to find it out. */
    private static final Duration SICKNESS = Duration.ofSeconds(8);

    @TempDir
    Path folder;

    private HostParts host;
    private TestFleet fleet;
    private Path env;

    @BeforeEach
    void open() throws Exception {
        host = new HostParts(Files.createDirectory(folder.resolve("state")));
        fleet = new TestFleet(folder);
        env = Files.createDirectory(folder.resolve("env"));
        Files.writeString(env.resolve("job.env"), "A=1\n");
        HostParts.shell("chmod 755 " + folder + " && chmod 777 " + fleet.witness()); // for the user of some jobs
        fleet.under(SICK, "unshare", "--mount");
    }

    @AfterEach
    void close() throws Exception {
        if (host != null) {
            fleet.close();
            host.close();
        }
    }

    private interface Step {
        void take() throws Exception;
    }

    @Test
    void aFullStateDirectory() throws Exception {
        Path state = host.tmpfs(SICK, "size=4m,mode=700");
        start(every(PERIOD));
        Path fill = state.resolve("fill");
        suffer(
                () -> HostParts.shell("dd if=/dev/zero of=" + fill + " bs=64k 2>/dev/null; :"),
                "host unfit",
                "No space left on device; make room in state_dir");
        recover(() -> Files.delete(fill), "host fit again");
        allRan();
    }

    @Test
    void aReadOnlyStateDirectory() throws Exception {
        Path state = host.ext4(SICK);
        start(every(PERIOD));
        suffer(
                () -> HostParts.shell("mount -o remount,abort " + state), // as after an error of the disk
                "host unfit",
                "Read-only file system; make room in state_dir");
        allRan();
    }

    /** What is frozen amid a start holds its lock, as whatever hangs in the kernel does: so nothing is due at that time. */
    @Test
    void aFrozenStateDirectory() throws Exception {
        Path state = host.ext4(SICK);
        start(every(3600));
        suffer(
                () -> {
                    host.freeze(state);
                    fleet.jobs(every(PERIOD));
                    for (String instance : INSTANCES) {
                        fleet.reload(instance);
                    }
                },
                "host unfit",
                "the state directory does not answer within 5 s");
        recover(() -> host.thaw(state), "host fit again");
        allRan();
    }

    @Test
    void noProcessIsLeft() throws Exception {
        start(every(PERIOD));
        Path group = host.tasks("unfit", "max");
        HostParts.enter(group, fleet.pid(SICK));
        suffer(() -> Files.writeString(group.resolve("pids.max"), "0"), "host unfit", "limit of processes");
        recover(() -> Files.writeString(group.resolve("pids.max"), "max"), "host fit again");
        allRan();
    }

    @Test
    void noSuchUser() throws Exception {
        start(every(PERIOD));
        Path without = folder.resolve("passwd");
        HostParts.shell("grep -v ^games: /etc/passwd > " + without);
        suffer(() -> mount(without, USERS), "job cannot run on this host job=user-", "user 'games' does not exist");
        recover(() -> unmount(USERS), "job can run on this host again job=user-");
        allRan();
    }

    @Test
    void aMissingEnvironmentFile() throws Exception {
        start(every(PERIOD));
        Path empty = Files.createDirectory(folder.resolve("empty"));
        suffer(() -> mount(empty, env), "job cannot run on this host job=file-", "job.env");
        recover(() -> unmount(env), "job can run on this host again job=file-");
        allRan();
    }

    /** The user database is a pipe that nobody writes: whoever reads it waits. */
    @Test
    void aUserLookupThatHangs() throws Exception {
        start(every(PERIOD));
        Path pipe = folder.resolve("pipe");
        HostParts.shell("mkfifo " + pipe);
        suffer(() -> mount(pipe, USERS), "job cannot run on this host job=user-", "does not answer within 5 s");
        unmount(USERS);
        HostParts.shell("timeout 20 sh -c ': >" + pipe + "'"); // the one that waits reads its end
        recover(() -> {}, "job can run on this host again job=user-");
        allRan();
    }

    private Instant from = Instant.EPOCH;

    private void start(String jobs) throws Exception {
        fleet.jobs(jobs);
        for (String instance : INSTANCES) {
            fleet.start(instance);
        }
        fleet.await(
                "all ledgers",
                Duration.ofSeconds(60),
                () -> jobs().stream().allMatch(job -> fleet.ledger(job).isPresent()));
    }

    /** What comes due from now on, while the host is ill, runs on the others, and {@code status} says why. */
    private void suffer(Step sicken, String alarm, String reason) throws Exception {
        sicken.take();
        from = Instant.now();
        fleet.await("the alarm", Duration.ofSeconds(60), () -> alarms(alarm) > 0);
        fleet.await("status to say so", Duration.ofSeconds(60), () -> {
            JsonObject said = status();
            return !said.get("unfit").isJsonNull()
                    && said.get("unfit").toString().contains(reason)
                    && said.get("state").getAsString().startsWith("unfit");
        });
        Instant until = from.plus(SICKNESS);
        awaitSettled(until);
        assertTrue(
                Cli.run("status", "--config", fleet.config().toString()).out().contains("unfit"), "status for people");
    }

    /** Once the host is well again it says so once, and runs jobs. */
    private void recover(Step cure, String message) throws Exception {
        cure.take();
        fleet.await("it to be well", Duration.ofSeconds(60), () -> alarms(message) > 0);
        Instant well = Instant.now();
        fleet.await(
                "status to say so",
                Duration.ofSeconds(60),
                () -> status().get("unfit").isJsonNull());
        fleet.await(
                "a run there",
                Duration.ofSeconds(60),
                () -> fleet.witnesses().stream()
                        .anyMatch(run ->
                                run.instance().equals(SICK) && run.start().isAfter(well)));
    }

    private void allRan() throws Exception {
        Instant to = Instant.now();
        awaitSettled(to);
        INSTANCES.forEach(fleet::stop);
        Instant settled = to.minusSeconds(PERIOD);
        Instant first = from.plusSeconds(PERIOD + 1); // a new schedule begins when its agent learns of it
        Audit.of(fleet)
                .startedOnce()
                .noOverlap()
                .everyFireSettled(jobs(), PERIOD, first, settled)
                .agree(settled)
                .holds("with an unfit host", fleet.logs());
        Set<String> outcomes = fleet.history().stream()
                .map(HistoryLine::settlement)
                .filter(line -> line.fire().isAfter(first) && !line.fire().isAfter(settled))
                .map(line -> line.outcome().word())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(Set.of(Outcome.SUCCEEDED.word()), outcomes, fleet.logs());
        List<Witness> late = fleet.witnesses().stream()
                .filter(run -> run.fire().isAfter(first))
                .filter(run -> run.start().isAfter(run.fire().plus(TOLERANCE)))
                .toList();
        assertEquals(List.of(), late);
    }

    private void awaitSettled(Instant upTo) {
        fleet.await(
                "every fire up to " + upTo,
                Duration.ofSeconds(90),
                () -> jobs().stream()
                        .allMatch(job -> fleet.ledger(job)
                                .filter(record -> !record.settled().isBefore(upTo.minusSeconds(PERIOD)))
                                .isPresent()));
    }

    private long alarms(String text) {
        try {
            return Files.readAllLines(fleet.log(SICK)).stream()
                    .filter(line -> line.contains(text))
                    .count();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private JsonObject status() {
        Cli status = Cli.run("status", "--json", "--config", fleet.config().toString());
        assertNotEquals(2, status.status(), status.err());
        for (var instance : status.json().get(0).getAsJsonArray("instances")) {
            if (instance.getAsJsonObject().get("instance").getAsString().equals(SICK)) {
                return instance.getAsJsonObject();
            }
        }
        throw new AssertionError(status.out());
    }

    /** Shows the unfit host something else in that place. */
    private void mount(Path instead, Path place) throws Exception {
        inNamespace("mount --bind " + instead + " " + place);
    }

    /** At once, though somebody may wait for what is there. */
    private void unmount(Path place) throws Exception {
        inNamespace("umount --lazy " + place);
    }

    private void inNamespace(String command) throws Exception {
        HostParts.shell("nsenter --target " + fleet.pid(SICK) + " --mount " + command);
    }

    private static Set<String> jobs() {
        Set<String> names = new TreeSet<>();
        IntStream.range(0, 2).forEach(i -> names.addAll(Set.of("plain-" + i, "user-" + i, "file-" + i)));
        return names;
    }

    private String every(int seconds) {
        StringBuilder yaml = new StringBuilder("jobs:\n");
        for (String job : jobs()) {
            yaml.append("  ").append(job).append(": {every: ").append(seconds).append("s, tolerance: 60s, ");
            yaml.append(job.startsWith("user") ? "user: games, working_dir: /, " : "");
            yaml.append(job.startsWith("file") ? "env_file: " + env.resolve("job.env") + ", " : "");
            yaml.append("command: '").append(TestFleet.witnessed(":")).append("'}\n");
        }
        return yaml.toString();
    }
}
