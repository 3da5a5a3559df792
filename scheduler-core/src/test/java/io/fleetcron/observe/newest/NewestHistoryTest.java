package io.fleetcron.observe.newest;

import static io.fleetcron.observe.Lines.ran;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.observe.Deadline;
import io.fleetcron.observe.SharedDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** History that is read again and again while it grows. */
class NewestHistoryTest {

    /** The day of the lines, and the one after the next. */
    private static final Instant NOON = ran("a", 0, 1, "x").settlement().fire().plus(Duration.ofHours(12));

    private static final Instant LATER = NOON.plus(Duration.ofDays(2));

    @TempDir
    private Path folder;

    private final NewestHistory newest = new NewestHistory(new Deadline(Duration.ofMinutes(1), System::nanoTime), 3);
    private SharedDirectory shared;

    @BeforeEach
    void make() throws IOException {
        shared = new SharedDirectory(folder);
    }

    private static String day(Instant time) {
        return time.toString().substring(0, 10);
    }

    private Path file(Instant time) {
        return shared.layout().history("x").resolve(day(time) + ".jsonl");
    }

    private void append(Instant time, HistoryLine... lines) throws IOException {
        shared.history("x", day(time), lines);
    }

    /** The tokens of a job's fires, in order. */
    private List<Long> tokens(String job, Instant now, HistoryLine... ledgers) throws Exception {
        return Stream.ofNullable(
                        newest.read(folder, Set.of("a", "b"), NOON.minus(Duration.ofDays(7)), now, List.of(ledgers))
                                .get(job))
                .flatMap(Collection::stream)
                .map(line -> line.settlement().token())
                .toList();
    }

    @Test
    void whatIsAddedComesToWhatWasRead() throws Exception {
        append(NOON, ran("a", 1, 1, "x"), ran("other", 1, 1, "x"));
        assertEquals(List.of(1L), tokens("a", NOON));
        append(NOON, ran("a", 2, 2, "x"), ran("a", 3, 3, "x"), ran("b", 1, 7, "x"));
        assertEquals(List.of(1L, 2L, 3L), tokens("a", NOON));
        assertEquals(List.of(7L), tokens("b", NOON));
        shared.history("y", day(NOON), ran("a", 2, 2, "x"), ran("a", 4, 4, "y")); // a copy, and another host's
        assertEquals(List.of(2L, 3L, 4L), tokens("a", NOON));
        assertEquals(List.of(3L, 4L, 5L), tokens("a", NOON, ran("a", 5, 5, "y")), "only its ledger has it yet");
    }

    @Test
    void whatWasReadIsNotReadAgain() throws Exception {
        append(NOON, ran("a", 1, 1, "x"));
        tokens("a", NOON);
        Files.writeString(file(NOON), ran("a", 2, 2, "x").toJson() + "\n");
        assertEquals(List.of(1L), tokens("a", NOON), "as long as before: nothing was added");
        append(NOON, ran("a", 3, 3, "x"));
        assertEquals(List.of(1L), tokens("a", LATER), "nobody writes a file of two days ago");
    }

    @Test
    void aLineThatIsBeingWrittenIsReadOnceItIsWhole() throws Exception {
        String line = ran("a", 1, 1, "x").toJson();
        shared.history("x", day(NOON), line.substring(0, 20));
        assertEquals(List.of(), tokens("a", NOON));
        shared.history("x", day(NOON), line.substring(20) + "\n");
        assertEquals(List.of(1L), tokens("a", NOON));
    }

    @Test
    void aShorterFileIsAnotherOne() throws Exception {
        append(NOON, ran("a", 1, 1, "x"), ran("a", 2, 2, "x"));
        tokens("a", NOON);
        Files.writeString(file(NOON), ran("a", 3, 3, "x").toJson() + "\n");

        assertEquals(List.of(1L, 2L, 3L), tokens("a", NOON));
    }

    @Test
    void aFireOfTheFutureIsShownOnceItsTimeHasCome() throws Exception {
        append(NOON, ran("a", 1, 1, "x"), ran("a", 500, 2, "x"));
        Instant early = ran("a", 1, 1, "x").settlement().fire();
        assertEquals(List.of(1L), tokens("a", early));
        assertEquals(List.of(1L, 2L), tokens("a", NOON));
    }
}
