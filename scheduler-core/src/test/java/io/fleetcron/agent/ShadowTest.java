package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Slow;
import io.fleetcron.cli.Cli;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.host.ServiceManager;
import io.fleetcron.host.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A shadow on a host, alone and beside an agent that runs the same jobs from the same configuration. */
@Slow
@Timeout(120)
final class ShadowTest {

    private static final String JOBS = """
            jobs:
              fleet:
                every: 1s
                run_group: g
                retries: {attempts: 3, delay: 10ms}
                mail: {to: root, on: always}
                notify: tell
                command: touch WITNESS/fleet,$FLEETCRON_FIRE; exit 1
              host:
                every: 1s
                run_on: every
                command: touch WITNESS/host,$FLEETCRON_FIRE
              nobody:
                every: 1s
                user: no-such-user
                tolerance: 1s
                command: touch WITNESS/nobody,$FLEETCRON_FIRE
            """;

    @TempDir
    Path folder;

    @Test
    void recordsWhatItWouldRunAndIsKeptApartFromTheAgentThatRunsIt() throws Exception {
        FleetConfig config = config("shared");
        Agent shadow = bootstrap().startShadow(config, Optional.of("here"));
        try {
            for (String job : List.of("fleet", "host", "nobody")) {
                await(() -> fires(true, job, "shadowed").size() >= 3);
            }
            assertEquals(List.of(), names("witness"), "no command, no mail, no notification");
            assertEquals(List.of("shadow"), names("shared"), "nothing of the fleet itself");

            Agent real = bootstrap().start(config, Optional.of("here"));
            try {
                await(() -> names("witness").stream().anyMatch(name -> name.startsWith("mail")));
                await(() -> names("witness").stream().anyMatch(name -> name.startsWith("notified")));
                // Both have claimed one and the same fire of each: neither takes the other's claim for its own.
                await(() -> inBoth("fleet", "failed") && inBoth("host", "succeeded"));
            } finally {
                real.stop();
            }
        } finally {
            shadow.stop();
        }
        assertEquals(Set.of("shadowed"), outcomes(true, "fleet"));
        assertEquals(Set.of("failed"), outcomes(false, "fleet"));
        assertEquals(witnessed("fleet"), fires(false, "fleet", "failed"), "only what the agent ran has run");
        assertEquals(witnessed("host"), fires(false, "host", "succeeded"));
    }

    private boolean inBoth(String job, String outcome) {
        Set<String> both = fires(false, job, outcome);
        both.retainAll(fires(true, job, "shadowed"));
        return !both.isEmpty();
    }

    @Test
    void whoeverLooksIsToldThatNothingWasStarted() throws Exception {
        Agent shadow = bootstrap().startShadow(config("shared"), Optional.of("here"));
        try {
            await(() -> fires(true, "nobody", "shadowed").size() >= 2);
        } finally {
            shadow.stop();
        }
        String note = "of what is shown here nothing was started";
        for (List<String> command : List.of(
                List.of("status"),
                List.of("history"),
                List.of("why", "fleet"),
                List.of("audit", "fleet"),
                List.of("page"))) {
            Cli shown = cli(command, "--shadow");
            assertTrue(shown.out().contains(note), command + "\n" + shown.out() + shown.err());
            assertTrue(shown.out().contains("shadow"), shown.out());
            Cli real = cli(command);
            assertFalse(real.out().contains(note), command + ": nothing of it is the fleet's\n" + real.out());
        }
        assertTrue(cli(
                        List.of(
                                "why",
                                "fleet",
                                fires(true, "fleet", "shadowed").iterator().next()),
                        "--shadow")
                .out()
                .contains("a shadow recorded it, and started nothing"));
        assertTrue(
                cli(List.of("history", "nobody"), "--shadow").out().contains("no-such-user"),
                "what crond may do and this host cannot");
        assertTrue(cli(List.of("status", "--json"), "--shadow")
                .json()
                .get(0)
                .get("shadow")
                .getAsBoolean());
    }

    @Test
    void neitherWorksInTheOthersDirectory() throws Exception {
        bootstrap().startShadow(config("shared"), Optional.of("a")).stop();
        FleetConfig inShadow = config("shared/shadow");
        String refused = assertThrows(StartException.class, () -> bootstrap().start(inShadow, Optional.of("b")))
                .reasons()
                .toString();
        assertTrue(refused.contains("belongs to a shadow, which has run nothing"), refused);

        bootstrap().start(config("other/shadow"), Optional.of("c")).stop();
        FleetConfig aboveReal = config("other");
        refused = assertThrows(StartException.class, () -> bootstrap().startShadow(aboveReal, Optional.of("d")))
                .reasons()
                .toString();
        assertTrue(refused.contains("a shadow needs a directory of its own"), refused);
    }

    private static AgentBootstrap bootstrap() {
        return new AgentBootstrap(InstantSource.system(), ServiceManager.NONE);
    }

    private FleetConfig config(String shared) throws IOException {
        Files.createDirectories(folder.resolve("witness"));
        Path program = Files.writeString(
                folder.resolve("tell"),
                "#!/bin/sh\ncat >/dev/null\ntouch WITNESS/$1$$\n".replace("WITNESS", witness()));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path mailer = Files.writeString(
                folder.resolve("mailer"),
                "#!/bin/sh\ncat >/dev/null\ntouch WITNESS/mail$$\n".replace("WITNESS", witness()));
        Files.setPosixFilePermissions(mailer, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path file = Files.writeString(
                folder.resolve("fleetcron.yaml"),
                "shared_dir: " + shared + "\nstorage: local\nstate_dir: " + folder + "/state\njobs: [jobs.yaml]\n"
                        + "run_groups: {g: 1}\nsendmail: " + mailer + "\nreceivers: {tell: {command: [" + program
                        + ", notified]}}\n");
        Files.writeString(folder.resolve("jobs.yaml"), JOBS.replace("WITNESS", witness()));
        return new ConfigLoader().load(file).config().orElseThrow();
    }

    private String witness() {
        return folder.resolve("witness").toString();
    }

    private List<String> names(String directory) {
        try (Stream<Path> all = Files.list(folder.resolve(directory))) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private Set<String> witnessed(String job) {
        return names("witness").stream()
                .filter(name -> name.startsWith(job + ","))
                .map(name -> name.substring(job.length() + 1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Cli cli(List<String> words, String... more) {
        List<String> all = new ArrayList<>(words);
        all.addAll(List.of("--config", folder.resolve("fleetcron.yaml").toString()));
        all.addAll(List.of(more));
        return Cli.run(all.toArray(String[]::new));
    }

    private Set<String> fires(boolean shadow, String job, String outcome) {
        List<String> words = List.of("history", job, "--json", "--outcome", outcome);
        return (shadow ? cli(words, "--shadow") : cli(words))
                .json().stream()
                        .map(line -> line.get("fire").getAsString())
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> outcomes(boolean shadow, String job) {
        List<String> words = List.of("history", job, "--json");
        return (shadow ? cli(words, "--shadow") : cli(words))
                .json().stream().map(line -> line.get("outcome").getAsString()).collect(Collectors.toSet());
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(100);
        }
    }
}
