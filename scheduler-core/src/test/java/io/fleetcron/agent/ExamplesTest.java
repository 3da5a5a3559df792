package io.fleetcron.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fleetcron.Slow;
import io.fleetcron.byhand.ManualRun;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.JobDefinition.ShellCommand;
import io.fleetcron.config.RunPolicy.CatchUpPolicy;
import io.fleetcron.config.RunPolicy.OnLost;
import io.fleetcron.config.RunPolicy.Overlap;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.config.load.LoadResult;
import io.fleetcron.config.load.Validation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job files that people copy: all load, and those that need nothing special run, with {@code /srv} elsewhere. */
@Slow
class ExamplesTest {

    private static final Path EXAMPLES = Path.of("..", "examples");

    @TempDir
    Path root;

    private Path srv;

    @BeforeEach
    void copyExamples() throws IOException {
        srv = root.resolve("srv");
        Files.createDirectories(root.resolve("jobs.d"));
        Files.writeString(root.resolve("fleetcron.yaml"), """
                shared_dir: shared
                storage: local
                state_dir: state
                run_groups: {database: 1}
                """);
        for (Path file : jobFiles()) {
            Files.writeString(
                    root.resolve("jobs.d").resolve(name(file)),
                    Files.readString(file).replace("/srv/", srv + "/"));
        }
    }

    @Test
    void allLoadWithoutAWarning() throws IOException {
        List<Path> all = new ArrayList<>(jobFiles());
        all.add(EXAMPLES.resolve("fleetcron.yaml"));
        all.add(Path.of("..", "packaging", "quickstart", "fleetcron.yaml"));
        for (Path file : all) {
            Validation found = new ConfigLoader().validate(List.of(file));
            assertEquals(List.of(), found.problems(), file.toString());
            assertTrue(found.jobs() > 0, file + " holds no job");
        }
    }

    @Test
    void theShellUnderstandsEveryCommand() throws Exception {
        for (JobDefinition job : config().jobs().values()) {
            if (job.command() instanceof ShellCommand shell) {
                assertEquals("", output("/bin/sh", "-n", "-c", shell.line()), job.name());
            }
        }
    }

    @Test
    void backupKeepsTheNewestArchives() throws Exception {
        write("www/index.html", "hello");
        for (int day = 10; day < 30; day++) {
            write("backup/www/www-2020-01-" + day + "T01:30:00Z.tar.gz", "old");
        }

        assertEquals(0, run("backup-www"));

        List<String> kept = names("backup/www");
        assertEquals(14, kept.size());
        assertFalse(kept.contains("www-2020-01-16T01:30:00Z.tar.gz"), "an older one was kept");
        assertTrue(kept.contains("www-2020-01-17T01:30:00Z.tar.gz"), "too many were removed");
        String newest = srv.resolve("backup/www").resolve(kept.get(13)).toString();
        assertTrue(output("tar", "-tzf", newest).contains("./index.html"));
    }

    @Test
    void certificateCheckFailsInTime() throws Exception {
        assumeTrue(installed("openssl"));
        certificate("good.pem", 90);
        assertEquals(0, run("certificate-expiry"));
        certificate("late.pem", 3);
        assertEquals(1, run("certificate-expiry"));
    }

    @Test
    void logIsRotatedAndOldOnesGo() throws Exception {
        for (int day = 1; day < 10; day++) {
            write("app/log/app.log.2020-01-0" + day + "T03:00:00Z.gz", "old");
        }
        assertEquals(0, run("rotate-app-log"), "without a log there is nothing to do");
        assertEquals(9, names("app/log").size());

        write("app/log/app.log", "a line\n");
        assertEquals(0, run("rotate-app-log"));

        List<String> left = names("app/log");
        assertEquals(7, left.size());
        assertFalse(left.contains("app.log"));
        String newest = srv.resolve("app/log").resolve(left.get(6)).toString();
        assertEquals("a line\n", output("gzip", "-dc", newest));
    }

    @Test
    void scratchLosesOldFilesOnly() throws Exception {
        write("scratch/old", "");
        write("scratch/new", "");
        age("scratch/old", Duration.ofDays(4));

        assertEquals(0, run("clean-scratch"));

        assertEquals(List.of("new"), names("scratch"));
    }

    @Test
    void reportIsFetched() throws Exception {
        assumeTrue(installed("curl"));
        write("yesterday.csv", "1;2\n");
        edit("report.yaml", "https://reports.example.org/yesterday.csv", "file://" + srv + "/yesterday.csv");

        assertEquals(0, run("daily-report"));

        List<String> reports = names("reports");
        assertEquals(1, reports.size(), reports.toString());
        assertEquals("1;2\n", Files.readString(srv.resolve("reports").resolve(reports.get(0))));
    }

    @Test
    void heartbeatLeavesItsMark() throws Exception {
        Files.createDirectories(srv.resolve("reports"));
        assertEquals(0, run("heartbeat"));
        assertTrue(Files.readString(srv.resolve("reports/fleet-is-alive")).matches("20[0-9T:-]+Z\n"));
    }

    @Test
    void theOldPageStaysWhereNoNewOneIsMade() throws Exception {
        Files.createDirectories(srv.resolve("www"));
        edit("page.yaml", "fleetcron page >", "sh -c 'echo in trouble; exit 1' >");
        assertEquals(0, run("fleet-page"));
        assertEquals("in trouble\n", Files.readString(srv.resolve("www/fleet.html")));

        edit("page.yaml", "echo in trouble; exit 1", "exit 2");
        assertEquals(1, run("fleet-page"));
        assertEquals("in trouble\n", Files.readString(srv.resolve("www/fleet.html")));
    }

    @Test
    void diskSpaceHasItsLimit() throws Exception {
        edit("health.yaml", "LIMIT: 90", "LIMIT: 100");
        assertEquals(0, run("disk-space"));
        edit("health.yaml", "LIMIT: 100", "LIMIT: -1");
        assertEquals(1, run("disk-space"));
    }

    @Test
    void inboxIsMovedOnceItRests() throws Exception {
        write("inbox/done", "");
        write("inbox/still-written", "");
        age("inbox/done", Duration.ofMinutes(5));

        assertEquals(0, run("sync-inbox"));

        assertEquals(List.of("still-written"), names("inbox"));
        assertEquals(List.of("done"), names("archive"));
    }

    /** What its comments promise. */
    @Test
    void payrollTakesNoRisk() throws IOException {
        JobDefinition payroll = Objects.requireNonNull(config().jobs().get("payroll"));
        assertEquals(1, payroll.policy().retries().attempts());
        assertEquals(OnLost.SKIP, payroll.policy().onLost());
        assertEquals(Overlap.SKIP, payroll.policy().overlap());
        assertEquals(CatchUpPolicy.ALL, payroll.policy().catchUp().policy());
    }

    private int run(String name) throws Exception {
        FleetConfig config = config();
        JobDefinition job = Objects.requireNonNull(config.jobs().get(name), name);
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ManualRun run =
                ManualRun.prepare(config, job, Optional.of("example"), Person.plain(), InstantSource.system(), output);
        try {
            return run.run(Duration.ZERO, message -> output.writeBytes(message.getBytes(UTF_8)));
        } finally {
            run.close();
            System.out.println(name + ": " + output.toString(UTF_8));
        }
    }

    private FleetConfig config() throws IOException {
        LoadResult loaded = new ConfigLoader().load(root.resolve("fleetcron.yaml"));
        return loaded.config()
                .orElseThrow(() -> new IOException(loaded.problems().toString()));
    }

    private void edit(String file, String from, String to) throws IOException {
        Path path = root.resolve("jobs.d").resolve(file);
        String text = Files.readString(path);
        assertTrue(text.contains(from), file + " does not hold " + from);
        Files.writeString(path, text.replace(from, to));
    }

    private void write(String name, String text) throws IOException {
        Path file = srv.resolve(name);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, text);
    }

    private void age(String name, Duration age) throws IOException {
        Files.setLastModifiedTime(srv.resolve(name), FileTime.from(Instant.now().minus(age)));
    }

    private List<String> names(String folder) throws IOException {
        try (Stream<Path> found = Files.list(srv.resolve(folder))) {
            return found.map(ExamplesTest::name).sorted().toList();
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private void certificate(String name, int days) throws Exception {
        Files.createDirectories(srv.resolve("tls"));
        output(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-subj",
                "/CN=example",
                "-days",
                "" + days,
                "-keyout",
                root.resolve("key").toString(),
                "-out",
                srv.resolve("tls").resolve(name).toString());
    }

    private static List<Path> jobFiles() throws IOException {
        try (Stream<Path> found = Files.list(EXAMPLES.resolve("jobs.d"))) {
            return found.sorted().toList();
        }
    }

    private static boolean installed(String program) throws Exception {
        return new ProcessBuilder("sh", "-c", "command -v " + program).start().waitFor() == 0;
    }

    private static String output(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return output;
    }
}
