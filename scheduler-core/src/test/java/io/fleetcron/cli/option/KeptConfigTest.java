package io.fleetcron.cli.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.FleetConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** When the configuration is parsed again, under a clock that the test turns. */
class KeptConfigTest {

    @TempDir
    private Path folder;

    private long nanos;
    private KeptConfig kept;

    @Command
    private static final class Asking {
        @Mixin
        private FleetOption config = new FleetOption();
    }

    @BeforeEach
    void write() throws IOException {
        Path main = Files.writeString(folder.resolve("fleetcron.yaml"), """
                shared_dir: shared
                storage: local
                jobs: [jobs.d, more.yaml]
                """);
        Files.createDirectory(folder.resolve("jobs.d"));
        job("jobs.d/a.yaml", "one");
        job("more.yaml", "two");
        Asking asking = new Asking();
        new CommandLine(asking).parseArgs("--config", main.toString());
        kept = new KeptConfig(asking.config, () -> nanos);
    }

    private void job(String file, String name) throws IOException {
        Files.writeString(
                folder.resolve(file), "jobs: {" + name + ": {every: 1h, command: 'true', except: [" + days() + "]}}\n");
    }

    private Path days() throws IOException {
        Path days = folder.resolve("days.txt");
        return Files.exists(days) ? days : Files.writeString(days, "2026-12-24\n");
    }

    private FleetConfig read() throws CommandFailed {
        return kept.read(new PrintWriter(new StringWriter()));
    }

    private FleetConfig settled() throws CommandFailed {
        read();
        nanos += Duration.ofSeconds(2).toNanos();
        FleetConfig settled = read();
        assertSame(settled, read());
        return settled;
    }

    @Test
    void whatHasNotChangedIsKept() throws Exception {
        FleetConfig settled = settled();
        nanos += Duration.ofDays(1).toNanos();

        assertSame(settled, read());
    }

    /** A second change within the same tick of the file system's clock leaves the same size and times. */
    @Test
    void whatWasReadRightAfterItWasFirstSeenIsReadAgain() throws Exception {
        FleetConfig first = read();
        nanos += Duration.ofSeconds(1).toNanos();
        assertSame(first, read());
        nanos += Duration.ofSeconds(1).toNanos();
        FleetConfig second = read();

        assertNotSame(first, second);
        assertSame(second, read());
    }

    @ParameterizedTest
    @ValueSource(strings = {"jobs.d/a.yaml", "more.yaml"})
    void aChangedJobFileShowsAtOnceAndIsReadAgainLater(String file) throws Exception {
        settled();
        FileTime time = Files.getLastModifiedTime(folder.resolve(file));
        job(file, "new");
        Files.setLastModifiedTime(folder.resolve(file), time); // of the same size and time

        FleetConfig changed = read();
        assertTrue(changed.jobs().containsKey("new"));
        assertSame(changed, read());
        assertNotSame(changed, settled());
    }

    @Test
    void theMainFileCounts() throws Exception {
        settled();
        Files.writeString(folder.resolve("fleetcron.yaml"), "shared_dir: other\nstorage: local\njobs: [more.yaml]\n");

        assertEquals(folder.resolve("other"), read().sharedDir());
    }

    @Test
    void soDoesWhichFilesAFolderHolds() throws Exception {
        settled();
        job("jobs.d/b.yaml", "three");
        assertEquals(Set.of("one", "two", "three"), read().jobs().keySet());
        settled();
        Files.delete(folder.resolve("jobs.d/a.yaml"));
        assertEquals(Set.of("two", "three"), read().jobs().keySet());
        settled();
        Files.move(folder.resolve("jobs.d/b.yaml"), folder.resolve("jobs.d/b.yaml.off"));
        assertEquals(Set.of("two"), read().jobs().keySet());
    }

    @Test
    void soDoesAFileThatTakesThePlaceOfAnother() throws Exception {
        settled();
        job("new", "new");
        Files.move(folder.resolve("new"), folder.resolve("more.yaml"), StandardCopyOption.REPLACE_EXISTING);

        assertEquals(Set.of("one", "new"), read().jobs().keySet());
    }

    @Test
    void soDoesWhereALinkLeads() throws Exception {
        Files.createDirectory(folder.resolve("v2"));
        Files.move(folder.resolve("jobs.d"), folder.resolve("v1"));
        job("v2/a.yaml", "new");
        Files.createSymbolicLink(folder.resolve("jobs.d"), Path.of("v1"));
        settled();
        Files.delete(folder.resolve("jobs.d"));
        Files.createSymbolicLink(folder.resolve("jobs.d"), Path.of("v2"));

        assertEquals(Set.of("new", "two"), read().jobs().keySet());
    }

    @Test
    void soDoesAFileOfDays() throws Exception {
        FleetConfig settled = settled();
        Files.writeString(folder.resolve("days.txt"), "2026-12-25\n");

        assertNotSame(settled, read());
    }

    @Test
    void whatHasErrorsIsReadUntilItHasNone() throws Exception {
        settled();
        Files.writeString(folder.resolve("more.yaml"), "jobs: 7\n");
        assertThrows(CommandFailed.class, this::read);
        nanos += Duration.ofSeconds(5).toNanos();
        assertThrows(CommandFailed.class, this::read, "every time");
        job("more.yaml", "two");

        assertEquals(Set.of("one", "two"), read().jobs().keySet());
    }
}
