package io.fleetcron.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the first agent of a boot notes, and what later ones make of it. */
final class BootRecordTest {

    private static final Instant NOW = Instant.parse("2026-11-24T08:00:00.750Z");

    @TempDir
    Path folder;

    @Test
    void isTheFirstAgentsOfABoot() throws IOException {
        HostBoot fresh = new HostBoot("x", BootRecord.JUST_BOOTED);
        HostBoot old = new HostBoot("x", BootRecord.JUST_BOOTED.plusMillis(1));
        BootRecord first = BootRecord.decide(Optional.empty(), fresh, NOW, List.of());
        assertEquals(Optional.of(Instant.parse("2026-11-24T08:00:00Z")), first.fire());
        assertEquals(BootRecord.none("x"), BootRecord.decide(Optional.empty(), old, NOW, List.of()));
        Optional<BootRecord> earlier = Optional.of(BootRecord.none("w"));
        assertTrue(BootRecord.decide(earlier, old, NOW, List.of()).fire().isPresent());
        assertEquals(first, BootRecord.decide(Optional.of(first), old, NOW.plusSeconds(90), List.of()));

        BootRecord note = new BootRecord("x", Optional.of(NOW), Map.of("a", "hash"));
        note.write(folder);
        assertEquals(Optional.of(note), BootRecord.read(folder));
        assertEquals(note, BootRecord.current(folder, fresh));
        assertEquals(BootRecord.none("y"), BootRecord.current(folder, new HostBoot("y", Duration.ofMinutes(1))));
        Files.writeString(folder.resolve("boot.json"), "{\"boot\":\"x\"");
        assertEquals(Optional.empty(), BootRecord.read(folder));
    }
}
