package io.fleetcron.config.load;

import io.fleetcron.config.Expectations;
import io.fleetcron.config.NameRules;
import io.fleetcron.config.Notices;
import io.fleetcron.config.Notices.On;
import io.fleetcron.config.Notices.Ping;
import io.fleetcron.config.Notices.Rule;
import io.fleetcron.config.yaml.Quote;
import io.fleetcron.config.yaml.Suggestion;
import io.fleetcron.config.yaml.YamlField;
import io.fleetcron.config.yaml.YamlFields;
import io.fleetcron.config.yaml.YamlValue.Mapping;
import io.fleetcron.config.yaml.YamlValue.Scalar;
import io.fleetcron.config.yaml.YamlValue.Sequence;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads the keys that say who is notified of a job's fires, and from when on a job counts as late.
 *
 * @param receivers the names that {@code notify} may have; absent means any
 */
record NoticesReader(Optional<Set<String>> receivers) {

    static final List<String> KEYS = List.of("mail", "notify", "ping", "late_after", "no_success_for", "expected");

    /** Instead of a name or a time: nobody or none, whatever the main file's defaults say. */
    static final String NONE = "none";

    private static final Duration LEAST_QUIET = Duration.ofMinutes(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration YEAR = Duration.ofDays(366);

    /** What a receiver is notified of where nothing else is said. */
    private static final Set<On> USUAL = Set.of(On.FAILURE, On.LATE);

    /** An HTTP URL to which more can be added: without query and fragment. */
    private static final Pattern PING =
            Pattern.compile("https?://[A-Za-z0-9\\[]([A-Za-z0-9._~:/\\[\\]@!$&'()*+,;=%-]|\\$\\{job\\})*");

    /** Those settings, overridden by those keys that {@code given} has. */
    Notices with(Notices base, YamlFields given) {
        return new Notices(
                MailReader.with(base.mail(), given),
                given.get("notify").flatMap(this::rules).orElse(base.rules()),
                given.get("ping").map(NoticesReader::ping).orElse(base.ping()),
                new Expectations(
                        time(given, "late_after", base.expectations().lateAfter()),
                        time(given, "no_success_for", base.expectations().noSuccessFor()),
                        time(given, "expected", base.expectations().expected())));
    }

    private static Optional<Duration> time(YamlFields given, String key, Optional<Duration> base) {
        return given.get(key)
                .map(field -> isNone(field) ? Optional.<Duration>empty() : field.duration(SECOND, YEAR))
                .orElse(base);
    }

    private Optional<List<Rule>> rules(YamlField field) {
        if (field.value() instanceof Sequence) {
            return field.list(this::rule);
        }
        if (isNone(field)) {
            return Optional.of(List.of());
        }
        return rule(field).map(List::of);
    }

    private Optional<Rule> rule(YamlField field) {
        if (!(field.value() instanceof Mapping)) {
            return name(field).map(to -> new Rule(to, USUAL, Optional.empty()));
        }
        return field.fields(List.of("to", "on", "repeat_after")).flatMap(given -> {
            Optional<String> to = given.require("to").flatMap(this::name);
            Set<On> on = given.get("on").flatMap(NoticesReader::events).orElse(USUAL);
            Optional<Duration> quiet = given.get("repeat_after").flatMap(f -> f.duration(LEAST_QUIET, YEAR));
            return to.map(name -> new Rule(name, on, quiet));
        });
    }

    private Optional<String> name(YamlField field) {
        return field.scalar().map(Scalar::text).flatMap(name -> {
            Optional<String> wrong = name.equals(NONE)
                    ? Optional.of("it means nobody; write it alone, as `notify: none`")
                    : NameRules.host(name);
            if (wrong.isPresent()) {
                return field.bad(Quote.of(name) + ": " + wrong.get());
            }
            if (receivers.isPresent() && !receivers.get().contains(name)) {
                return field.bad(Quote.of(name) + " is none of the main file's `receivers`"
                        + Suggestion.of(name, receivers.get())
                                .map(near -> "; did you mean " + Quote.of(near) + "?")
                                .orElse("; add it there"));
            }
            return Optional.of(name);
        });
    }

    private static Optional<Set<On>> events(YamlField field) {
        return field.value() instanceof Sequence
                ? field.list(f -> f.choice(On.values())).map(Set::copyOf)
                : field.choice(On.values()).map(Set::of);
    }

    private static boolean isNone(YamlField field) {
        return field.value() instanceof Scalar scalar && scalar.text().equals(NONE);
    }

    private static Optional<Ping> ping(YamlField field) {
        if (isNone(field)) {
            return Optional.empty();
        }
        return field.scalar()
                .map(Scalar::text)
                .flatMap(url -> PING.matcher(url).matches()
                        ? ReceiverReader.usable(field, url).map(Ping::new)
                        : field.bad(Quote.of(url) + " is not the URL of a check; write one such as"
                                + " https://hc-ping.com/UUID, without ? and #; ${job} stands for the job's name"));
    }
}
