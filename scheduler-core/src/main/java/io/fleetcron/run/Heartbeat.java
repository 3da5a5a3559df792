package io.fleetcron.run;

import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A sign of life that a supervisor wrote through the locked descriptor: one line of JSON, filled up to 512 bytes.
 * Immutable.
 *
 * @param token of the claim that it belongs to
 * @param attempt the attempt then going on
 * @param beat the fleet's time when it was about to be written
 */
public record Heartbeat(long token, int attempt, Instant beat) {
    private static final int LENGTH = 512;

    /** Reads one heartbeat; empty for bytes that are torn, foreign or not there at all. */
    public static Optional<Heartbeat> parse(byte[] block) {
        return RecordLine.parse(block)
                .flatMap(json -> RecordLine.number(json, "token")
                        .flatMap(token -> RecordLine.number(json, "attempt")
                                .flatMap(attempt -> RecordLine.number(json, "beat")
                                        .map(beat -> new Heartbeat(
                                                token, attempt.intValue(), Instant.ofEpochMilli(beat))))));
    }

    /** The newest heartbeat among the blocks that lie between a lock file's beat offset and its exit offset. */
    public static Optional<Heartbeat> newest(byte[] blocks) {
        return IntStream.range(0, blocks.length / LENGTH)
                .mapToObj(i -> parse(Arrays.copyOfRange(blocks, i * LENGTH, (i + 1) * LENGTH)))
                .flatMap(Optional::stream)
                .max(Comparator.comparingLong(Heartbeat::token).thenComparing(Heartbeat::beat));
    }
}
