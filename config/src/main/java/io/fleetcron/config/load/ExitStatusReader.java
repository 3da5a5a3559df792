package io.fleetcron.config.load;

import static io.fleetcron.config.ExitStatuses.CANNOT_EXECUTE;
import static io.fleetcron.config.ExitStatuses.NOT_FOUND;

import io.fleetcron.config.ExitStatuses;
import io.fleetcron.config.RunPolicy.RetryOn;
import io.fleetcron.config.yaml.Numbers;
import io.fleetcron.config.yaml.YamlField;
import io.fleetcron.config.yaml.YamlFields;
import io.fleetcron.config.yaml.YamlValue.Scalar;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Reads the keys that say what exit statuses mean: {@code success_on}, and {@code on} and {@code never} of retries. */
final class ExitStatusReader {
    private static final String TIMEOUT = "timeout";
    private static final int MAX_DIGITS = 9;

    private ExitStatusReader() {}

    /**
     * One line of a list.
     *
     * @param field where it is written
     * @param first the first status; larger than {@code last} for a word, which stands for no status
     */
    private record Entry(YamlField field, int first, int last) {
        boolean holds(int status) {
            return first <= status && status <= last;
        }

        boolean isTimeout() {
            return first > last;
        }

        /** A status by itself is more specific than a range that holds it. */
        int rank() {
            return first < last ? 1 : 2;
        }

        String text() {
            return isTimeout() ? TIMEOUT : first == last ? Integer.toString(first) : first + "-" + last;
        }
    }

    /** The statuses of a successful command. */
    static Optional<ExitStatuses> success(YamlField field) {
        return field.list(item -> entry(item, false).flatMap(ExitStatusReader::canSucceed))
                .map(entries -> {
                    ExitStatuses statuses = ExitStatuses.where(status -> rank(entries, status) > 0);
                    if (!statuses.contains(0)) {
                        field.log()
                                .warning(
                                        field.value().at(),
                                        field.name() + ": without 0, a command that ends with status 0 has failed;"
                                                + " add 0 unless that is meant");
                    }
                    return statuses;
                });
    }

    private static Optional<Entry> canSucceed(Entry entry) {
        return entry.holds(CANNOT_EXECUTE) || entry.holds(NOT_FOUND)
                ? entry.field()
                        .bad(CANNOT_EXECUTE + " and " + NOT_FOUND + " mean that the command could not be started,"
                                + " which is never a success; leave them out")
                : Optional.of(entry);
    }

    /**
     * After which ends of an attempt another one follows.
     *
     * @param given the keys of {@code retries}
     * @param success what is not retried, being no failure
     */
    static RetryOn retryOn(YamlFields given, ExitStatuses success) {
        Optional<List<Entry>> on = given.get("on").flatMap(ExitStatusReader::entries);
        List<Entry> never =
                given.get("never").flatMap(ExitStatusReader::entries).orElse(List.of());
        on.ifPresent(entries -> entries.forEach(entry -> refuseSuccess(entry, success)));
        never.forEach(entry -> refuseContradiction(entry, on.orElse(List.of())));
        return new RetryOn(
                ExitStatuses.where(status -> on.map(entries -> rank(entries, status) > rank(never, status))
                        .orElse(rank(never, status) == 0)),
                on.map(ExitStatusReader::hasTimeout).orElse(!hasTimeout(never)));
    }

    private static Optional<List<Entry>> entries(YamlField field) {
        return field.list(item -> entry(item, true));
    }

    private static void refuseSuccess(Entry entry, ExitStatuses success) {
        if (!entry.isTimeout()
                && IntStream.rangeClosed(entry.first(), entry.last()).allMatch(success::contains)) {
            entry.field().bad(entry.text() + " counts as success, and a success is not retried; remove it");
        }
    }

    private static void refuseContradiction(Entry entry, List<Entry> on) {
        boolean same = entry.isTimeout()
                ? hasTimeout(on)
                : IntStream.rangeClosed(entry.first(), entry.last())
                        .anyMatch(status -> entry.rank() == rank(on, status));
        if (same) {
            entry.field()
                    .bad(entry.text() + " contradicts `on`, which names the same; remove it from one of them (a status"
                            + " by itself goes before a range)");
        }
    }

    /** How specifically a list names a status; 0 if it does not. */
    private static int rank(List<Entry> entries, int status) {
        return entries.stream()
                .filter(entry -> entry.holds(status))
                .mapToInt(Entry::rank)
                .max()
                .orElse(0);
    }

    private static boolean hasTimeout(List<Entry> entries) {
        return entries.stream().anyMatch(Entry::isTimeout);
    }

    private static Optional<Entry> entry(YamlField field, boolean timeoutToo) {
        String allowed = "needs exit statuses from 0 to " + ExitStatuses.MOST + ", ranges such as 64-78"
                + (timeoutToo ? " or the word " + TIMEOUT : "") + ", found "
                + field.value().kind();
        if (!(field.value() instanceof Scalar scalar)) {
            return field.bad(allowed);
        }
        String text = scalar.text();
        if (timeoutToo && text.equals(TIMEOUT)) {
            return Optional.of(new Entry(field, 1, 0));
        }
        int dash = text.indexOf('-');
        if (dash < 0) {
            return scalar.plain() && isStatus(text)
                    ? Optional.of(new Entry(field, Integer.parseInt(text), Integer.parseInt(text)))
                    : field.bad(allowed);
        }
        if (!isStatus(text.substring(0, dash)) || !isStatus(text.substring(dash + 1))) {
            return field.bad(allowed);
        }
        int first = Integer.parseInt(text.substring(0, dash));
        int last = Integer.parseInt(text.substring(dash + 1));
        return first < last
                ? Optional.of(new Entry(field, first, last))
                : field.bad("the range " + text + " does not go up; write the smaller status first");
    }

    private static boolean isStatus(String text) {
        return Numbers.isWhole(text) && text.length() <= MAX_DIGITS && Integer.parseInt(text) <= ExitStatuses.MOST;
    }
}
