package io.fleetcron.ledger.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.LedgerState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an instance remembers of a ledger in which it wrote the fourth record and read the fifth. */
final class LedgerMemoryTest {
    @TempDir
    Path folder;

    @Test
    void aProcessRemembersWhatItHasReadOrWritten() throws Exception {
        LedgerMemory memory = remembering(false);
        assertTrue(memory.doubt("job", record(4)).orElseThrow().contains("its sequence is 4"));
        assertEquals(Optional.empty(), memory.doubt("job", record(5)));
    }

    /** The fifth was in the page cache, and not on the disk, when the host lost its power. */
    @Test
    void aLedgerThatLostWhatWasBeingWrittenIsBelievedAfterAPowerCut() throws Exception {
        remembering(false);
        LedgerMemory next = load(false);
        assertEquals(Optional.empty(), next.doubt("job", record(4)));
        assertTrue(next.doubt("job", record(3)).isPresent(), "what was written cannot be lost");
    }

    @Test
    void whatWasReadPastThePageCacheIsRememberedAcrossRestarts() throws Exception {
        remembering(true);
        assertTrue(load(true).doubt("job", record(4)).isPresent());
    }

    private LedgerMemory remembering(boolean direct) throws IOException {
        LedgerMemory memory = load(direct);
        memory.written("job", record(4).record());
        memory.seen("job", record(5).record());
        memory.store();
        return memory;
    }

    private LedgerMemory load(boolean direct) {
        return LedgerMemory.load(folder.resolve("ledgers.json"), folder.resolve("jobs"), direct);
    }

    private static LedgerState.Valid record(long sequence) {
        return new LedgerState.Valid(new LedgerRecord(
                sequence,
                "job",
                1,
                Instant.EPOCH,
                Optional.empty(),
                "hash",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of()));
    }
}
