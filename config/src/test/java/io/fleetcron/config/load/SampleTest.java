package io.fleetcron.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.Delivery.Heartbeat;
import io.fleetcron.config.ExecutionEnvironment;
import io.fleetcron.config.ExecutionEnvironment.IoClass;
import io.fleetcron.config.ExecutionEnvironment.IoNice;
import io.fleetcron.config.ExecutionEnvironment.Limits;
import io.fleetcron.config.ExitStatuses;
import io.fleetcron.config.Expectations;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.FleetConfig.Storage;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.JobDefinition.ProgramCommand;
import io.fleetcron.config.JobDefinition.ShellCommand;
import io.fleetcron.config.JobDefinition.Source;
import io.fleetcron.config.Mail;
import io.fleetcron.config.Mail.MailOn;
import io.fleetcron.config.Metrics;
import io.fleetcron.config.Notices;
import io.fleetcron.config.Notices.On;
import io.fleetcron.config.Notices.Ping;
import io.fleetcron.config.Notices.Rule;
import io.fleetcron.config.Placement;
import io.fleetcron.config.Receiver.MailBox;
import io.fleetcron.config.Receiver.Program;
import io.fleetcron.config.Receiver.Webhook;
import io.fleetcron.config.RunGroup;
import io.fleetcron.config.RunPolicy;
import io.fleetcron.config.RunPolicy.CatchUp;
import io.fleetcron.config.RunPolicy.CatchUpPolicy;
import io.fleetcron.config.RunPolicy.OnLost;
import io.fleetcron.config.RunPolicy.Overlap;
import io.fleetcron.config.RunPolicy.Retries;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.config.schedule.Schedules;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Good files give exactly the values that stand in them. */
class SampleTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @Test
    void readsEveryKeyOfAJob() {
        JobDefinition job = Loaded.job("good/sample-main.yaml", "nightly-report");

        assertEquals(
                new JobDefinition(
                        "nightly-report",
                        "Builds yesterday's report",
                        Schedules.parse("30 2 * * *", BERLIN, "nightly-report"),
                        BERLIN,
                        new ShellCommand("/bin/sh", "/opt/report/build --day yesterday"),
                        ExecutionEnvironment.USUAL.with(
                                Optional.of(Path.of("/opt/report")), Map.of("REPORT_LEVEL", "full")),
                        new RunPolicy(
                                Optional.of(Duration.ofHours(2)),
                                Duration.ofSeconds(30),
                                ExitStatuses.ZERO,
                                new Retries(3, Duration.ofMinutes(1), 2.0),
                                Overlap.SKIP,
                                new CatchUp(CatchUpPolicy.LATEST, Duration.ofHours(6)),
                                Optional.empty(),
                                OnLost.SKIP,
                                RunOn.ONE,
                                Placement.ANYWHERE,
                                Optional.empty(),
                                Notices.NONE),
                        true,
                        new Source(Resources.file("good/sample.yaml"), 2, "30 2 * * *")),
                job);
    }

    @Test
    void fillsInDefaultsOfAMinimalFleet() {
        FleetConfig config = Loaded.good("good/minimal-main.yaml");
        JobDefinition job = Loaded.job("good/minimal-main.yaml", "tick");

        assertEquals(Storage.NFS, config.storage());
        assertEquals(Path.of("/mnt/fleet"), config.sharedDir());
        assertEquals(64, config.maxRunning());
        assertEquals(1 << 20, config.outputCap());
        assertTrue(config.outputLog());
        assertEquals(Optional.empty(), config.lease());
        assertEquals(Duration.ofDays(90), config.keep());
        assertEquals(Path.of("/usr/sbin/sendmail"), config.sendmail());
        assertEquals(FleetConfig.Reload.ON_CHANGE, config.reload());
        assertEquals(Optional.empty(), config.instance());
        assertEquals(
                new JobDefinition(
                        "tick",
                        "",
                        Schedules.every(Duration.ofSeconds(90)),
                        ZoneId.of("UTC"),
                        new ProgramCommand(List.of("sleep", "5")),
                        ExecutionEnvironment.USUAL,
                        new RunPolicy(
                                Optional.empty(),
                                Duration.ofSeconds(30),
                                ExitStatuses.ZERO,
                                Retries.NONE,
                                Overlap.SKIP,
                                CatchUp.NONE,
                                Optional.empty(),
                                OnLost.SKIP,
                                RunOn.ONE,
                                Placement.ANYWHERE,
                                Optional.empty(),
                                Notices.NONE),
                        true,
                        new Source(Resources.file("good/minimal.yaml"), 3, "every 90s")),
                job);
    }

    @Test
    void readsEveryKeyOfTheMainFile() {
        FleetConfig config = Loaded.good("good/full-main.yaml");

        assertEquals(Resources.file("good/shared").toAbsolutePath(), config.sharedDir());
        assertEquals(Storage.LOCAL, config.storage());
        assertEquals(Optional.of(Path.of("/var/lib/fleetcron")), config.stateDir());
        assertEquals(Optional.of("Web-1"), config.instance());
        assertEquals(Map.of("rack", "07", "site", "on"), config.labels());
        assertEquals(200, config.maxRunning());
        assertEquals(512 << 10, config.outputCap());
        assertTrue(!config.outputLog());
        assertEquals(Optional.of(Duration.ofSeconds(90)), config.lease());
        assertEquals(Duration.ofDays(30), config.keep());
        assertEquals(Path.of("/opt/mail/sendmail"), config.sendmail());
        assertEquals(
                Optional.of(URI.create("http://proxy.example.com:3128")),
                config.delivery().proxy());
        assertEquals(
                Map.of(
                        "chat",
                        new Webhook(
                                "https://chat.example.com/hooks/x?a=1", Map.of(), Optional.empty(), Optional.empty()),
                        "pages",
                        new Webhook(
                                "${URL}/v2",
                                Map.of("Authorization", "Bearer ${TOKEN}"),
                                Optional.of("{\"key\": \"${KEY}\", \"summary\": \"${text}\"}"),
                                Optional.of(Resources.file("good/secrets/pages").toAbsolutePath())),
                        "script",
                        new Program(List.of("/usr/local/bin/page", "--team", "ops")),
                        "ops",
                        new MailBox(List.of("ops@example.com", "root"))),
                config.delivery().receivers());
        assertEquals(
                new Notices(
                        Optional.empty(),
                        List.of(
                                new Rule("ops", Set.of(On.FAILURE, On.LATE), Optional.empty()),
                                new Rule("chat", Set.of(On.RECOVERY, On.LATE), Optional.empty()),
                                new Rule(
                                        "pages",
                                        Set.of(On.FIRST_FAILURE, On.LOST, On.MISSED, On.RECOVERY),
                                        Optional.of(Duration.ofHours(1)))),
                        Optional.of(new Ping("https://hc-ping.com/key/${job}")),
                        new Expectations(
                                Optional.of(Duration.ofMinutes(10)),
                                Optional.of(Duration.ofHours(26)),
                                Optional.of(Duration.ofMinutes(30)))),
                Loaded.job("good/full-main.yaml", "b-first").policy().notices());
        assertEquals(
                Notices.NONE,
                Loaded.job("good/full-main.yaml", "d-fourth").policy().notices());
        assertEquals(
                Optional.of(new Heartbeat("https://hc-ping.com/fleet", Duration.ofMinutes(5))),
                config.delivery().heartbeat());
        assertEquals(
                new Metrics(
                        Optional.of(Path.of("/var/lib/prometheus/node-exporter/fleetcron.prom")),
                        Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9464))),
                config.metrics());
        assertEquals(FleetConfig.Reload.ON_SIGNAL, config.reload());
        assertEquals(
                List.of("b-first", "a-second", "c-third", "d-fourth"),
                List.copyOf(config.jobs().keySet()));
    }

    @Test
    void jobsOverrideTheMainFilesDefaultsAndJoinItsEnvironment() {
        JobDefinition plain = Loaded.job("good/full-main.yaml", "b-first");
        JobDefinition own = Loaded.job("good/full-main.yaml", "a-second");

        assertEquals(ZoneId.of("Asia/Kathmandu"), plain.timezone());
        assertEquals(Optional.of(Duration.ofMinutes(10)), plain.policy().timeout());
        assertEquals(Overlap.QUEUE, plain.policy().overlap());
        assertEquals(
                new Placement(List.of("*"), Map.of("site", "on"), Map.of("rack", "07")),
                plain.policy().placement());
        assertEquals(new Retries(2, Duration.ofSeconds(10), 1.0), plain.policy().retries());
        assertEquals(
                Map.of("LANG", "C.UTF-8", "TIER", "prod"), plain.environment().env());
        assertEquals(Optional.of(Path.of("/srv")), plain.environment().workingDir());

        assertEquals(ZoneId.of("Australia/Lord_Howe"), own.timezone());
        assertEquals(Optional.of(Duration.ofMillis(5_400_500)), own.policy().timeout());
        assertEquals(Overlap.REPLACE, own.policy().overlap());
        assertEquals(
                new CatchUp(CatchUpPolicy.ALL, Duration.ofHours(1)),
                own.policy().catchUp());
        assertEquals(
                Map.of("LANG", "de_DE.UTF-8", "TIER", "prod", "MODE", "0755", "AT", "12:30", "ON", "on"),
                own.environment().env());
        assertEquals(RunOn.EVERY, own.policy().runOn());
        assertEquals(
                Optional.of(new RunGroup("warehouse", 2)),
                Loaded.job("good/full-main.yaml", "d-fourth").policy().group());
        assertEquals(Optional.empty(), own.policy().group());
        assertEquals(OnLost.RERUN, own.policy().onLost());
        assertTrue(!own.enabled());
    }

    @Test
    void readsTheWholeEnvironmentOfAJob() {
        JobDefinition job = Loaded.job("good/environment-main.yaml", "own");

        assertEquals(
                new ExecutionEnvironment(
                        Optional.of("0"),
                        Optional.of("adm"),
                        Optional.empty(),
                        Map.of("TIER", "test"),
                        List.of(Path.of("/etc/default/report"), secrets("report")),
                        Optional.of("one\ntwo\n"),
                        OptionalInt.of(0027),
                        OptionalInt.of(-5),
                        Optional.of(new IoNice(IoClass.BEST_EFFORT, 7)),
                        new Limits(OptionalLong.of(512 << 20), OptionalDouble.of(0.5), OptionalInt.of(300))),
                job.environment());
        assertEquals(new ShellCommand("/bin/dash", "tr a-z A-Z"), job.command());
        assertEquals(
                Optional.of(new Mail(List.of("anna"), MailOn.OUTPUT)),
                job.policy().mail());
        assertEquals("0 3 * * * splay 1h30m", job.source().schedule());
        Schedule three = Schedules.parse("0 3 * * *", ZoneId.of("UTC"), "own");
        assertEquals(Schedules.splayed(three, Duration.ofMinutes(90), "own"), job.schedule());
    }

    @Test
    void theMainFilesDefaultsHoldForTheEnvironment() {
        JobDefinition plain = Loaded.job("good/environment-main.yaml", "plain");

        assertEquals(
                new ExecutionEnvironment(
                        Optional.of("batch"),
                        Optional.empty(),
                        Optional.empty(),
                        Map.of("TIER", "prod"),
                        List.of(secrets("all")),
                        Optional.empty(),
                        OptionalInt.empty(),
                        OptionalInt.of(10),
                        Optional.empty(),
                        new Limits(OptionalLong.empty(), OptionalDouble.empty(), OptionalInt.of(2000))),
                plain.environment());
        assertEquals(new ShellCommand("/bin/bash", "/opt/clean"), plain.command());
        assertEquals(
                Optional.of(new Mail(List.of("root", "ops@example.com"), MailOn.FAILURE)),
                plain.policy().mail());
        assertEquals("0 2 * * * splay 10m", plain.source().schedule());
    }

    @Test
    void aJobMayWantNoMailAndADefaultShellSparesLists() {
        JobDefinition quiet = Loaded.job("good/environment-main.yaml", "quiet");

        assertEquals(Optional.empty(), quiet.policy().mail());
        assertEquals(new ProgramCommand(List.of("/bin/true")), quiet.command());
        assertEquals(
                Optional.of(new IoNice(IoClass.BEST_EFFORT, 4)),
                quiet.environment().ionice());
        assertEquals(
                new Limits(OptionalLong.empty(), OptionalDouble.of(2), OptionalInt.of(2000)),
                quiet.environment().limits());
        JobDefinition boot = Loaded.job("good/environment-main.yaml", "boot");
        assertTrue(Schedules.firesAtBoot(boot.schedule()));
        assertEquals(
                Optional.of(new IoNice(IoClass.IDLE, 0)), boot.environment().ionice());
    }

    private static Path secrets(String name) {
        return Resources.file("good").toAbsolutePath().resolve("secrets").resolve(name);
    }

    @Test
    void yamlsImplicitTypesChangeNothing() {
        JobDefinition job = Loaded.job("good/full-main.yaml", "c-third");

        assertEquals(
                new ProgramCommand(List.of("echo", "0755", "12:30", "yes", "1e3", "0x1F", "1_000")), job.command());
        assertEquals("2026-11-23", job.description());
        assertEquals(
                Map.of("EMPTY", "", "TRUTH", "false", "LANG", "C.UTF-8", "TIER", "prod"),
                job.environment().env());
    }

    @Test
    void aFolderIsReadByNameAndHiddenFilesAreLeftOut() {
        FleetConfig config = Loaded.good("good/folder/fleetcron.yaml");

        assertEquals(List.of("from-10", "from-20"), List.copyOf(config.jobs().keySet()));
    }
}
