package io.fleetcron.page;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.fleet.Fire;
import io.fleetcron.fleet.RunId;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.observe.Deadline;
import io.fleetcron.observe.HostFiles;
import io.fleetcron.observe.OutputFiles;
import io.fleetcron.observe.OutputFiles.Stored;
import io.fleetcron.observe.RunEnds;
import io.fleetcron.observe.SharedDirectoryUnavailable;
import io.fleetcron.observe.ShownRun;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Reads what a run has written so far, a bounded piece for each request: of a run of this host from its own file, else from the
 * shared directory, where the run's agent stores it each second. Keeps nothing between two requests. Thread-safe.
 */
public final class RunOutput {

    /** Most bytes of one answer. */
    public static final int PIECE = 128 * 1024;

    /** What is shown of an output that is long already. */
    static final int TAIL = 64 * 1024;

    private final FleetConfig config;
    private final Deadline deadline;
    private final LongSupplier nanos;

    /**
     * @param deadline of each question to the shared directory
     * @param nanos a clock that only grows
     */
    public RunOutput(FleetConfig config, Deadline deadline, LongSupplier nanos) {
        this.config = config;
        this.deadline = deadline;
        this.nanos = nanos;
    }

    /**
     * A piece of output.
     *
     * @param from where it begins, in bytes
     * @param bytes what the command wrote, at most {@link #PIECE}
     * @param goesOn whether more may come
     * @param words what is to be said of the run, in a sentence
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    public record Piece(long from, byte[] bytes, boolean goesOn, String words) {

        /** Where the next one begins. */
        public long next() {
            return from + bytes.length;
        }
    }

    /** The members of a request for that run's output, by name. */
    static Map<String, String> request(RunId run) {
        Map<String, String> members = new LinkedHashMap<>();
        members.put("job", run.job());
        members.put("fire", run.time().toString());
        members.put("token", Long.toString(run.token()));
        members.put("instance", run.instance());
        return members;
    }

    /** The link to a run's output, from the page. */
    static String link(RunId run) {
        return request(run).entrySet().stream()
                .map(member -> member.getKey() + "=" + member.getValue().replace(":", "%3A"))
                .collect(Collectors.joining("&", "output?", ""));
    }

    /**
     * Reads.
     *
     * @param asked the members of the request; {@code from} is the offset, and the end of what is there without it
     * @return empty if that is not a request for the output of a job's run
     */
    public Optional<Piece> read(Map<String, String> asked) {
        try {
            RunId run = new RunId(
                    new Fire(asked.getOrDefault("job", ""), Instant.parse(asked.getOrDefault("fire", ""))),
                    Long.parseLong(asked.getOrDefault("token", "")),
                    asked.getOrDefault("instance", ""));
            Optional<Long> from = Optional.ofNullable(asked.get("from")).map(Long::parseLong);
            if (from.filter(offset -> offset < 0).isPresent()) {
                return Optional.empty();
            }
            return Optional.ofNullable(config.jobs().get(run.job())).map(job -> read(job, run, from));
        } catch (DateTimeException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Piece read(JobDefinition job, RunId run, Optional<Long> from) {
        try {
            Optional<Path> here = here(run);
            Piece piece = here.isPresent() ? local(here.get(), from) : shared(run, from);
            ShownRun shown = new ShownRun(run, Optional.empty(), Optional.of(run.time()), here);
            RunEnds ends = new RunEnds(config, deadline, nanos, job, shown);
            boolean goesOn = ends.goesOn();
            return new Piece(piece.from(), piece.bytes(), goesOn, words(ends, goesOn, piece.next() == 0));
        } catch (IOException | SharedDirectoryUnavailable e) {
            return new Piece(
                    from.orElse(0L), new byte[0], true, "The output cannot be read here: " + e.getMessage() + ".");
        }
    }

    private static String words(RunEnds ends, boolean goesOn, boolean nothing)
            throws IOException, SharedDirectoryUnavailable {
        if (goesOn) {
            return nothing
                    ? "The run is in progress and has written nothing that can be read here yet."
                    : "The run is in progress.";
        }
        String wrote = nothing ? " Nothing that it wrote can be read here." : "";
        return ends.end().map(RunOutput::how).orElse("The run is over; its end is not recorded yet.") + wrote;
    }

    private static String how(Settlement end) {
        return "The run is over: " + end.outcome().word()
                + (end.exit().isPresent() ? ", exit status " + end.exit().getAsInt() : "") + ", at "
                + Words.time(end.ended()) + ".";
    }

    /** The file of a run that goes on here. */
    private Optional<Path> here(RunId run) throws IOException {
        return new HostFiles(config)
                .runs().stream()
                        .filter(local -> local.run().job().equals(run.job())
                                && local.run().token() == run.token()
                                && local.run().instance().equals(run.instance()))
                        .map(local -> local.output())
                        .findFirst();
    }

    private static Piece local(Path file, Optional<Long> from) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
            long begin = begin(from, open.length());
            byte[] bytes = new byte[(int) Math.max(0, Math.min(PIECE, open.length() - begin))];
            open.seek(begin);
            int read = Math.max(0, open.read(bytes));
            return new Piece(begin, Arrays.copyOf(bytes, read), true, "");
        }
    }

    private Piece shared(RunId run, Optional<Long> from) throws SharedDirectoryUnavailable {
        return deadline.ask(() -> {
            Optional<Stored> stored = new OutputFiles(config.sharedDir())
                    .of(run.job()).stream()
                            .filter(each -> each.name().token() == run.token()
                                    && each.name().instance().equals(run.instance()))
                            .findFirst();
            if (stored.isEmpty()) {
                return new Piece(from.orElse(0L), new byte[0], true, "");
            }
            long begin = begin(from, stored.get().size());
            byte[] bytes = stored.get().read(begin);
            return new Piece(begin, bytes.length > PIECE ? Arrays.copyOf(bytes, PIECE) : bytes, true, "");
        });
    }

    private static long begin(Optional<Long> from, long size) {
        return from.orElse(Math.max(0, size - TAIL));
    }
}
