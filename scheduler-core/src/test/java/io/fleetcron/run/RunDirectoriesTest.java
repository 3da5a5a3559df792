package io.fleetcron.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Slow;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.fleet.RunId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories that are reserved, given to runs, and found by the next agent. */
@Slow
final class RunDirectoriesTest {
    private static final RunId RUN = new RunId("job", Instant.EPOCH, 17, "i1");

    @TempDir
    Path dir;

    /** Its lock was free, so another run of the job has got so far only if the ledger was replaced. */
    @Test
    void aPlaceThatCannotBecomeARunsIsFreeForTheNextOne() throws Exception {
        SupervisedLauncher launcher = launcher();
        ProcessId self = ProcessId.self();
        RunDirectory taken = runDirectory(17, note(17, self));
        Files.writeString(taken.path().resolve("pids"), "supervisor " + self.pid() + " " + self.start() + "\n");
        for (int i = 0; i < 3; i++) {
            ReservedDirectory place = (ReservedDirectory) launcher.reserve();
            IOException refused = assertThrows(UnfitForJobException.class, () -> place.become(taken, note(17, self)));
            assertTrue(refused.toString().endsWith("belongs to a run that is still running"), refused.toString());
        }
        assertEquals(1, free().size(), () -> "left: " + free());
        assertEquals(
                Optional.of(17L), taken.note().map(note -> note.run().token()), "the run in progress keeps its own");
    }

    /** The host lost its power when the directory had its new name and its new note was not on the disk yet. */
    @Test
    void theNoteOfAnEarlierRunIsNotTakenForTheRunThatTheDirectoryIsNamedAfter() throws Exception {
        RunDirectory renamed = runDirectory(18, note(17, new ProcessId(1, 0, "another-boot")));
        renamed.write(new ExitRecord(RUN.fire(), 17, RunEnd.refused(Instant.EPOCH, "")));
        assertEquals(List.of(), launcher().survivors());
        assertFalse(Files.exists(renamed.path()));
    }

    private SupervisedLauncher launcher() {
        return new SupervisedLauncher(dir, "i1", InstantSource.system());
    }

    private RunDirectory runDirectory(long token, RunRecord note) throws IOException {
        RunDirectory directory = new RunDirectory(dir.resolve("runs/job@" + token));
        directory.create();
        directory.write(note);
        return directory;
    }

    private static RunRecord note(long token, ProcessId owner) {
        return new RunRecord(
                new RunId(RUN.fire(), token, RUN.instance()),
                Instant.EPOCH,
                0,
                "marker-of-nobody",
                Optional.empty(),
                Optional.empty(),
                owner);
    }

    private List<Path> free() {
        try (Stream<Path> found = Files.list(dir.resolve("runs"))) {
            return found.filter(RunDirectories::isFree).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
