package io.fleetcron.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.doctor.Finding.Level;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class MountChecksTest {

    @Test
    void asksForAnIdentifierBesideTheName() {
        Finding missing = MountChecks.clientIdentifier(Optional.of(""));
        assertEquals(Level.WARN, missing.level());
        assertTrue(missing.text().contains("nfs4_unique_id"), missing.text());
        assertTrue(missing.text().contains("nfs-client-id.conf"), missing.text());

        Finding set = MountChecks.clientIdentifier(Optional.of("0a1b2c"));
        assertEquals(Level.OK, set.level());
        assertTrue(set.text().contains("0a1b2c"), set.text());

        Finding hidden = MountChecks.clientIdentifier(Optional.empty());
        assertEquals(Level.OK, hidden.level());
        assertTrue(hidden.text().contains("run doctor as root"), hidden.text());
    }
}
