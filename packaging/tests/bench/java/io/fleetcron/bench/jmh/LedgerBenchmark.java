package io.fleetcron.bench.jmh;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.ledger.ClaimDecision;
import io.fleetcron.ledger.ClaimProtocol;
import io.fleetcron.ledger.LedgerState;
import io.fleetcron.ledger.LedgerCodec;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.ledger.LeftOut;
import io.fleetcron.ledger.RunResult;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.ledger.ClaimInput;
import io.fleetcron.ledger.ClaimInput.Standing;
import io.fleetcron.ledger.RunOrigin;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What one fire needs of the ledger without its I/O: a record as bytes and back, and the decision under the lock. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LedgerBenchmark {

    private static final Instant FIRE = Instant.parse("2026-11-23T00:00:00Z"); // a Monday: job-0 fires
    private static final Instant NOW = FIRE.plusMillis(20);
    private static final int REMEMBERED = 8;

    private JobDefinition job;
    private LedgerRecord record;
    private LedgerRecord claimed;
    private RunResult ended;
    private byte[] slots;

    @Setup
    public void make() throws IOException {
        try (JobFiles files = new JobFiles(1)) {
            job = files.load().jobs().values().iterator().next();
        }
        record = LedgerRecord.first(job, FIRE.minusSeconds(1))
                .withRecent(IntStream.rangeClosed(1, REMEMBERED)
                        .mapToObj(n -> succeeded(FIRE.minusSeconds(n), n))
                        .toList());
        claimed = record.next().claimed(FIRE, RunOrigin.SCHEDULE, "alpha", "host-alpha", 4711, NOW, 0);
        ended = new RunResult(claimed.token(), FIRE, new RunEnd(Outcome.SUCCEEDED, OptionalInt.of(0), 1, NOW));
        byte[] one = LedgerCodec.encode(record).orElseThrow();
        byte[] other = LedgerCodec.encode(claimed).orElseThrow();
        slots = new byte[one.length + other.length];
        System.arraycopy(one, 0, slots, 0, one.length);
        System.arraycopy(other, 0, slots, one.length, other.length);
        check();
    }

    /** That each method measures what its name says. */
    private void check() {
        boolean right = decideToStart().start().isPresent()
                && decideThatNothingIsDue().start().isEmpty()
                && decideAfterARun().settled().size() == 1
                && decode() instanceof LedgerState.Valid valid
                && valid.record().equals(claimed);
        if (!right) {
            throw new IllegalStateException("the benchmark's record does not lead to the decisions that it measures");
        }
    }

    private static Settlement succeeded(Instant fire, long token) {
        return new Settlement(fire, fire, 1, Outcome.SUCCEEDED, RunOrigin.SCHEDULE, "alpha", "alpha", token, new Settlement.Execution(1, Optional.of(fire.plusMillis(20)), OptionalInt.of(0), Optional.empty()), fire.plusMillis(40));
    }

    @Benchmark
    public Optional<byte[]> encode() {
        return LedgerCodec.encode(claimed);
    }

    @Benchmark
    public LedgerState decode() {
        return LedgerCodec.decode(job.name(), slots);
    }

    /** The winner: one fire is due, on time, and nothing else is owed. */
    @Benchmark
    public ClaimDecision decideToStart() {
        return ClaimProtocol.decide(situation(record, NOW));
    }

    /** A loser that got the lock: the fire is settled. */
    @Benchmark
    public ClaimDecision decideThatNothingIsDue() {
        return ClaimProtocol.decide(situation(record, FIRE.minusMillis(500)));
    }

    /** After the run: its end is settled, and the next fire is due. */
    @Benchmark
    public ClaimDecision decideAfterARun() {
        return ClaimProtocol.decide(input(claimed, Optional.of(ended), NOW, "beta"));
    }

    private ClaimInput situation(LedgerRecord read, Instant now) {
        return input(read, Optional.empty(), now, "alpha");
    }

    private ClaimInput input(LedgerRecord read, Optional<RunResult> result, Instant now, String instance) {
        Instant since = FIRE.minusSeconds(60);
        return new ClaimInput(
                read,
                result,
                Optional.empty(),
                job,
                Standing.DEFINED,
                since,
                since, LeftOut.NONE,
                Optional.empty(),
                Optional.empty(),
                now,
                instance);
    }
}
