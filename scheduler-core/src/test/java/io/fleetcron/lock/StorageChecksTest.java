package io.fleetcron.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StorageChecksTest {

    private static final Path SHARED = Path.of("/mnt/fleetcron");

    private static Mount mounted(String options) {
        return Mount.find(
                        SHARED,
                        List.of("36 25 0:42 / /mnt/fleetcron " + options
                                + " - nfs4 fs-1:/ rw,vers=4.1,hard,local_lock=none"))
                .orElseThrow();
    }

    @Test
    void aMountThatCarriesProgramsFromHostToHostIsNamed() {
        assertEquals(Optional.empty(), StorageChecks.opened(SHARED, mounted("rw,nosuid,nodev,noexec,relatime")));
        String found =
                StorageChecks.opened(SHARED, mounted("rw,nodev,relatime")).orElseThrow();
        assertTrue(found.startsWith("/mnt/fleetcron is mounted without nosuid,noexec: "), found);
    }
}
