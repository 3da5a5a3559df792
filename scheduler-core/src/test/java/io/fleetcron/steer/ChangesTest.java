package io.fleetcron.steer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fleetcron.control.Control;
import io.fleetcron.control.Control.Pause;
import io.fleetcron.control.Control.Run;
import io.fleetcron.control.ControlLine;
import io.fleetcron.control.ControlTable;
import io.fleetcron.control.Span;
import io.fleetcron.fleet.Asked;
import io.fleetcron.steer.ControlDesk.Wanted;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChangesTest {

    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");

    private ControlTable table = ControlTable.NONE;
    private List<ControlLine> lines = List.of();

    private static Instant at(int minute) {
        return NOON.plusSeconds(60L * minute);
    }

    private static Asked asked(String who, int minute) {
        return new Asked(who, at(minute), "why");
    }

    private static Pause pause(String jobs, String who, int from, Optional<Integer> until) {
        return new Pause(jobs, new Span(asked(who, from), until.map(ChangesTest::at), Optional.empty()));
    }

    private void take(Wanted wanted, int minute) {
        table = table.next(wanted.controls(), at(minute));
        lines = wanted.lines();
    }

    private List<String> holding(int minute) {
        return table.holding(at(minute)).stream().map(Control::target).toList();
    }

    @Test
    void askedTwiceIsAskedOnce() {
        take(Changes.begin(table, List.of(pause("a", "anna", 0, Optional.empty())), at(0)), 0);
        assertEquals(1, lines.size());
        take(Changes.begin(table, List.of(pause("a", "bob", 1, Optional.empty())), at(1)), 1);
        assertEquals(List.of(), lines);
        assertEquals("anna", table.holding(at(1)).get(0).span().asked().by());
    }

    @Test
    void anotherEndReplacesTheOneBeforeWithoutAGap() {
        take(Changes.begin(table, List.of(pause("a", "anna", 0, Optional.empty())), at(0)), 0);
        take(Changes.begin(table, List.of(pause("a", "bob", 5, Optional.of(9))), at(5)), 5);
        assertEquals(List.of("a"), holding(8));
        assertEquals(List.of(), holding(9));
        for (int minute = 0; minute < 9; minute++) {
            assertEquals(true, table.leavesOut("a", at(minute), at(20)).isPresent(), "minute " + minute);
        }
    }

    @Test
    void resumesTheSameWordsAlone() {
        take(Changes.begin(table, List.of(pause("*", "anna", 0, Optional.empty())), at(0)), 0);
        take(Changes.begin(table, List.of(pause("a", "anna", 1, Optional.empty())), at(1)), 1);
        take(Changes.end(table, control -> Changes.holdsBack(control, "*"), "resume", asked("bob", 2)), 2);
        assertEquals(List.of("a"), holding(2));
        assertEquals("resume", lines.get(0).what());
        assertEquals("*", lines.get(0).target());
        assertEquals(
                List.of("a"),
                Changes.pausesOf(table, "a", at(2)).stream()
                        .map(Control::target)
                        .toList());
        assertEquals(
                List.of("a"),
                Changes.pausesOf(table, "*", at(2)).stream()
                        .map(Control::target)
                        .toList());
        assertEquals(List.of(), Changes.pausesOf(table, "b", at(2)));

        take(Changes.end(table, control -> Changes.holdsBack(control, "a"), "resume", asked("bob", 3)), 3);
        take(Changes.end(table, control -> Changes.holdsBack(control, "a"), "resume", asked("bob", 4)), 4);
        assertEquals(List.of(), lines);
        assertEquals(true, table.leavesOut("a", at(2), at(9)).isPresent());
        assertEquals(false, table.leavesOut("a", at(3), at(9)).isPresent());
    }

    @Test
    void aSkipCountsFromNowAndIsTakenBack() {
        take(Changes.skip(table, Map.of("a", at(10)), asked("anna", 0)), 0);
        assertEquals(1, lines.size());
        take(Changes.skip(table, Map.of("a", at(10)), asked("anna", 1)), 1);
        assertEquals(List.of(), lines);
        take(Changes.skip(table, Map.of("a", at(30)), asked("anna", 2)), 2);
        assertEquals(1, lines.size(), "more fires");
        take(Changes.skip(table, Map.of("a", at(10)), asked("anna", 3)), 3);
        assertEquals(List.of(), lines, "fewer are left out already");
        assertEquals(true, table.leavesOut("a", at(30), at(40)).isPresent());
        take(Changes.end(table, control -> Changes.holdsBack(control, "a"), "resume", asked("bob", 15)), 15);
        assertEquals(true, table.leavesOut("a", at(10), at(40)).isPresent());
        assertEquals(false, table.leavesOut("a", at(20), at(40)).isPresent());
    }

    private static Run run(String id, int minute, Optional<String> on, Map<String, String> variables) {
        Span span = new Span(asked("anna", minute), Optional.of(at(minute + 10)), Optional.empty());
        return new Run("a", id, on, Optional.empty(), variables, span);
    }

    @Test
    void aRunIsAskedForOnceWithEachId() throws Exception {
        take(Changes.request(table, run("x", 0, Optional.empty(), Map.of("A", "1"))), 0);
        assertEquals(1, lines.size());
        for (int minute : new int[] {1, 60}) { // also when its time is over
            take(Changes.request(table, run("x", minute, Optional.empty(), Map.of("A", "1"))), minute);
            assertEquals(List.of(), lines);
        }
        assertEquals(1, table.controls().size());
        assertThrows(
                ControlDesk.RefusedException.class,
                () -> Changes.request(table, run("x", 61, Optional.of("web1"), Map.of("A", "1"))),
                "another host");
        assertThrows(
                ControlDesk.RefusedException.class,
                () -> Changes.request(table, run("x", 61, Optional.empty(), Map.of("B", "1"))),
                "another variable");
        take(Changes.request(table, run("y", 61, Optional.empty(), Map.of())), 61);
        assertEquals(List.of("y"), table.runs(at(61)).stream().map(Run::id).toList(), "the other's time is over");
    }

    @Test
    void thereIsABoundOnOpenRequestsForAJob() throws Exception {
        for (int i = 0; i < Run.MOST; i++) {
            take(Changes.request(table, run("id" + i, 0, Optional.empty(), Map.of())), 0);
        }
        assertThrows(
                ControlDesk.RefusedException.class,
                () -> Changes.request(table, run("more", 1, Optional.empty(), Map.of())));
        take(Changes.request(table, run("more", 10, Optional.empty(), Map.of())), 10);
        assertEquals(1, lines.size(), "the others have expired");
    }

    @Test
    void linesOfTheLogAreReadAsTheyAreWritten() {
        ControlLine line = ControlLine.of(pause("a*", "anna@web1", 0, Optional.of(9)));
        assertEquals(Optional.of(line), ControlLine.parse(line.toJson()));
        assertEquals(Optional.empty(), ControlLine.parse(line.toJson().substring(1)));
        assertEquals(Optional.empty(), ControlLine.parse("{\"job\":\"a\"}"));
    }
}
