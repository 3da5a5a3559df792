package io.fleetcron.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StorageChecksTest {

    private static final Path SHARED = Path.of("/mnt/shared");

    /** Only the sessions of 4.1 make a repeated write happen once. */
    @ParameterizedTest
    @CsvSource({"vers=4.1,''", "vers=4.2,''", "vers=4.0,nfsvers=4.1", "vers=3,nfsvers=4.1"})
    void wantsNfsWithSessions(String version, String remedy) {
        List<String> problems = StorageChecks.nfs(SHARED, mount(version), Optional.empty());
        assertEquals(remedy.isEmpty() ? 0 : 1, problems.size(), problems.toString());
        assertTrue(problems.toString().contains(remedy), problems.toString());
    }

    @Test
    void namesWhatBreaksTheGuarantee() {
        assertEquals(
                3,
                StorageChecks.nfs(SHARED, mount("vers=4.1,soft,local_lock=all"), Optional.of("Y\n"))
                        .size());
    }

    private static Mount mount(String options) {
        return Mount.find(
                        SHARED,
                        List.of("36 35 0:30 / /mnt/shared rw,relatime shared:1 - nfs4 server:/ rw," + options
                                + ",hard,proto=tcp"))
                .orElseThrow();
    }

    private static Mount mounted(String options) {
        return Mount.find(
                        SHARED,
                        List.of("36 25 0:42 / /mnt/shared " + options
                                + " - nfs4 fs-1:/ rw,vers=4.1,hard,local_lock=none"))
                .orElseThrow();
    }

    @Test
    void aMountThatCarriesProgramsFromHostToHostIsNamed() {
        assertEquals(Optional.empty(), StorageChecks.opened(SHARED, mounted("rw,nosuid,nodev,noexec,relatime")));
        String found =
                StorageChecks.opened(SHARED, mounted("rw,nodev,relatime")).orElseThrow();
        assertTrue(found.startsWith("/mnt/shared is mounted without nosuid,noexec: "), found);
    }
}
