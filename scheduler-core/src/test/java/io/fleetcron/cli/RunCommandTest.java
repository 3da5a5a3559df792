package io.fleetcron.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.fleetcron.ledger.ManualRequest;
import io.fleetcron.observe.Lines;
import io.fleetcron.observe.SharedDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code fleetcron run --on} in a fleet whose agents are all down: what is refused, and what stays on record. */
class RunCommandTest {

    @TempDir
    private Path folder;

    private Path main;
    private SharedDirectory shared;

    @BeforeEach
    void write() throws IOException {
        shared = new SharedDirectory(folder.resolve("shared"));
        main = Files.writeString(folder.resolve("fleetcron.yaml"), """
                shared_dir: shared
                storage: local
                state_dir: state
                jobs: [jobs.yaml]
                """);
        Files.writeString(folder.resolve("jobs.yaml"), """
                jobs:
                  one: {schedule: "0 3 * * *", command: "true"}
                  open: {schedule: "0 3 * * *", command: "true"}
                  each: {schedule: "0 3 * * *", run_on: every, command: "true"}
                  placed: {schedule: "0 3 * * *", hosts: [elsewhere], command: "true"}
                """);
        shared.member("x", "other", Instant.now().minus(Duration.ofMinutes(9)), 0);
        shared.ledger("open", Optional.empty(), List.of(), "", "");
        shared.history("x", "2026-11-23", Lines.ran("one", 17, 1, "x"));
    }

    private Cli run(String... words) {
        List<String> all = new ArrayList<>(List.of("run", "--config", main.toString()));
        all.addAll(Arrays.asList(words));
        return Cli.run(all.toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2 | none --on x | no job none in ",
                "2 | one --on nowhere | no host or instance nowhere in this fleet",
                "2 | one --on host-y | no host or instance host-y in this fleet. Did you mean host-x?",
                "2 | each --on x | under a lock of that host, which no other one sees. Run it there: `fleetcron run each` on x",
                "2 | placed --on x | job placed may not run on x: its `hosts` are elsewhere",
                "2 | one --on x --fire 2999-01-01T03:00:00Z | --fire 2999-01-01T03:00:00Z has not come yet",
                "2 | one --on x --fire 2026-11-23T03:00:01Z | is not a fire of job one: the last one before is"
                        + " 2026-11-23T03:00:00Z, the next one after is 2026-11-24T03:00:00Z",
                "1 | open --on x --fire 2026-11-23T03:00:00Z | fire 2026-11-23T03:00:00Z of job open is not settled yet: it",
                "1 | one --on x --fire 2026-11-23T00:00:17Z | is not settled yet", // no fire now, but history knows it
            })
    void refusesWhatCannotBe(int status, String line, String expected) throws IOException {
        Cli cli = run(line.split(" "));
        assertAll(
                () -> assertTrue(cli.err().contains(expected), cli.err()),
                () -> assertEquals(status, cli.status()),
                () -> assertEquals("", cli.out()),
                () -> assertFalse(Files.exists(shared.layout().controlTable()), "nothing is on record"));
    }

    @Test
    void refusesMoreThanTheRecordHasRoomFor() {
        Cli values = run("one", "--on", "x", "--env", "A=" + "x".repeat(2_048));
        assertTrue(values.err().contains("--env takes up to 2048 bytes in all, found 2050"), values.err());
        assertFalse(values.err().contains("xxx"), "it may be secret");
        List<String> words = new ArrayList<>(List.of("one", "--on", "x"));
        for (int i = 0; i <= ManualRequest.LONGEST_NAMES / 30; i++) {
            words.add("--env=" + "N".repeat(29) + (char) ('A' + i) + "=");
        }
        Cli names = run(words.toArray(String[]::new));
        assertTrue(names.err().contains("--env takes names of up to 300 characters in all, found 330"), names.err());
        Cli reason = run("one", "--on", "x", "--reason", "r".repeat(121));
        assertTrue(reason.err().contains("--reason takes up to 120 characters, found 121"), reason.err());
        assertEquals(List.of(2, 2, 2), List.of(values.status(), names.status(), reason.status()));
    }

    @Test
    void whatNoLiveHostCanCarryOutStaysOnRecordAndIsSaid() {
        Cli asked = run("one", "--on", "host-x", "--id", "first", "--env", "A=s3cret", "--json");
        assertEquals(75, asked.status(), asked.err());
        JsonObject json = asked.json().get(0);
        assertEquals("waiting", json.get("state").getAsString());
        assertEquals("no agent is up on x", json.get("why").getAsString());
        assertEquals("first", json.get("id").getAsString());
        assertEquals("[\"A\"]", json.get("env").toString());
        assertEquals(
                Duration.ofMinutes(10),
                Duration.between(
                        Instant.parse(json.get("at").getAsString()),
                        Instant.parse(json.get("until").getAsString())));
        assertTrue(asked.err().contains("not begun: no agent is up on x. "), asked.err());
        assertTrue(asked.err().contains("no agent is up; it is on record"), asked.err());
        assertFalse((asked.out() + asked.err()).contains("s3cret"));

        Cli again = run("one", "--on", "x", "--id", "first", "--env", "A=s3cret", "--json");
        assertEquals(json.get("at"), again.json().get(0).get("at"), "it is the same request");
        Cli other = run("one", "--on", "any", "--id", "first");
        assertEquals(1, other.status());
        assertTrue(other.err().contains("the id first was used by "), other.err());
        Cli any = run("one", "--on", "any");
        assertEquals(75, any.status());
        assertTrue(any.err().contains("not begun: no agent is up. "), any.err());

        String status = Cli.run("status", "--config", main.toString()).out();
        assertEquals(2, status.lines().filter(line -> line.startsWith("run ")).count(), status);
        String history = Cli.run("history", "--config", main.toString()).out();
        assertTrue(history.contains(" run until "), history);
    }

    @Test
    void onlySoManyRequestsForAJobAreOpenAtATime() {
        for (int i = 0; i < 8; i++) {
            assertEquals(75, run("one", "--on", "any").status());
        }
        Cli more = run("one", "--on", "any");
        assertEquals(1, more.status());
        assertTrue(more.err().contains("8 runs of one were asked for, which is as many as may be"), more.err());
    }
}
