package io.fleetcron.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MomentsTest {

    private static final Instant NOW = Instant.parse("2026-10-25T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "2026-10-25T12:00:00Z, 2026-10-25 13:00:00 CET (0 s ago)",
        "2026-10-25T11:58:00.999Z, 2026-10-25 12:58:00 CET (119 s ago)",
        "2026-10-25T11:58:00Z, 2026-10-25 12:58:00 CET (2 min ago)",
        "2026-10-25T10:00:01Z, 2026-10-25 11:00:01 CET (119 min ago)",
        "2026-10-25T10:00:00Z, 2026-10-25 11:00:00 CET (2 h ago)",
        "2026-10-24T12:00:00Z, 2026-10-24 14:00:00 CEST (24 h ago)",
        "2026-10-23T12:00:00Z, 2026-10-23 14:00:00 CEST (2 d ago)",
        "2026-10-25T12:00:30Z, 2026-10-25 13:00:30 CET (in 30 s)",
        "2026-10-28T12:00:00Z, 2026-10-28 13:00:00 CET (in 3 d)",
        // the hour that comes twice
        "2026-10-25T00:30:00Z, 2026-10-25 02:30:00 CEST (11 h ago)",
        "2026-10-25T01:30:00Z, 2026-10-25 02:30:00 CET (10 h ago)"
    })
    void atATerminalInTheReadersZone(Instant time, String shown) {
        assertEquals(shown, new Moments(NOW, Optional.of(ZoneId.of("Europe/Berlin"))).at(time));
        assertEquals(time.toString(), new Moments(NOW, Optional.empty()).at(time), "elsewhere");
    }

    @Test
    void whatNeedsNoPartsOfSecondsHasNone() {
        assertEquals("2026-10-25T12:00:00Z", new Moments(NOW, Optional.empty()).second(NOW.plusMillis(7)));
    }
}
