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
import io.fleetcron.ledger.Settlement;
import io.fleetcron.membership.Membership;
import io.fleetcron.run.HostParts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Seven hosts of eight cannot run jobs, or some of them, each for another reason: the others run every fire in time,
 * {@code status} says what ails each, and each runs jobs again once it is well. Their agents have mount namespaces of their
 * own, in which users and environment files can be others than those of their neighbours.
 */
@Slow
final class UnfitHostTest {

    private static final String WELL = "well";

    /** Longer than the turns of all others take: a fire that is not started before the next one of its job is missed. */
    private static final int PERIOD = 5;

    private static final Path USERS = Path.of("/etc/passwd");
    private static final Duration TOLERANCE = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** As many fires that each would otherwise have tried first: one in eight is enough to find it out. */
    private static final Duration SICKNESS = Duration.ofSeconds(8);

    @TempDir
    Path folder;

    private HostParts host;
    private TestFleet fleet;
    private Path env;
    private Path pipe;
    private List<Ailment> ailments = List.of();

    private interface Step {
        void take() throws Exception;
    }

    /**
     * What ails a host.
     *
     * @param instance which one
     * @param alarm what its log says
     * @param reason what {@code status} says
     * @param cure empty where there is none
     * @param relief what its log says then
     */
    private record Ailment(
            String instance, Step sicken, String alarm, String reason, Optional<Step> cure, String relief) {}

    @BeforeEach
    void open() throws Exception {
        host = new HostParts(Files.createDirectory(folder.resolve("state")));
        fleet = new TestFleet(folder);
        env = Files.createDirectory(folder.resolve("env"));
        Files.writeString(env.resolve("job.env"), "A=1\n");
        pipe = folder.resolve("pipe");
        HostParts.shell("mkfifo " + pipe);
        HostParts.shell("chmod 755 " + folder + " && chmod 777 " + fleet.witness()); // for the user of some jobs
        ailments = List.of(
                full("full"),
                readOnly("read-only"),
                withoutUser("no-user"),
                withoutFile("no-file"),
                hungLookup("hung-lookup"),
                withoutProcesses("no-process"));
    }

    @AfterEach
    void close() throws Exception {
        if (host != null) {
            fleet.close();
            host.close();
        }
    }

    private Ailment full(String instance) throws Exception {
        Path fill = host.tmpfs(instance, "size=4m,mode=700").resolve("fill");
        return new Ailment(
                instance,
                () -> HostParts.shell("dd if=/dev/zero of=" + fill + " bs=64k 2>/dev/null; :"),
                "host unfit",
                "No space left on device; make room in state_dir",
                Optional.of(() -> Files.delete(fill)),
                "host fit again");
    }

    private Ailment readOnly(String instance) throws Exception {
        Path state = host.ext4(instance);
        return new Ailment(
                instance,
                () -> HostParts.shell("mount -o remount,abort " + state), // as after an error of the disk
                "host unfit",
                "Read-only file system; make room in state_dir",
                Optional.empty(),
                "");
    }

    private Ailment withoutProcesses(String instance) throws Exception {
        Path group = host.tasks("unfit", "max");
        return new Ailment(
                instance,
                () -> {
                    HostParts.enter(group, fleet.pid(instance));
                    Files.writeString(group.resolve("pids.max"), "0");
                },
                "host unfit",
                "limit of processes",
                Optional.of(() -> Files.writeString(group.resolve("pids.max"), "max")),
                "host fit again");
    }

    private Ailment withoutUser(String instance) throws Exception {
        Path without = folder.resolve("passwd");
        HostParts.shell("grep -v ^games: /etc/passwd > " + without);
        return new Ailment(
                instance,
                () -> mount(instance, without, USERS),
                "job cannot run on this host job=user-",
                "user 'games' does not exist",
                Optional.of(() -> unmount(instance, USERS)),
                "job can run on this host again job=user-");
    }

    private Ailment withoutFile(String instance) throws Exception {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        return new Ailment(
                instance,
                () -> mount(instance, empty, env),
                "job cannot run on this host job=file-",
                "job.env",
                Optional.of(() -> unmount(instance, env)),
                "job can run on this host again job=file-");
    }

    /** The user database is a pipe that nobody writes: whoever reads it waits. */
    private Ailment hungLookup(String instance) {
        return new Ailment(
                instance,
                () -> mount(instance, pipe, USERS),
                "job cannot run on this host job=user-",
                "does not answer within 5 s",
                Optional.of(() -> {
                    unmount(instance, USERS);
                    HostParts.shell("timeout 20 sh -c ': >" + pipe + "'"); // the one that waits reads its end
                }),
                "job can run on this host again job=user-");
    }

    /** What falls ill amid a start holds its lock for a while, as whatever hangs in the kernel does: so nothing is due then. */
    @Test
    void theOthersRunWhatAHostCannotRun() throws Exception {
        Path state = host.ext4("frozen");
        Ailment frozen = new Ailment(
                "frozen",
                () -> host.freeze(state),
                "host unfit",
                "the state directory does not answer within 5 s",
                Optional.of(() -> host.thaw(state)),
                "host fit again");
        List<Ailment> all = Stream.concat(ailments.stream(), Stream.of(frozen)).toList();
        List<String> instances = Stream.concat(all.stream().map(Ailment::instance), Stream.of(WELL))
                .toList();
        fleet.jobs(every(3600));
        for (String instance : instances) {
            fleet.under(instance, "unshare", "--mount");
            fleet.start(instance);
        }
        fleet.await(
                "all ledgers",
                PATIENCE,
                () -> jobs().stream().allMatch(job -> fleet.ledger(job).isPresent()));
        Ailment last = ailments.get(ailments.size() - 1); // without a process, nobody hears a signal
        for (Ailment ailment : all) {
            if (!ailment.equals(last)) {
                ailment.sicken().take();
            }
        }
        fleet.jobs(every(PERIOD));
        for (String instance : instances) {
            fleet.reload(instance);
        }
        fleet.await("the reload", PATIENCE, () -> says(last.instance(), "configuration reloaded"));
        last.sicken().take();
        Instant from = Instant.now();

        all.forEach(ailment -> fleet.await(
                "the alarm of " + ailment.instance(), PATIENCE, () -> says(ailment.instance(), ailment.alarm())));
        fleet.await("status to say so", PATIENCE, () -> {
            Map<String, JsonObject> status = status();
            return all.stream().allMatch(ailment -> isUnfit(shown(status, ailment), ailment.reason()));
        });
        Instant known = Instant.now().plus(Membership.INTERVAL);
        awaitSettled(from.plus(SICKNESS));
        assertTrue(
                Cli.run("status", "--config", fleet.config().toString()).out().contains("unfit"), "status for people");

        List<Ailment> curable =
                all.stream().filter(ailment -> ailment.cure().isPresent()).toList();
        for (Ailment ailment : curable) {
            ailment.cure().get().take();
        }
        curable.forEach(ailment -> fleet.await(
                ailment.instance() + " to be well", PATIENCE, () -> says(ailment.instance(), ailment.relief())));
        Instant well = Instant.now();
        fleet.await("status to say so", PATIENCE, () -> {
            Map<String, JsonObject> status = status();
            return curable.stream()
                    .allMatch(ailment -> shown(status, ailment).get("unfit").isJsonNull());
        });
        curable.forEach(ailment -> fleet.await(
                "a run on " + ailment.instance(),
                PATIENCE,
                () -> fleet.witnesses().stream()
                        .anyMatch(run -> run.instance().equals(ailment.instance())
                                && run.start().isAfter(well))));
        allRan(from, known, instances);
    }

    private static JsonObject shown(Map<String, JsonObject> status, Ailment ailment) {
        return Objects.requireNonNull(status.get(ailment.instance()), () -> ailment.instance() + " in " + status);
    }

    private static boolean isUnfit(JsonObject instance, String reason) {
        return !instance.get("unfit").isJsonNull()
                && instance.get("unfit").toString().contains(reason)
                && instance.get("state").getAsString().startsWith("unfit");
    }

    /**
     * @param from when a new schedule began
     * @param known when all had read who was unfit: until then a fire may wait for it for as long as the next one is away
     */
    private void allRan(Instant from, Instant known, List<String> instances) {
        Instant to = Instant.now();
        awaitSettled(to);
        instances.forEach(fleet::stop);
        Instant settled = to.minusSeconds(PERIOD);
        Instant first = from.plusSeconds(PERIOD + 1); // a new schedule begins when its agent learns of it
        Audit.of(fleet)
                .startedOnce()
                .noOverlap()
                .everyFireSettled(jobs(), PERIOD, first, settled)
                .agree(settled)
                .holds("with an unfit host", fleet.logs());
        List<Settlement> wrong = fleet.history().stream()
                .map(HistoryLine::settlement)
                .filter(line -> line.fire().isAfter(first) && !line.fire().isAfter(settled))
                .filter(line -> line.outcome() != Outcome.SUCCEEDED)
                .filter(line -> line.outcome() != Outcome.MISSED || line.fire().isAfter(known))
                .toList();
        assertEquals(List.of(), wrong, fleet.logs());
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

    private boolean says(String instance, String text) {
        try {
            return Files.readString(fleet.log(instance)).contains(text);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Map<String, JsonObject> status() {
        Cli status = Cli.run("status", "--json", "--config", fleet.config().toString());
        assertNotEquals(2, status.status(), status.err());
        Map<String, JsonObject> instances = new HashMap<>();
        status.json()
                .get(0)
                .getAsJsonArray("instances")
                .forEach(instance -> instances.put(
                        instance.getAsJsonObject().get("instance").getAsString(), instance.getAsJsonObject()));
        return instances;
    }

    /** Shows the unfit host something else in that place. */
    private void mount(String instance, Path instead, Path place) throws Exception {
        inNamespace(instance, "mount --bind " + instead + " " + place);
    }

    /** At once, though somebody may wait for what is there. */
    private void unmount(String instance, Path place) throws Exception {
        inNamespace(instance, "umount --lazy " + place);
    }

    private void inNamespace(String instance, String command) throws Exception {
        HostParts.shell("nsenter --target " + fleet.pid(instance) + " --mount " + command);
    }

    private static Set<String> jobs() {
        Set<String> names = new TreeSet<>();
        IntStream.range(0, 4).forEach(i -> names.addAll(Set.of("plain-" + i, "user-" + i, "file-" + i)));
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
