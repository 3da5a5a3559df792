package io.fleetcron.config.crontab;

import java.time.ZoneId;
import java.time.zone.ZoneRulesProvider;
import java.util.Optional;

/** Zones of the IANA time zone database, which is what the loader takes. */
public final class Zones {

    private Zones() {}

    /** Empty if no such zone exists; offsets and POSIX rules are none. */
    public static Optional<ZoneId> of(String id) {
        return ZoneRulesProvider.getAvailableZoneIds().contains(id) ? Optional.of(ZoneId.of(id)) : Optional.empty();
    }
}
