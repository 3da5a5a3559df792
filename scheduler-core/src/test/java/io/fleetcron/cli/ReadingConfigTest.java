package io.fleetcron.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.config.load.ConfigSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that read the configuration alone. */
class ReadingConfigTest {

    @TempDir
    private Path folder;

    private Path main;

    @BeforeEach
    void write() throws IOException {
        main = Files.writeString(folder.resolve("fleetcron.yaml"), """
                shared_dir: shared
                storage: local
                jobs: [jobs.yaml]
                """);
        Files.writeString(folder.resolve("jobs.yaml"), """
                jobs:
                  night:
                    schedule: ["30 2 * * *", "0 12 * * *"]
                    timezone: Europe/Berlin
                    command: "true"
                  tick: {every: 90s, command: "true", run_on: every}
                  off: {schedule: "@daily", command: "true", enabled: false}
                """);
    }

    @Test
    void validateIsQuietAboutSoundFiles() {
        Cli cli = Cli.run("validate", main.toString());

        assertEquals(ExitCode.OK, cli.status());
        assertEquals(
                List.of(),
                cli.lines().stream().filter(l -> !l.contains(": warning: ")).toList());
        assertTrue(cli.err().endsWith("valid: 2 files, 3 jobs\n"), cli.err());
    }

    @Test
    void validateTakesTheOptionOfTheOtherCommands() {
        Cli cli = Cli.run("validate", "--config", main.toString());

        assertEquals(Cli.run("validate", main.toString()).err(), cli.err());
        assertEquals(ExitCode.OK, cli.status());
    }

    @Test
    void validateWarnsOfADirectoryThatThisHostDoesNotHave() throws IOException {
        Path none = folder.resolve("none");
        Path jobs = Files.writeString(
                folder.resolve("more.yaml"),
                "jobs:\n  away: {every: 90s, command: \"true\", working_dir: " + none + "}\n");
        Path other = Files.writeString(
                folder.resolve("other.yaml"), "shared_dir: " + folder + "\njobs: [" + jobs.getFileName() + "]\n");

        Cli cli = Cli.run("validate", other.toString());

        assertEquals(ExitCode.OK, cli.status(), cli.out());
        assertTrue(cli.out().contains(jobs + ":2:1: warning: job `away`: its `working_dir` " + none), cli.out());
    }

    @Test
    void validateNamesThePlaceOfEveryError() throws IOException {
        Path bad =
                Files.writeString(folder.resolve("bad.yaml"), "jobs:\n  a: {every: 90, command: x}\n  b: {cmd: x}\n");
        Path missing = folder.resolve("missing.yaml");

        Cli cli = Cli.run("validate", bad.toString(), missing.toString());

        assertEquals(ExitCode.PROBLEM, cli.status());
        assertTrue(cli.lines().stream().anyMatch(l -> l.startsWith(bad + ":2:14: error: ")), cli.out());
        assertTrue(cli.lines().stream().anyMatch(l -> l.startsWith(bad + ":3:")), cli.out());
        assertTrue(cli.lines().contains(missing + ":1:1: error: no such file"), cli.out());
        assertEquals("", cli.err());
    }

    @Test
    void validateTellsProgramsTheSame() throws IOException {
        Path bad = Files.writeString(folder.resolve("bad.yaml"), "jobs:\n  a: {every: 90, command: x}\n");

        JsonObject problem =
                Cli.run("validate", "--json", bad.toString()).json().get(0);

        assertEquals(Set.of("file", "line", "column", "severity", "message"), problem.keySet());
        assertEquals(2, problem.get("line").getAsInt());
        assertEquals("error", problem.get("severity").getAsString());
    }

    @Test
    void listShowsSchedulesAsTheyAreWritten() {
        List<JsonObject> jobs = Cli.run("list", "--json", "-c", main.toString()).json();

        assertEquals(
                List.of("30 2 * * * | 0 12 * * *", "every 90s", "@daily"),
                jobs.stream().map(job -> job.get("schedule").getAsString()).toList());
        assertEquals("every", jobs.get(1).get("run_on").getAsString());
        assertEquals(
                folder.resolve("jobs.yaml") + ":2", jobs.get(0).get("source").getAsString());
        assertTrue(jobs.get(2).get("next").isJsonNull());
    }

    @Test
    void listIsATableForPeople() {
        List<String> lines = Cli.run("list", "-c", main.toString()).lines();

        assertTrue(lines.get(0).matches("JOB +SCHEDULE +ZONE +NEXT +RUN_ON +ENABLED +SOURCE"), lines.get(0));
        assertTrue(lines.get(3).matches("off +@daily +UTC +- +one +no +.*jobs.yaml:7"), lines.get(3));
    }

    @Test
    void whatFiresAtBootHasNoNextTime() throws IOException {
        Path boots = Files.writeString(
                folder.resolve("boots.yaml"),
                "shared_dir: shared\njobs: [boot-jobs.yaml]\ndefaults: {run_on: every}\n");
        Files.writeString(folder.resolve("boot-jobs.yaml"), """
                jobs:
                  warm-up: {schedule: "@reboot", command: "true"}
                  both: {schedule: ["@reboot", "0 0 1 1 *"], command: "true"}
                """);

        List<String> list = Cli.run("list", "-c", boots.toString()).lines();
        assertTrue(list.get(1).matches("warm-up +@reboot +UTC +at boot +every +yes +.*"), list.get(1));
        assertTrue(
                list.get(2).matches("both +@reboot \\| 0 0 1 1 \\* +UTC +[0-9]{4}-01-01T00:00:00Z +.*"), list.get(2));
        Cli next = Cli.run("next", "-c", boots.toString());
        assertTrue(next.err().contains("job warm-up fires at boot"), next.err());
        assertTrue(next.err().contains("job both fires at boot"), next.err());
        assertEquals(2, next.lines().size());
        assertTrue(Cli.run("next", "--schedule", "@reboot").err().contains("fires at boot"));
        Cli explained = Cli.run("explain", "@reboot");
        assertEquals("Once after each boot of a host.", explained.lines().get(0));
        assertTrue(explained.out().contains("at boot"), explained.out());
    }

    @Test
    void nextOfAnExpressionNeedsNoConfiguration() {
        Cli cli = Cli.run(
                "next",
                "--schedule",
                "30 2 * * *",
                "--timezone",
                "Europe/Berlin",
                "--after",
                "2026-10-24T12:00:00Z",
                "--count",
                "2",
                "--json");

        assertEquals(
                List.of(
                        "{\"fire\":\"2026-10-25T00:30:00Z\",\"local\":\"2026-10-25T02:30:00+02:00\"}",
                        "{\"fire\":\"2026-10-26T01:30:00Z\",\"local\":\"2026-10-26T02:30:00+01:00\"}"),
                cli.lines());
    }

    @Test
    void nextOfAllJobsIsInTheOrderOfTime() {
        List<JsonObject> fires = Cli.run(
                        "next", "-c", main.toString(), "--after", "2026-11-23", "--count", "2", "--json")
                .json();

        assertEquals(
                List.of(
                        "tick 2026-11-23T00:01:30Z",
                        "tick 2026-11-23T00:03:00Z",
                        "night 2026-11-23T01:30:00Z",
                        "night 2026-11-23T11:00:00Z"),
                fires.stream()
                        .map(fire -> fire.get("job").getAsString() + " "
                                + fire.get("fire").getAsString())
                        .toList());
    }

    @Test
    void nextOfADisabledJobSaysSo() {
        Cli cli = Cli.run("next", "-c", main.toString(), "off");

        assertEquals("", cli.out());
        assertTrue(cli.err().contains("job off is disabled"), cli.err());
    }

    @Test
    void anUnknownJobIsNamedWithTheNearestOne() {
        Cli cli = Cli.run("next", "-c", main.toString(), "nigth");

        assertEquals(ExitCode.USAGE, cli.status());
        assertTrue(cli.err().contains("Did you mean night?"), cli.err());
    }

    @Test
    void aSplayIsSaidAndShownAndTheSameWhereverItIsLookedAt() throws IOException {
        Files.writeString(
                folder.resolve("jobs.yaml"), "jobs: {nightly: {schedule: 0 2 * * *, splay: 10m, command: 'true'}}\n");
        String[] how = {"--name", "nightly", "--splay", "10m", "--after", "2026-11-23T00:00:00Z", "--json"};
        JsonObject explained = Cli.run(with(how, "explain", "0 2 * * *")).json().get(0);
        JsonObject next =
                Cli.run(with(how, "next", "--schedule", "0 2 * * *")).json().get(0);

        String fire = next.get("fire").getAsString();
        assertTrue(fire.matches("2026-11-23T02:0[0-9]:[0-9]{2}Z"), fire);
        assertEquals(fire, explained.get("next").getAsJsonArray().get(0).getAsString());
        Cli ofJob = Cli.run("next", "nightly", "-c", main.toString(), "--after", "2026-11-23T00:00:00Z", "--json");
        assertEquals(fire, ofJob.json().get(0).get("fire").getAsString());
        JsonObject listed =
                Cli.run("list", "-c", main.toString(), "--json").json().get(0);
        assertEquals("0 2 * * * splay 10m", listed.get("schedule").getAsString());
        assertEquals(fire.substring(10, 19), listed.get("next").getAsString().substring(10, 19));
        assertTrue(
                explained.get("english").getAsString().contains("this job's share of the splay"), explained.toString());
    }

    private static String[] with(String[] options, String... command) {
        return Stream.concat(Stream.of(command), Stream.of(options)).toArray(String[]::new);
    }

    @Test
    void explainSaysWithHowManyOthersOfItsGroupAJobRuns() throws IOException {
        Path grouped = Files.writeString(
                folder.resolve("grouped.yaml"),
                "shared_dir: shared\njobs: [grouped-jobs.yaml]\nrun_groups: {warehouse: 2}\n");
        Files.writeString(
                folder.resolve("grouped-jobs.yaml"),
                "jobs: {load: {schedule: '@daily', command: 'true', run_group: warehouse}}\n");

        Cli cli = Cli.run("explain", "-c", grouped.toString(), "--job", "load");
        assertTrue(cli.lines().get(0).endsWith("At most 2 of the jobs in group warehouse run at once."), cli.out());
        JsonObject json = Cli.run("explain", "-c", grouped.toString(), "--job", "load", "--json")
                .json()
                .get(0);
        assertEquals(
                "warehouse 2",
                json.get("run_group").getAsString() + " "
                        + json.get("run_group_limit").getAsInt());
    }

    @Test
    void explainSaysAScheduleAndItsDoubtsAndItsTimes() {
        Cli cli = Cli.run("explain", "* 2 * * *", "--after", "2026-11-23T00:00:00Z");

        assertEquals(ExitCode.OK, cli.status());
        assertTrue(cli.out().contains("warning: column 1: * in the minute field"), cli.out());
        assertTrue(cli.out().contains("2026-11-23T02:00:00Z"), cli.out());
    }

    @Test
    void whatAJobExceptsIsShown() throws IOException {
        Files.writeString(folder.resolve("days.txt"), "2026-12-25 # Christmas Day\n");
        Files.writeString(folder.resolve("jobs.yaml"), """
                jobs:
                  night:
                    schedule: "30 12 * * *"
                    timezone: Europe/Berlin
                    from: 2026-12-24
                    until: 2026-12-27
                    except: [days.txt, "* * * * sun"]
                    command: "true"
                """);
        String holiday = "excepted: 2026-12-25 in days.txt, line 1";
        Cli next = Cli.run("next", "night", "-c", main.toString(), "--after", "2026-01-01", "--count", "9");
        assertEquals(5, next.lines().size(), next.out());
        assertFalse(next.lines().get(1).contains("excepted"), next.out());
        assertTrue(next.lines().get(2).endsWith("  " + holiday), next.out());
        assertTrue(next.lines().get(4).endsWith("  excepted: * * * * sun"), next.out());
        JsonObject second = Cli.run("next", "night", "-c", main.toString(), "--after", "2026-12-24T12:00:00Z", "--json")
                .json()
                .get(0);
        assertEquals(holiday, second.get("skipped").getAsString());

        JsonObject listed =
                Cli.run("list", "-c", main.toString(), "--json").json().get(0);
        assertEquals(
                "30 12 * * * from 2026-12-24 until 2026-12-27 except days.txt, * * * * sun",
                listed.get("schedule").getAsString());
        assertEquals("[\"days.txt\",\"* * * * sun\"]", listed.get("except").toString());

        Cli explained = Cli.run("explain", "--job", "night", "-c", main.toString(), "--after", "2026-01-01");
        assertTrue(
                explained.lines().get(0).endsWith("(Europe/Berlin time). Except days.txt, * * * * sun."),
                explained.out());
        assertTrue(explained.lines().get(3).endsWith("+01:00  " + holiday), explained.out());
        assertTrue(Cli.run("explain", "--job", "night", "@daily", "-c", main.toString())
                .err()
                .contains("without an expression"));
    }

    @Test
    void schemaIsTheLoadersOwn() {
        assertEquals(ConfigSchema.text(), Cli.run("schema").out());
    }

    @Test
    void aBrokenConfigurationIsToldByEveryReader() throws IOException {
        Files.writeString(main, "shared_dir: shared\njobs: 7\n");
        for (String command : List.of("list", "next", "status", "history")) {
            Cli cli = Cli.run(command, "-c", main.toString());

            assertEquals(ExitCode.USAGE, cli.status(), command);
            assertTrue(cli.err().contains(main + ":2:7: error: "), cli.err());
            assertTrue(cli.err().contains("fleetcron validate " + main), cli.err());
        }
    }
}
