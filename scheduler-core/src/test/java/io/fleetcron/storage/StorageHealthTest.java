package io.fleetcron.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetcron.storage.StorageHealth.Kind;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** When a directory counts as unhealthy, and when as healthy again. */
class StorageHealthTest {

    private final AtomicLong now = new AtomicLong();
    private final StorageHealth health = new StorageHealth("/mnt/efs", now::get);

    private void pass(int seconds) {
        now.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    @Test
    void oneSuccessHealsOnceTheFailureIsAWhileAgo() {
        health.failed(Kind.LEDGERS, "EDQUOT");
        pass(3);
        health.worked(Kind.LEDGERS);
        assertEquals(Optional.of("EDQUOT"), health.problem(), "too soon");
        pass(10);
        assertEquals(Optional.empty(), health.problem(), "without another look, which may come a day later");
    }

    @Test
    void aSuccessBeforeTheLastFailureHealsNothing() {
        health.failed(Kind.LEDGERS, "EDQUOT");
        health.worked(Kind.LEDGERS);
        health.failed(Kind.LEDGERS, "ENOLCK");
        pass(60);
        assertEquals(Optional.of("ENOLCK"), health.problem());
    }

    @Test
    void eachKindHealsForItself() {
        health.failed(Kind.LEDGERS, "EROFS");
        health.failed(Kind.OUTPUT, "ENOSPC");
        pass(20);
        health.worked(Kind.LEDGERS);
        assertEquals(Optional.of("ENOSPC"), health.problem());
        health.worked(Kind.OUTPUT);
        assertEquals(Optional.empty(), health.problem());
    }
}
