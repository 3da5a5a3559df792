package io.fleetcron.run;

import com.google.gson.JsonObject;
import io.fleetcron.fleet.Fire;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.fleet.RunUsage;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a supervisor writes when its run is over, into the lock file and into the run's directory: one line of JSON,
 * filled up with spaces to {@link #LENGTH} bytes. Immutable.
 *
 * @param fire what was started; {@link #UNNAMED} in a record of the supervisor before this one, which wrote none
 * @param token of the claim that it belongs to
 * @param end how the run ended
 */
public record ExitRecord(Fire fire, long token, RunEnd end) {
    /** Bytes of a record, its line end included. */
    public static final int LENGTH = 512;

    /** What a supervisor sees of a run's end. */
    private static final Set<Outcome> SEEN =
            EnumSet.of(Outcome.SUCCEEDED, Outcome.FAILED, Outcome.TIMED_OUT, Outcome.KILLED, Outcome.FENCED);

    private static final Fire UNNAMED = new Fire("", Instant.EPOCH);
    private static final long MOST = 1_000_000_000_000_000L; // what ledgers take

    /** The record's {@link #LENGTH} bytes. */
    byte[] toBytes() {
        JsonObject json = new JsonObject();
        json.addProperty("token", token);
        json.addProperty("job", fire.job());
        json.addProperty("fire", fire.time().toString());
        json.addProperty("how", end.outcome().word());
        end.exit().ifPresent(status -> json.addProperty("exit", status));
        json.addProperty("attempts", end.attempts());
        json.addProperty("ended", end.ended().toEpochMilli());
        end.usage().ifPresent(used -> {
            json.addProperty("user_ms", used.user().toMillis());
            json.addProperty("system_ms", used.system().toMillis());
            json.addProperty("memory_peak", used.memoryPeak());
        });
        json.addProperty("ok", 1);
        String text = json.toString();
        return (text + " ".repeat(LENGTH - 1 - text.length()) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Reads a record; empty for bytes that are torn, foreign or not there at all. */
    public static Optional<ExitRecord> parse(byte[] bytes) {
        return RecordLine.parse(bytes)
                .filter(json -> RecordLine.number(json, "ok").orElse(0L) == 1)
                .flatMap(ExitRecord::of);
    }

    private static Optional<ExitRecord> of(JsonObject json) {
        Optional<Long> token = RecordLine.number(json, "token");
        boolean unnamed = !json.has("job") && !json.has("fire");
        Optional<String> job = unnamed ? Optional.of(UNNAMED.job()) : RecordLine.text(json, "job");
        Optional<Instant> fire = unnamed
                ? Optional.of(UNNAMED.time())
                : RecordLine.text(json, "fire").flatMap(ExitRecord::instant);
        Optional<Outcome> how =
                RecordLine.text(json, "how").flatMap(Outcome::of).filter(SEEN::contains);
        Optional<Long> attempts = RecordLine.number(json, "attempts").filter(n -> n >= 0 && n <= Integer.MAX_VALUE);
        Optional<Long> ended = RecordLine.number(json, "ended");
        if (token.isEmpty()
                || job.isEmpty()
                || fire.isEmpty()
                || how.isEmpty()
                || attempts.isEmpty()
                || ended.isEmpty()) {
            return Optional.empty();
        }
        OptionalInt exit = RecordLine.number(json, "exit")
                .map(n -> OptionalInt.of(n.intValue()))
                .orElse(OptionalInt.empty());
        return Optional.of(new ExitRecord(
                new Fire(job.get(), fire.get()),
                token.get(),
                new RunEnd(
                        how.get(),
                        exit,
                        attempts.get().intValue(),
                        Instant.ofEpochMilli(ended.get()),
                        usage(json),
                        Optional.empty())));
    }

    /** Empty in a record of a supervisor that did not count. */
    private static Optional<RunUsage> usage(JsonObject json) {
        Optional<Long> user = RecordLine.number(json, "user_ms").filter(ExitRecord::isCount);
        Optional<Long> system = RecordLine.number(json, "system_ms").filter(ExitRecord::isCount);
        Optional<Long> memory = RecordLine.number(json, "memory_peak").filter(ExitRecord::isCount);
        return user.isPresent() && system.isPresent() && memory.isPresent()
                ? Optional.of(
                        new RunUsage(Duration.ofMillis(user.get()), Duration.ofMillis(system.get()), memory.get()))
                : Optional.empty();
    }

    private static boolean isCount(long number) {
        return number >= 0 && number <= MOST;
    }

    /** Whether it is of the supervisor before this one, so that only token and time tell which run it is of. */
    public boolean isUnnamed() {
        return fire.equals(UNNAMED);
    }

    /** Whether it is the record of that run. A token alone does not tell: a ledger may have been replaced. */
    public boolean isOf(Fire other, long otherToken) {
        return fire.equals(other) && token == otherToken;
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
