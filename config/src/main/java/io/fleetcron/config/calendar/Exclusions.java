package io.fleetcron.config.calendar;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * All that a job says of when it does not run although its schedule has the time. Immutable and pure: the same on all hosts
 * that have the same files.
 *
 * @param sets in the order in which they are written
 * @param zone in which their dates and wall-clock times are read
 */
public record Exclusions(List<Exclusion> sets, ZoneId zone) {
    /** The job runs at each time of its schedule. */
    public static final Exclusions NONE = new Exclusions(List.of(), ZoneOffset.UTC);

    private static final int SHOWN = 3;

    public Exclusions {
        sets = List.copyOf(sets);
        zone = sets.isEmpty() ? ZoneOffset.UTC : zone;
    }

    /** Why a fire of that scheduled time does not run, in one line; empty if it does. */
    public Optional<String> reason(Instant fire) {
        if (sets.isEmpty()) {
            return Optional.empty();
        }
        ZonedDateTime time = fire.atZone(zone);
        return sets.stream().flatMap(set -> set.part(time).stream()).findFirst().map(part -> "excepted: " + part);
    }

    /** A normal form of the sets, without the zone: equal ones leave out the same times. */
    public List<String> canonical() {
        return sets.stream().map(Exclusion::canonical).distinct().sorted().toList();
    }

    /** Sets as they are written, for people; of many the first ones. */
    public static String written(List<Exclusion> sets) {
        String shown = sets.stream().limit(SHOWN).map(Exclusion::written).collect(Collectors.joining(", "));
        return sets.size() > SHOWN ? shown + " and " + (sets.size() - SHOWN) + " more" : shown;
    }
}
