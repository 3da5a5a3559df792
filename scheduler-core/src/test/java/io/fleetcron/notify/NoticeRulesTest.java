package io.fleetcron.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.Notices.On;
import io.fleetcron.config.Notices.Rule;
import io.fleetcron.ledger.FailureStreak;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is notified of what: rows of fires a minute apart, and of which of them each rule notifies. */
final class NoticeRulesTest {

    /** S succeeded, F failed, T timed out, K killed, L lost, M missed, - skipped, s and f by hand. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            fires      | on                     | repeat | notified of
            S          | failure                |        | .
            F          | failure                |        | F
            SFTKLMS    | failure                |        | .FTKLM.
            SFTKLMS    | lost                   |        | ....L..
            SFTKLMS    | missed                 |        | .....M.
            SFTKLMS    | lost missed            |        | ....LM.
            SFTKLMS    | first_failure          |        | .F.....
            SFTKLMS    | first_failure lost     |        | .F..L..
            SFTKLMS    | recovery               |        | ......R
            SFTKLMS    | failure recovery       |        | .FTKLMR
            SFTKLMS    | always                 |        | SFTKLMR
            SSS        | recovery               |        | ...
            SSS        | always                 |        | SSS
            F          | first_failure          |        | F
            FFSSF      | first_failure recovery |        | F.R.F
            F-F-S      | first_failure recovery |        | F...R
            S-F        | first_failure          |        | ..F
            FsFfS      | first_failure recovery |        | F...R
            FFFFFFFF   | failure                | 3m     | F..F..F.
            FFFFFFFF   | failure                | 90s    | F.FF.FF.
            F---F--F   | failure                | 3m     | F...F..F
            FFSFFFF    | failure recovery       | 3m     | F.RF..F
            FFFFFFFF   | always                 | 3m     | F..F..F.
            FFLLFFLF   | lost                   | 3m     | ..LL..L.
            FFFFLFFF   | failure lost           | 60m    | F.......
            SFTKLMS    | first_failure          | 1m     | .F.....
            """, useHeadersInDisplayName = true)
    void tellsOf(String fires, String on, String repeat, String expected) {
        Set<On> events = Arrays.stream(on.split(" "))
                .map(word -> On.valueOf(word.toUpperCase(Locale.ROOT)))
                .collect(Collectors.toSet());
        Optional<Duration> quiet =
                Optional.ofNullable(repeat).map(text -> Duration.parse("PT" + text.toUpperCase(Locale.ROOT)));
        Rule rule = new Rule("ops", events, quiet);
        assertEquals(expected, notified(fires, rule, Integer.MAX_VALUE));
        assertEquals(expected, notified(fires, rule, 3), "by what a ledger keeps");
    }

    private static String notified(String fires, Rule rule, int kept) {
        StringBuilder notified = new StringBuilder();
        List<Settlement> recent = new ArrayList<>();
        for (int minute = 0; minute < fires.length(); minute++) {
            Settlement settled = settlement(minute, fires.charAt(minute));
            boolean wanted = FailureStreak.counts(settled)
                    && NoticeRules.wanted(rule, settled, FailureStreak.before(settled, recent));
            boolean recovery =
                    NoticeRules.event(settled, FailureStreak.before(settled, recent)) == Notice.Event.RECOVERY;
            notified.append(wanted ? recovery ? 'R' : fires.charAt(minute) : '.');
            recent.add(settled);
            forget(recent, kept);
        }
        return notified.toString();
    }

    /** As ledgers do. */
    private static void forget(List<Settlement> recent, int kept) {
        FailureStreak streak = FailureStreak.of(recent);
        int surplus = recent.size() - kept;
        for (Settlement old : List.copyOf(recent).subList(0, Math.max(0, surplus))) {
            if (!streak.needs(old)) {
                recent.remove(old);
            }
        }
    }

    private static Settlement settlement(int minute, char outcome) {
        return switch (outcome) {
            case 'S' -> Settlements.at(minute, "succeeded");
            case 'F' -> Settlements.at(minute, "failed");
            case 'T' -> Settlements.at(minute, "timed_out");
            case 'K' -> Settlements.at(minute, "killed");
            case 'L' -> Settlements.at(minute, "lost");
            case 'M' -> Settlements.at(minute, "missed");
            case '-' -> Settlements.at(minute, "skipped");
            case 's' -> Settlements.byHand(minute, "succeeded");
            case 'f' -> Settlements.byHand(minute, "failed");
            default -> throw new IllegalArgumentException(String.valueOf(outcome));
        };
    }

    @Test
    void theFireItselfAndItsEarlierLossDoNotComeBeforeIt() {
        Settlement lost = Settlements.at(3, "lost");
        Settlement again = Settlements.at(3, "succeeded");
        assertEquals(Notice.Event.SUCCESS, NoticeRules.event(again, FailureStreak.before(again, List.of(lost, again))));
    }

    @Test
    void theLedgerTellsWhatWasRecorded() {
        Settlement failed = Settlements.at(1, "failed");
        assertTrue(NoticeRules.isRecorded(failed, record(1, failed)));
        assertTrue(NoticeRules.isRecorded(failed, record(9, Settlements.at(8, "failed"))), "forgotten");
        assertFalse(NoticeRules.isRecorded(failed, record(0, Settlements.at(0, "failed"))), "open");
        assertFalse(NoticeRules.isRecorded(failed, record(1, Settlements.at(1, "lost"))), "settled otherwise");
        assertFalse(NoticeRules.isRecorded(failed, record(0, Settlements.byHand(1, "failed"))), "that was another run");
    }

    private static LedgerRecord record(int settled, Settlement recent) {
        return new LedgerRecord(
                1,
                "payroll",
                5,
                Settlements.BEGIN.plusSeconds(60L * settled),
                Optional.empty(),
                "hash",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(recent));
    }
}
