package io.fleetcron.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.OutputName;
import io.fleetcron.fleet.RunId;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.observe.Deadline;
import io.fleetcron.observe.SharedDirectory;
import io.fleetcron.page.RunOutput.Piece;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a run on another host has written, by what its agent stores in the shared directory. */
class RunOutputTest {

    private static final Instant FIRE = Instant.parse("2026-11-23T12:00:00Z");
    private static final RunId RUN = new RunId("one", FIRE, 9, "web-1");

    @TempDir
    private Path folder;

    private SharedDirectory shared;
    private FleetConfig config;
    private Path file;

    @BeforeEach
    void write() throws IOException {
        shared = new SharedDirectory(folder.resolve("shared"));
        Path main = Files.writeString(folder.resolve("fleetcron.yaml"), """
                shared_dir: shared
                storage: local
                state_dir: state
                jobs: [jobs.yaml]
                """);
        Files.writeString(folder.resolve("jobs.yaml"), "jobs:\n  one: {every: 1h, command: 'true'}\n");
        config = new ConfigLoader().load(main).config().orElseThrow();
        CurrentRun run = new CurrentRun(FIRE, 9, RunOrigin.SCHEDULE, "web-1", "host-web-1", 7, FIRE, 0);
        shared.ledger("one", Optional.of(run), List.of(), "", "");
        file = shared.layout().output("one").resolve(OutputName.of(RUN).text());
        Files.createDirectories(file.getParent());
    }

    private Piece read(Optional<Long> from) {
        Map<String, String> asked = new HashMap<>(RunOutput.request(RUN));
        from.ifPresent(offset -> asked.put("from", Long.toString(offset)));
        return read(asked).orElseThrow();
    }

    private Optional<Piece> read(Map<String, String> asked) {
        return new RunOutput(config, new Deadline(Duration.ofMinutes(1), System::nanoTime), System::nanoTime)
                .read(asked);
    }

    private static String text(Piece piece) {
        return new String(piece.bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void aRunIsFollowedPieceByPieceToItsEnd() throws IOException {
        Piece none = read(Optional.empty());
        assertEquals("", text(none));
        assertTrue(none.words().contains("has written nothing"), none.words());

        Files.writeString(file, "first\n");
        Piece first = read(Optional.of(none.next()));
        assertEquals("first\n", text(first));
        assertTrue(first.goesOn());
        assertEquals("", text(read(Optional.of(first.next()))));

        Files.writeString(file, "first\nsecond\n");
        shared.ledger(
                "one",
                Optional.empty(),
                List.of(Fleet.settlement("12:00:00", Outcome.FAILED, "web-1", 9, 5, Optional.empty())),
                "",
                "");
        Piece last = read(Optional.of(first.next()));
        assertEquals("second\n", text(last));
        assertFalse(last.goesOn());
        assertTrue(last.words().startsWith("The run is over: failed, exit status 3, at "), last.words());
    }

    @Test
    void ofALongOutputTheEndIsShownAndNeverMoreThanAPiece() throws IOException {
        Files.write(file, new byte[3 * RunOutput.PIECE]);

        Piece end = read(Optional.empty());
        assertEquals(RunOutput.TAIL, end.bytes().length);
        assertEquals(3 * RunOutput.PIECE, end.next());
        Piece begin = read(Optional.of(0L));
        assertEquals(RunOutput.PIECE, begin.bytes().length);
        assertEquals(RunOutput.PIECE, begin.next());
    }

    @Test
    void anotherRunOfTheJobIsNotShownInstead() throws IOException {
        Files.writeString(
                file.resolveSibling(
                        OutputName.of(new RunId("one", FIRE, 8, "web-1")).text()),
                "older");

        assertEquals("", text(read(Optional.empty())));
    }

    @Test
    void aLinkInPlaceOfTheOutputIsNotFollowed() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "secret");
        Files.createSymbolicLink(file, secret);

        Piece piece = read(Optional.empty());
        assertEquals("", text(piece));
        assertTrue(piece.words().startsWith("The output cannot be read here: "), piece.words());
    }

    @ParameterizedTest
    @CsvSource({
        "job, two",
        "job, ../one",
        "job, ''",
        "fire, noon",
        "token, x",
        "token, 99999999999999999999",
        "from, -1",
        "from, x",
    })
    void whatIsNotARunIsNotFound(String member, String value) {
        Map<String, String> asked = new HashMap<>(RunOutput.request(RUN));
        asked.put(member, value);

        assertEquals(Optional.empty(), read(asked));
        assertEquals(Optional.empty(), read(Map.of()));
    }
}
