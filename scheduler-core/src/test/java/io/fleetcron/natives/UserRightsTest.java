package io.fleetcron.natives;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.natives.UserRights.NoThreadException;
import java.util.List;
import org.junit.jupiter.api.Test;

class UserRightsTest {

    /** More than a process can address: no kernel makes such a thread. */
    private static final long STACK = 1L << 50;

    @Test
    void aHostThatMakesNoThreadSaysSo() {
        NoThreadException e = assertThrows(
                NoThreadException.class,
                () -> UserRights.as(0, 0, List.of(), () -> "", task -> new Thread(null, task, "too-large", STACK)));
        assertTrue(String.valueOf(e.getMessage()).contains("limit of processes"), e.toString());
    }
}
