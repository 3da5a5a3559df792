package io.fleetcron.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.storage.DirectFiles;
import io.fleetcron.storage.SharedFiles;
import io.fleetcron.storage.SharedRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts of two versions on one directory. */
final class FleetFileTest {

    private static final int OLD = 1;
    private static final int NEW = 2;

    @TempDir
    private Path folder;

    @Test
    void theFormatIsRaisedWhenEveryLiveInstanceCanWriteIt() throws IOException {
        SharedFiles files = new DirectFiles(new SharedRoot(folder), false);
        Path file = folder.resolve("fleet.json");
        FleetFile.check(files, file, OLD, FleetFile.Use.RUNS);
        FleetFile.check(files, file, NEW, FleetFile.Use.RUNS); // an upgraded host joins
        FleetFile.raise(files, file, NEW, List.of(NEW, OLD, NEW));
        assertEquals("{\"format\":1}\n", Files.readString(file));
        FleetFile.raise(files, file, OLD, List.of(NEW, NEW));
        assertEquals("{\"format\":1}\n", Files.readString(file), "only one that can write it raises it");

        FleetFile.raise(files, file, NEW, List.of(NEW, NEW, NEW));
        assertEquals("{\"format\":2}\n", Files.readString(file));
        FleetFile.check(files, file, NEW, FleetFile.Use.RUNS);
        FleetFile.check(files, file, NEW + 1, FleetFile.Use.RUNS);
        String reported = String.valueOf(
                assertThrows(IOException.class, () -> FleetFile.check(files, file, OLD, FleetFile.Use.RUNS))
                        .getMessage());
        assertTrue(reported.contains("format 2") && reported.contains("knows format 1"), reported);
        FleetFile.raise(files, file, NEW, List.of(NEW, NEW, NEW));
        assertEquals("{\"format\":2}\n", Files.readString(file));
    }

    @Test
    void anotherDirectoryIsRefused() throws IOException {
        SharedFiles files = new DirectFiles(new SharedRoot(folder), false);
        Path file = Files.writeString(folder.resolve("fleet.json"), "{\"name\":\"x\"}\n");
        assertThrows(IOException.class, () -> FleetFile.check(files, file, NEW, FleetFile.Use.RUNS));
        FleetFile.raise(files, file, NEW, List.of(NEW));
        assertEquals("{\"name\":\"x\"}\n", Files.readString(file));
    }
}
