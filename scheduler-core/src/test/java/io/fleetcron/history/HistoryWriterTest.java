package io.fleetcron.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.storage.DirectFiles;
import io.fleetcron.storage.RealFiles;
import io.fleetcron.storage.SharedFiles;
import io.fleetcron.storage.SharedRoot;
import io.fleetcron.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of history: what one process writes no other overwrites, and a spool goes only when its lines are elsewhere. */
final class HistoryWriterTest {

    private static final InstantSource CLOCK = () -> Instant.parse("2026-03-01T03:00:00Z");

    @TempDir
    Path folder;

    private SharedFiles files() {
        return new DirectFiles(new SharedRoot(folder), false);
    }

    @Test
    void processesOfOneInstanceWriteBesideEachOther() throws Exception {
        HistoryWriter agent = history("");
        HistoryWriter command = history("~4711");
        agent.add(line(1));
        agent.flush();
        command.add(line(2));
        command.flush();
        agent.add(line(3));
        agent.flush();
        command.add(line(4));
        command.flush();
        assertEquals(Set.of(1L, 2L, 3L, 4L), tokens(fleet()));
    }

    @Test
    void aSpoolKeepsItsLinesUntilTheFleetsHistoryHasThem() throws Exception {
        HistoryWriter fleet = history("");
        HistorySpool spool = spool(fleet);
        spool.add(line(1));
        spool.flush();
        spool.dropIfWritten();
        assertEquals(Set.of(1L), tokens(local()));

        HistoryWriter later = history("");
        HistorySpool again = spool(later);
        again.recover();
        again.dropIfWritten();
        assertEquals(Set.of(1L), tokens(local()));
        later.flush();
        again.dropIfWritten();
        assertEquals(Set.of(), tokens(local()));
        assertEquals(Set.of(1L), tokens(fleet()));
    }

    @Test
    void aSpoolLeavesAloneWhatAnotherProcessSpools() throws Exception {
        HistorySpool agents = spool(history(""));
        agents.recover();
        HistorySpool commands = spool(history("~4711"));
        commands.add(line(1));
        commands.flush();
        agents.dropIfWritten();
        assertEquals(Set.of(1L), tokens(local()));

        HistoryWriter fleet = history("");
        spool(fleet).recover();
        fleet.flush();
        assertEquals(Set.of(1L), tokens(fleet()));
    }

    /** The write that fails leaves half of its line, the next one nothing. */
    @Test
    void aLineTornByAFullShareIsWrittenAnewOnceThereIsRoom() throws Exception {
        Full share = new Full(files());
        HistoryWriter history = new HistoryWriter(share, fleet(), "", CLOCK, CLOCK, new ReentrantLock());
        history.add(line(1));
        share.room = line(1).toJson().length() / 2;
        assertThrows(StorageException.class, history::flush);
        assertThrows(StorageException.class, history::flush);
        share.room = Integer.MAX_VALUE;
        history.flush();
        assertEquals(Set.of(1L), tokens(fleet()));
    }

    /** Files on a share that has room for so many bytes more. */
    private static final class Full extends RealFiles {
        private int room;

        Full(SharedFiles files) {
            super(files);
        }

        @Override
        public Appender appender(Path file) throws StorageException {
            Appender real = super.appender(file);
            return new Appender() {
                @Override
                public void append(byte[] content) throws StorageException {
                    int written = Math.min(room, content.length);
                    real.append(Arrays.copyOf(content, written));
                    room -= written;
                    if (written < content.length) {
                        throw new StorageException(file + ": pwrite: ENOSPC", "ENOSPC");
                    }
                }

                @Override
                public long end() {
                    return real.end();
                }

                @Override
                public void close() {
                    real.close();
                }
            };
        }
    }

    private Path fleet() {
        return folder.resolve("fleet");
    }

    private Path local() {
        return folder.resolve("local");
    }

    private HistoryWriter history(String writer) {
        return new HistoryWriter(files(), fleet(), writer, CLOCK, CLOCK, new ReentrantLock());
    }

    private HistorySpool spool(HistoryWriter fleet) {
        return new HistorySpool(fleet, files(), local(), new ReentrantLock());
    }

    private static HistoryLine line(long token) {
        String at = "\"2026-03-01T02:%02d:00Z\"".formatted(token);
        return HistoryLine.parse("{\"job\":\"nightly\",\"fire\":" + at
                        + ",\"outcome\":\"succeeded\",\"instance\":\"a\",\"token\":" + token
                        + ",\"attempts\":1,\"started\":" + at + ",\"ended\":" + at + ",\"exit\":0}")
                .orElseThrow();
    }

    private static Set<Long> tokens(Path files) throws IOException {
        Set<Long> tokens = new TreeSet<>();
        try (Stream<Path> all = Files.walk(files)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                for (String line : Files.readAllLines(file)) {
                    HistoryLine.parse(line)
                            .ifPresent(found -> tokens.add(found.settlement().token()));
                }
            }
        }
        return tokens;
    }
}
