package io.fleetcron.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.fleet.DefinitionsInForce;
import io.fleetcron.fleet.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code fleetcron diff} against what an agent of this host left. With a real agent: {@code ChangedFilesTest}. */
class DiffTest {

    private static final String MAIN =
            "shared_dir: shared\nstorage: local\nstate_dir: state\ninstance: a\njobs: [jobs.yaml]\n";

    @TempDir
    private Path folder;

    private Path main;

    @BeforeEach
    void write() throws IOException {
        main = Files.writeString(folder.resolve("fleetcron.yaml"), MAIN);
        jobs(
                "one: {schedule: 30 2 * * *, command: backup, env: {A: x}, env_file: job.env}",
                "two: {every: 90s, command: x}");
        Files.createDirectories(folder.resolve("state/a"));
        FleetConfig config = new ConfigLoader().load(main).config().orElseThrow();
        Files.writeString(
                force(),
                DefinitionsInForce.of(
                                Identity.here("a"), Instant.now(), config.jobs().values())
                        .text());
    }

    private Path force() {
        return folder.resolve("state/a").resolve(DefinitionsInForce.FILE);
    }

    private void jobs(String... jobs) throws IOException {
        Files.writeString(folder.resolve("jobs.yaml"), "jobs:\n  " + String.join("\n  ", jobs) + "\n");
    }

    record Row(String one, String change, List<String> keys) {
        @Override
        public String toString() {
            return one;
        }
    }

    static Stream<Row> rows() {
        return Stream.of(
                new Row(
                        "one: {schedule: 30 3 * * *, command: backup, env: {A: x}, env_file: job.env}",
                        "rescheduled",
                        List.of()),
                new Row(
                        "one: {every: 2h, command: other, env: {A: x}, env_file: job.env}",
                        "rescheduled",
                        List.of("command")),
                new Row(
                        "one: {schedule: 30 2 * * *, command: backup, env: {A: x}, env_file: job.env, timezone: Asia/Tokyo}",
                        "rescheduled",
                        List.of()),
                new Row(
                        "one: {schedule: 30 2 * * *, command: backup, env: {A: x}, env_file: job.env, enabled: false}",
                        "rescheduled",
                        List.of()),
                new Row(
                        "one: {schedule: 30 2 * * *, command: [backup], env: {A: y}, timeout: 1h, retries: {attempts: 2, never: [timeout]}, success_on: [0, 3]}",
                        "changed",
                        List.of("command", "env", "env_file", "retries", "success_on", "timeout")),
                new Row(
                        "one: {schedule: 30 2 * * *, command: backup, env: {A: x}, env_file: job.env, limits: {tasks: 9},"
                                + " catch_up: {policy: latest, within: 2h}}",
                        "changed",
                        List.of("catch_up", "limits")));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void namesTheKeysThatChange(Row row) throws IOException {
        jobs(row.one, "two: {every: 90s, command: x}");

        Cli diff = Cli.run("diff", "--json", "-c", main.toString());

        assertEquals(1, diff.status(), diff.err());
        assertEquals(1, diff.json().size(), diff.out());
        JsonObject change = diff.json().get(0);
        assertEquals("one", change.get("job").getAsString());
        assertEquals(row.change, change.get("change").getAsString());
        assertEquals(
                row.keys.toString().replace(", ", ","),
                change.get("keys").toString().replace("\"", ""));
    }

    @Test
    void whatIsWrittenOtherwiseAndMeansTheSameIsNoChange() throws IOException {
        jobs(
                "two: {every: 90s, command: x, run_on: one, description: more}",
                "one: {schedule: [30 2 * * *], command: backup, env: {A: x}, env_file: [job.env]}");
        Cli diff = Cli.run("diff", "-c", main.toString());

        assertEquals(0, diff.status(), diff.out() + diff.err());
        assertEquals("", diff.out());
        assertTrue(diff.err().contains("no definition would change on this host"), diff.err());
    }

    @Test
    void aJobMovesWithItsOldAndNewTimes() throws IOException {
        jobs(
                "one: {schedule: 0 12 * * *, command: backup, env: {A: x}, env_file: job.env}",
                "three: {every: 1h, command: y}");

        List<JsonObject> changes =
                Cli.run("diff", "--json", "-c", main.toString()).json();

        assertEquals(
                List.of("one rescheduled", "three added", "two removed"),
                changes.stream()
                        .map(c -> c.get("job").getAsString() + " "
                                + c.get("change").getAsString())
                        .toList());
        JsonObject one = changes.get(0);
        assertEquals("30 2 * * *", one.get("schedule_was").getAsString());
        assertEquals("0 12 * * *", one.get("schedule").getAsString());
        assertEquals(3, one.getAsJsonArray("next").size());
        one.getAsJsonArray("next").forEach(t -> assertTrue(t.getAsString().endsWith("T12:00:00Z"), one.toString()));
        one.getAsJsonArray("next_was").forEach(t -> assertTrue(t.getAsString().endsWith("T02:30:00Z"), one.toString()));
        assertEquals(0, changes.get(2).getAsJsonArray("next").size());
        assertTrue(changes.get(1).get("schedule_was").isJsonNull());
        List<String> table = Cli.run("diff", "-c", main.toString()).lines();
        assertTrue(
                table.get(1)
                        .matches("rescheduled +one +- +30 2 \\* \\* \\* +0 12 \\* \\* \\* +.*T02:30:00Z +.*T12:00:00Z"),
                table.get(1));
    }

    /** Relative paths in it count from where it is to lie. */
    @Test
    void aDraftElsewhereIsComparedAsIfItWereInPlace() throws IOException {
        Path draft = Files.createDirectory(folder.resolve("draft"));
        Files.copy(main, draft.resolve("fleetcron.yaml"));
        Files.copy(folder.resolve("jobs.yaml"), draft.resolve("jobs.yaml"));

        assertEquals(0, Cli.run("diff", "-c", main.toString(), draft.toString()).status());

        Files.writeString(draft.resolve("jobs.yaml"), "jobs: {}\n");
        Cli diff = Cli.run(
                "diff", "-c", main.toString(), draft.resolve("fleetcron.yaml").toString(), "--json");
        assertEquals(1, diff.status());
        assertEquals(2, diff.json().size(), "both jobs go");
    }

    @Test
    void withoutAnyAgentSoFarEveryJobIsNew() throws IOException {
        Files.delete(force());
        Cli diff = Cli.run("diff", "--json", "-c", main.toString());

        assertEquals(1, diff.status());
        assertTrue(diff.err().contains("no agent has run here as instance a: every job is new"), diff.err());
        diff.json().forEach(change -> assertEquals("added", change.get("change").getAsString()));
    }

    @Test
    void theSetOfAnAgentThatIsGoneCountsAndIsCalledThat() throws IOException {
        Files.writeString(force(), Files.readString(force()).replaceFirst("\"boot\":\"[^\"]*\"", "\"boot\":\"other\""));
        Cli diff = Cli.run("diff", "-c", main.toString());

        assertEquals(0, diff.status());
        assertTrue(
                diff.err().contains("no agent runs here as instance a; compared with what the last one"), diff.err());
    }

    @Test
    void whatCannotBeToldEndsWith2() throws IOException {
        String whole = Files.readString(force());
        for (String text :
                List.of("", "end\n", whole.substring(0, whole.length() / 2), "{}\n{}\nend\n", "x\ny\nend\n")) {
            Files.writeString(force(), text);
            Cli diff = Cli.run("diff", "-c", main.toString());
            assertEquals(2, diff.status(), text);
            assertTrue(diff.err().contains(force() + " is not what an agent writes"), diff.err());
        }
        jobs("one: {every: 90, command: x}");
        Cli broken = Cli.run("diff", "-c", main.toString());
        assertEquals(2, broken.status());
        assertTrue(broken.err().contains("jobs.yaml:2:16: error: every: "), broken.err());
        assertEquals(
                2,
                Cli.run("diff", "-c", main.toString(), folder.resolve("missing").toString())
                        .status());
        assertEquals(
                2, Cli.run("diff", "-c", main.toString(), "--instance", "../x").status());
    }
}
