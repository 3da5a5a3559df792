package io.fleetcron.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ActivityLogTest {
    private final ActivityLog log = new ActivityLog(() -> Instant.EPOCH);

    @Test
    void theOthersHearOfARunUntilItHasEnded() {
        log.began("job", 7, () -> false);
        assertEquals(Map.of("job", 7L), log.current().running());
        log.ended("job");
        assertEquals(Map.of(), log.current().running());
    }

    /** They would not look at its lock, which the server may have given away. */
    @Test
    void theOthersAreNotToldThatARunInDoubtIsInProgress() {
        AtomicBoolean inDoubt = new AtomicBoolean();
        log.began("sound", 7, () -> false);
        log.began("fenced", 8, inDoubt::get);
        inDoubt.set(true);
        assertEquals(Map.of("sound", 7L), log.current().running());
    }
}
