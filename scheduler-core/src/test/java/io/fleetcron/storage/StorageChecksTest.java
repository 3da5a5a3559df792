package io.fleetcron.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
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

    @Test
    void aHostsOwnDirectoryIsNotOnAFileServer() {
        assertTrue(StorageChecks.local(SHARED, mount("vers=4.1")).isPresent());
        Mount disk = Mount.find(Path.of("/var/lib/fleetcron"), List.of("36 35 8:1 / / rw - ext4 /dev/sda1 rw"))
                .orElseThrow();
        assertEquals(Optional.empty(), StorageChecks.local(Path.of("/var/lib/fleetcron"), disk));
    }

    @ParameterizedTest
    @CsvSource({"90,,90", "90,60,60", "60,90,60", ",90,90", "0,90,90", "0,,`lease`", ",,`lease`", "9,,10 s", "9,90,10 s"
    })
    void theLeaseIsKnownAndLongEnough(Integer reported, Integer configured, String expected) {
        String found;
        try {
            found = String.valueOf(MountedLease.of(SHARED, seconds(reported), seconds(configured))
                    .toSeconds());
        } catch (StorageException e) {
            found = String.valueOf(e.getMessage());
        }
        assertTrue(found.contains(expected), found);
    }

    private static Optional<Duration> seconds(Integer number) {
        return Optional.ofNullable(number).map(Duration::ofSeconds);
    }

    @Test
    void findsTheLeaseOfAMountPointWithABlankInItsName() {
        Mount mount = Mount.find(
                        Path.of("/mnt/my share/jobs"),
                        List.of("36 35 0:30 / /mnt/my\\040share rw shared:1 - nfs4 server:/ rw,vers=4.1"))
                .orElseThrow();
        List<String> mountstats = List.of(
                "device server:/ mounted on /mnt/other with fstype nfs4 statvers=1.1",
                "\tnfsv4:\tbm0=0xf8f3b77e,lease_time=77,lease_expired=0",
                "device server:/ mounted on /mnt/my\\040share with fstype nfs4 statvers=1.1",
                "\tnfsv4:\tbm0=0xf8f3b77e,lease_time=90,lease_expired=0");
        assertEquals(Optional.of(Duration.ofSeconds(90)), mount.lease(mountstats));
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
