package io.fleetcron.cli.console;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How times stand on the command line: ISO-8601, and UTC unless they say otherwise. */
public final class Times {

    private static final DateTimeFormatter OFFSET = DateTimeFormatter.ISO_OFFSET_DATE_TIME;

    private Times() {}

    /** The wall-clock time in a zone, with its offset. */
    public static String local(Instant instant, ZoneId zone) {
        return OFFSET.format(instant.atZone(zone));
    }

    /** For tables: to the second. */
    public static String seconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** How long ago, for tables. */
    public static String ago(Instant then, Instant now) {
        Duration age = Duration.between(then, now);
        if (age.isNegative()) {
            age = Duration.ZERO;
        }
        if (age.toHours() >= 48) {
            return age.toDays() + "d";
        }
        return age.toMinutes() >= 120
                ? age.toHours() + "h"
                : age.toSeconds() >= 120 ? age.toMinutes() + "m" : age.toSeconds() + "s";
    }

    /** Reads {@code 2026-11-23T08:00:00Z}, the same with an offset, or a date, which means its midnight in UTC. */
    public static final class InstantConverter implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String text) {
            try {
                return text.length() == 10
                        ? LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC)
                        : OffsetDateTime.parse(text).toInstant();
            } catch (DateTimeException e) {
                throw new TypeConversionException("`" + text
                        + "` is not an instant; write it like 2026-11-23T08:00:00Z, 2026-11-23T09:00:00+01:00 or"
                        + " 2026-11-23");
            }
        }
    }

    /** Reads a zone of the IANA time zone database, or an offset. */
    public static final class ZoneConverter implements ITypeConverter<ZoneId> {
        @Override
        public ZoneId convert(String text) {
            try {
                return ZoneId.of(text);
            } catch (DateTimeException e) {
                throw new TypeConversionException("`" + text + "` is not a time zone"
                        + io.fleetcron.config.yaml.Suggestion.of(text, ZoneId.getAvailableZoneIds())
                                .map(near -> ". Did you mean " + near + "?")
                                .orElse("; write one like Europe/Berlin or UTC"));
            }
        }
    }

    /** Reads {@code 5s}, {@code 500ms}. */
    public static final class DurationConverter implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return io.fleetcron.config.yaml.Durations.parse(text)
                    .orElseThrow(() -> new TypeConversionException(
                            "`" + text + "` is not a valid length of time; write it like 90s, 1h30m, 500ms or 2d"));
        }
    }
}
