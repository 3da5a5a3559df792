package io.fleetcron.fleet;

import io.fleetcron.config.NameRules;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a file that holds one run's captured output, in the job's folder of {@link SharedLayout#output}. Names
 * sort by scheduled time, then token.
 *
 * @param fire the scheduled time, to the millisecond
 * @param token the run's fencing token
 * @param instance the instance that ran it
 */
public record OutputName(Instant fire, long token, String instance) {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final Pattern FORM = Pattern.compile("([0-9]{8}T[0-9]{6}\\.[0-9]{3}Z)-([0-9]{10,18})-(.+)\\.log");

    /** Of that run. */
    public static OutputName of(RunId run) {
        return new OutputName(run.time(), run.token(), run.instance());
    }

    /** The run, of that job. */
    public RunId run(String job) {
        return new RunId(job, fire, token, instance);
    }

    /** The file's name. */
    public String text() {
        return TIME.format(fire) + String.format(Locale.ROOT, "-%010d-%s.log", token, SharedLayout.valid(instance));
    }

    /** Reads a file's name; empty for the name of anything else. */
    public static Optional<OutputName> parse(String name) {
        Matcher matcher = FORM.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            Instant fire = TIME.parse(matcher.group(1), Instant::from);
            return Optional.of(new OutputName(fire, Long.parseLong(matcher.group(2)), matcher.group(3)))
                    .filter(read -> NameRules.host(read.instance).isEmpty());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
