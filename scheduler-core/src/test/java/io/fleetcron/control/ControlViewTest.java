package io.fleetcron.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.control.Control.Pause;
import io.fleetcron.control.ControlTable.Part;
import io.fleetcron.fleet.Asked;
import io.fleetcron.fleet.HandTurnedTime;
import io.fleetcron.storage.DirectFiles;
import io.fleetcron.storage.RealFiles;
import io.fleetcron.storage.SharedFiles;
import io.fleetcron.storage.SharedRoot;
import io.fleetcron.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlViewTest {

    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");

    @TempDir
    private Path folder;

    private final HandTurnedTime time = new HandTurnedTime(NOON, () -> {});
    private final AtomicInteger reads = new AtomicInteger();
    private boolean fails;
    private SharedFiles files;
    private Path path;
    private ControlView view;
    private ControlTable table = ControlTable.NONE;

    @BeforeEach
    void openView() {
        path = folder.resolve("table");
        files = new DirectFiles(new SharedRoot(folder), false);
        view = new ControlView(
                new RealFiles(files) {
                    @Override
                    public InPlace inPlace(Path file) throws StorageException {
                        return counted(super.inPlace(file));
                    }
                },
                path,
                time,
                new ReentrantLock());
    }

    private SharedFiles.InPlace counted(SharedFiles.InPlace real) {
        return new SharedFiles.InPlace() {
            @Override
            public void write(long offset, byte[] content) throws StorageException {
                real.write(offset, content);
            }

            @Override
            public byte[] read(int most) throws StorageException {
                reads.incrementAndGet();
                if (fails) {
                    throw new StorageException("table: does not answer", "EIO");
                }
                return real.read(most);
            }

            @Override
            public Instant modified() throws StorageException {
                return real.modified();
            }

            @Override
            public void close() {
                real.close();
            }
        };
    }

    private void write(String... paused) throws IOException {
        table = table.next(
                List.of(paused).stream()
                        .map(job -> (Control) new Pause(
                                job, new Span(new Asked("anna@web1", NOON, ""), Optional.empty(), Optional.empty())))
                        .toList(),
                time.instant());
        try (SharedFiles.InPlace file = files.inPlace(path)) {
            for (Part part : table.parts(NOON).orElseThrow()) {
                file.write(part.offset(), part.bytes());
            }
        }
    }

    private boolean isPaused(String job) {
        return view.leftOut(job, time.instant()).reason(NOON).isPresent();
    }

    @Test
    void aBeatCostsOneReadWhileNothingChanges() throws IOException {
        view.refresh();
        write("backup");
        view.refresh();
        assertTrue(isPaused("backup"));
        assertEquals(table.sequence(), view.sequence());
        int before = reads.get();
        for (int i = 0; i < 20; i++) {
            view.refresh();
        }
        assertEquals(20, reads.get() - before);
    }

    @Test
    void aClaimReadsAgainOnlyWhatIsTooOld() throws IOException {
        view.refresh();
        write("backup");
        time.pass(ControlView.VALID.minusNanos(1));
        int before = reads.get();
        assertEquals(Optional.empty(), view.current());
        assertEquals(before, reads.get());
        assertEquals(false, isPaused("backup"));

        time.pass(Duration.ofNanos(1));
        assertEquals(Optional.empty(), view.current());
        assertTrue(isPaused("backup"), "so whoever asked knows that it is in force by then");
    }

    @Test
    void whatWasNeverReadIsReadFirst() throws IOException {
        write("*");
        view.current();
        assertTrue(isPaused("any"));
    }

    @Test
    void whereItCannotBeReadNobodyKnows() throws IOException {
        write("backup");
        view.refresh();
        fails = true;
        assertThrows(StorageException.class, view::refresh);
        assertTrue(isPaused("backup"), "as it was read last");
        time.pass(ControlView.VALID);
        assertThrows(StorageException.class, view::current);
        fails = false;
        assertEquals(Optional.empty(), view.current());
    }

    @Test
    void whatGoesBackIsNotTrustedUntilItIsChanged() throws IOException {
        write("backup");
        byte[] old = Files.readAllBytes(path);
        write();
        view.refresh();
        Files.write(path, old);
        view.refresh();
        assertTrue(
                view.fault().orElse("").contains("older than what this instance has read"),
                view.fault().toString());
        time.pass(Duration.ofSeconds(1));
        write("backup");
        view.refresh();
        assertEquals(Optional.empty(), view.fault());
        assertTrue(isPaused("backup"));
    }

    @Test
    void aDeletedTableIsNoticedAndNotTrusted() throws IOException {
        write("backup");
        view.refresh();
        Files.delete(path);
        for (int i = 0; i < 7; i++) {
            try {
                view.refresh();
            } catch (StorageException e) {
                assertEquals("ESTALE", e.errno()); // the next one opens it again
            }
        }
        assertTrue(view.fault().orElse("").contains("emptied"), view.fault().toString());
        assertTrue(isPaused("backup"), "as it was read last");
    }

    @Test
    void damageIsSaidWithWhatToDo() throws IOException {
        write("backup");
        Files.write(path, new byte[] {'x', 'y'});
        view.refresh();
        assertTrue(
                view.fault().orElse("").contains("`fleetcron resume --all` writes a new one"),
                view.fault().toString());
    }
}
