package io.fleetcron.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.control.Control.Drain;
import io.fleetcron.control.Control.Kill;
import io.fleetcron.control.Control.Pause;
import io.fleetcron.control.Control.Run;
import io.fleetcron.control.Control.Skip;
import io.fleetcron.control.ControlTable.Corrupt;
import io.fleetcron.control.ControlTable.Part;
import io.fleetcron.control.ControlTable.Valid;
import io.fleetcron.fleet.Asked;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlTableTest {

    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");

    private static Asked asked(int minute) {
        return new Asked("anna@web1", at(minute), "why");
    }

    private static Instant at(int minute) {
        return NOON.plusSeconds(60L * minute);
    }

    private static Span span(int from, Optional<Integer> until, Optional<Integer> ended) {
        return new Span(asked(from), until.map(ControlTableTest::at), ended.map(ControlTableTest::asked));
    }

    /** A pause from minute 10. What is decided in it is left out whenever it was due; later, what came due in it. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // until, ended, now, fire, left out
                "-, -, 15, 12, true",
                "-, -, 15, 5, true", // due before, and still open
                "-, -, 9, 9, true", // the clock of who asked is ahead
                "30, -, 29, 28, true",
                "30, -, 30, 30, false",
                "30, -, 40, 29, true",
                "30, -, 40, 10, true",
                "30, -, 40, 9, false",
                "30, -, 40, 30, false",
                "30, 20, 25, 19, true",
                "30, 20, 25, 20, false",
                "30, 20, 25, 25, false",
                "30, 35, 25, 25, true",
                "30, 35, 32, 32, false",
                "-, 20, 25, 22, false"
            })
    void pauses(Integer until, Integer ended, int now, int fire, boolean out) {
        Pause pause = new Pause("back*", span(10, Optional.ofNullable(until), Optional.ofNullable(ended)));
        assertEquals(out, pause.leavesOut("backup", at(fire), at(now)).isPresent());
        assertEquals(Optional.empty(), pause.leavesOut("other", at(fire), at(now)));
    }

    @Test
    void asksForRunsAsLongAsTheyCanBeClaimed() {
        Run run = new Run(
                "a",
                "4711",
                Optional.of("web1"),
                Optional.of(at(-60)),
                Map.of("A", "x\ny\"\u00e4"),
                span(0, Optional.of(10), Optional.empty()));
        ControlTable table = ControlTable.NONE.next(List.of(run), at(0));
        assertEquals(List.of(run), table.runs(at(9)));
        assertEquals(List.of(), table.runs(at(10)));
        byte[] file = new byte[ControlTable.SIZE];
        for (Part part : table.parts(at(0)).orElseThrow()) {
            System.arraycopy(part.bytes(), 0, file, (int) part.offset(), part.bytes().length);
        }
        assertEquals(
                table, assertInstanceOf(Valid.class, ControlTable.decode(file)).table());
        assertFalse(run.toString().contains("\u00e4"), "values may be secret");
        assertEquals(
                Map.of("A", ""),
                ((Run) table.next(table.controls(), at(10)).controls().get(0)).variables(),
                "and are forgotten once nobody can claim it");
    }

    /** A ledger remembers a request that was claimed until its end: without one it would be claimed again some day. */
    @Test
    void aRequestWithoutAnEndIsNotTrusted() {
        Run run = new Run(
                "a", "4711", Optional.empty(), Optional.empty(), Map.of(), span(0, Optional.empty(), Optional.empty()));
        byte[] file = written(
                new byte[0],
                ControlTable.NONE.next(List.of(run), at(0)).parts(at(0)).orElseThrow());
        assertInstanceOf(Corrupt.class, ControlTable.decode(file));
    }

    @Test
    void saysWhoHasPausedAJobAndNothingOfSkips() {
        Pause pause = new Pause("b*", span(0, Optional.empty(), Optional.empty()));
        Skip skip = new Skip("a", span(0, Optional.of(20), Optional.empty()));
        ControlTable table = ControlTable.NONE.next(List.of(skip, pause), at(0));
        assertEquals(Optional.empty(), table.paused("a", at(5)));
        assertEquals(
                "paused by anna@web1 since " + at(0) + ": why",
                table.paused("backup", at(5)).orElse("-"));
    }

    /** A skip at minute 10 of the fires up to minute 20. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, 12, true",
                "-, 20, true",
                "-, 21, false",
                "-, 10, false",
                "-, 9, false",
                "15, 14, true",
                "15, 15, true",
                "15, 16, false"
            })
    void skips(Integer ended, int fire, boolean out) {
        Skip skip = new Skip("backup", span(10, Optional.of(20), Optional.ofNullable(ended)));
        for (int now : List.of(9, 25, 100)) {
            assertEquals(out, skip.leavesOut("backup", at(fire), at(now)).isPresent());
            assertEquals(Optional.empty(), skip.leavesOut("backup2", at(fire), at(now)));
        }
    }

    @Test
    void saysWhoAskedAndWhy() {
        ControlTable table = new ControlTable(1, List.of(new Pause("*", span(0, Optional.empty(), Optional.empty()))));
        assertEquals(
                Optional.of("paused by anna@web1 since 2026-06-01T12:00:00Z: why"),
                table.leavesOut("any", at(1), at(1)));
    }

    @Test
    void drainsOneInstanceWhileItIsInForce() {
        ControlTable table = new ControlTable(1, List.of(new Drain("web1", span(0, Optional.of(9), Optional.empty()))));
        assertTrue(table.drains("web1", at(8)).isPresent());
        assertEquals(Optional.empty(), table.drains("web1", at(9)));
        assertEquals(Optional.empty(), table.drains("web2", at(8)));
    }

    @Test
    void isReadAsItWasWritten() {
        byte[] file = new byte[0];
        assertEquals(new Valid(ControlTable.NONE), ControlTable.decode(file));
        ControlTable table = ControlTable.NONE;
        for (int i = 0; i < 5; i++) {
            List<Control> more = new ArrayList<>(table.controls());
            more.add(new Pause("job-" + i, span(i, Optional.of(99), Optional.empty())));
            more.add(new Skip("job", span(i, Optional.of(99), Optional.of(i))));
            more.add(new Kill("job", i, span(i, Optional.of(99), Optional.empty())));
            more.add(new Drain("web" + i, span(i, Optional.empty(), Optional.of(i + 1))));
            long before = table.sequence();
            table = table.next(more, at(i));
            assertTrue(table.sequence() > before && table.sequence() >= at(i).toEpochMilli());
            file = written(file, table.parts(at(i)).orElseThrow());
            assertEquals(new Valid(table), ControlTable.decode(file));
        }
    }

    /** Whatever part of a write came through, the table is the one before or the one after, and both are whole. */
    @Test
    void aWriteThatIsCutOffAnywhereLeavesTheOneBefore() {
        ControlTable first =
                ControlTable.NONE.next(List.of(new Pause("a", span(0, Optional.empty(), Optional.empty()))), at(0));
        byte[] file = written(new byte[0], first.parts(at(0)).orElseThrow());
        ControlTable second = first.next(List.of(new Pause("b", span(1, Optional.empty(), Optional.empty()))), at(0));
        List<Part> parts = second.parts(at(0)).orElseThrow();
        for (int cut = 0; cut <= 600; cut++) {
            Part body = parts.get(0);
            byte[] torn = written(file, List.of(new Part(body.offset(), Arrays.copyOf(body.bytes(), cut))));
            assertEquals(new Valid(first), ControlTable.decode(torn), "body cut at " + cut);
        }
        byte[] whole = written(file, List.of(parts.get(0)));
        assertEquals(new Valid(first), ControlTable.decode(whole), "no head yet");
        for (int cut = 0; cut < ControlTable.HEAD; cut++) {
            Part head = parts.get(1);
            byte[] torn = written(whole, List.of(new Part(head.offset(), Arrays.copyOf(head.bytes(), cut))));
            Valid found = assertInstanceOf(Valid.class, ControlTable.decode(torn), "head cut at " + cut);
            assertTrue(found.table().equals(first) || found.table().equals(second), "head cut at " + cut);
        }
    }

    @Test
    void whatIsDamagedOrUnknownIsNotTrusted() {
        ControlTable table =
                ControlTable.NONE.next(List.of(new Pause("a", span(0, Optional.empty(), Optional.empty()))), at(0));
        byte[] file = written(new byte[0], table.parts(at(0)).orElseThrow());
        byte[] head = file.clone();
        head[(int) table.parts(at(0)).orElseThrow().get(1).offset() + 3] ^= 1;
        assertInstanceOf(Corrupt.class, ControlTable.decode(head));
        byte[] body = file.clone();
        body[(int) table.parts(at(0)).orElseThrow().get(0).offset() + 3] ^= 1;
        assertInstanceOf(Corrupt.class, ControlTable.decode(body));
        assertInstanceOf(Corrupt.class, ControlTable.decode(Arrays.copyOf(file, ControlTable.HEADS)));
    }

    @Test
    void forgetsWhatEndedLongAgo() {
        Pause old = new Pause("old", span(0, Optional.of(1), Optional.empty()));
        Pause open = new Pause("open", span(0, Optional.empty(), Optional.empty()));
        Instant later = at(1).plus(Duration.ofDays(32));
        assertEquals(
                List.of(old, open),
                ControlTable.NONE.next(List.of(old, open), at(2)).controls());
        assertEquals(
                List.of(open), ControlTable.NONE.next(List.of(old, open), later).controls());
    }

    @Test
    void makesRoomByWhatHasEndedAndRefusesMoreThanItCanHold() {
        List<Control> many = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            many.add(new Pause("ended-" + i, span(0, Optional.of(1), Optional.empty())));
        }
        many.add(new Pause("open", span(0, Optional.empty(), Optional.empty())));
        byte[] file = written(
                new byte[0], ControlTable.NONE.next(many, at(2)).parts(at(2)).orElseThrow());
        Valid found = assertInstanceOf(Valid.class, ControlTable.decode(file));
        assertEquals(
                "open",
                found.table()
                        .controls()
                        .get(found.table().controls().size() - 1)
                        .target());

        many.replaceAll(control -> new Pause(control.target(), span(0, Optional.empty(), Optional.empty())));
        assertEquals(Optional.empty(), ControlTable.NONE.next(many, at(2)).parts(at(2)));
    }

    private static byte[] written(byte[] file, List<Part> parts) {
        byte[] all = Arrays.copyOf(file, ControlTable.SIZE);
        for (Part part : parts) {
            System.arraycopy(part.bytes(), 0, all, (int) part.offset(), part.bytes().length);
        }
        return all;
    }
}
