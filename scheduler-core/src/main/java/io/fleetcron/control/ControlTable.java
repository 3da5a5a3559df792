package io.fleetcron.control;

import io.fleetcron.json.ChecksummedLine;
import io.fleetcron.json.JsonLine;
import io.fleetcron.json.StrictJson;
import io.fleetcron.ledger.LeftOut;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All that is asked of the fleet at one time, and how it lies in {@code control/table}: two heads of 512 bytes, which
 * every instance reads every few seconds, and two bodies of 32 KiB, which it reads when the newer head has changed. Head
 * and body with an even sequence number come first. The body is written before its head, so that a write that was cut
 * off leaves the one before in force. Immutable.
 *
 * @param sequence grows with each change; never less than the milliseconds since 1970 of that moment, so that a change
 *     made after the file was restored from a copy counts as newer than all before
 * @param controls in the order in which they were asked for
 */
public record ControlTable(long sequence, List<Control> controls) {

    /** Nothing was ever asked. */
    public static final ControlTable NONE = new ControlTable(0, List.of());

    /** Bytes of a head. */
    static final int HEAD = 512;

    /** Bytes of both heads. */
    static final int HEADS = 2 * HEAD;

    /** Where the first body begins. */
    private static final int BODIES = 4_096;

    /** Bytes of a body. */
    private static final int BODY = 32 * 1024;

    /** Bytes of the file. */
    public static final int SIZE = BODIES + 2 * BODY;

    /** What ended this long ago still leaves out fires that nobody has settled; hardly a host is away for longer. */
    private static final Duration KEPT = Duration.ofDays(31);

    public ControlTable {
        controls = List.copyOf(controls);
    }

    /** What was found in the file. */
    public sealed interface Found {}

    /** A table. */
    public record Valid(ControlTable table) implements Found {}

    /**
     * Nothing that can be trusted.
     *
     * @param reason what was found
     */
    public record Corrupt(String reason) implements Found {}

    /** A part of the file to write. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    public record Part(long offset, byte[] bytes) {}

    /** Why a fire of that job is left out, if it is. */
    public Optional<String> leavesOut(String job, Instant fire, Instant now) {
        for (Control control : controls) {
            Optional<String> why = control.leavesOut(job, fire, now);
            if (why.isPresent()) {
                return why;
            }
        }
        return Optional.empty();
    }

    /** Who wants that instance to claim nothing, if somebody does. */
    public Optional<String> drains(String instance, Instant now) {
        return controls.stream()
                .filter(control -> control instanceof Control.Drain drain
                        && drain.instance().equals(instance)
                        && drain.span().holds(now))
                .map(control -> "drained by " + control.span().asked().words())
                .findFirst();
    }

    /**
     * Which fires of that job nobody is to start: those that are left out, and all while all who could are drained.
     *
     * @param able the live instances that may run it
     */
    public LeftOut leavesAlone(String job, Collection<String> able, Instant now) {
        boolean drained = !able.isEmpty()
                && able.stream().allMatch(instance -> drains(instance, now).isPresent());
        Optional<String> everywhere = drained
                ? able.stream()
                        .flatMap(instance -> drains(instance, now).stream())
                        .findFirst()
                : Optional.empty();
        return fire -> everywhere.or(() -> leavesOut(job, fire, now));
    }

    /** The runs that are to be ended. */
    public List<Control.Kill> kills(Instant now) {
        return controls.stream()
                .filter(control -> control.span().holds(now))
                .flatMap(control -> control instanceof Control.Kill kill ? Stream.of(kill) : Stream.empty())
                .toList();
    }

    /** The runs that are asked for, in the order in which they were. */
    public List<Control.Run> runs(Instant now) {
        return holding(now).stream()
                .flatMap(control -> control instanceof Control.Run run ? Stream.of(run) : Stream.empty())
                .toList();
    }

    /** Who has paused a job, if somebody has. */
    public Optional<String> paused(String job, Instant now) {
        return controls.stream()
                .filter(control -> control instanceof Control.Pause)
                .flatMap(control -> control.leavesOut(job, now, now).stream())
                .findFirst();
    }

    /** What is in force. */
    public List<Control> holding(Instant now) {
        return controls.stream().filter(control -> control.span().holds(now)).toList();
    }

    /** The table that follows, without what ended long ago and without the values in requests for runs that have ended. */
    public ControlTable next(List<Control> wanted, Instant now) {
        long after = Math.max(sequence + 1, now.toEpochMilli());
        boolean sameHalf = after % 2 == sequence % 2;
        return new ControlTable(
                sameHalf ? after + 1 : after,
                wanted.stream()
                        .filter(control -> control.span()
                                .end()
                                .filter(end -> end.isBefore(now.minus(KEPT)))
                                .isEmpty())
                        .map(control -> control instanceof Control.Run run
                                        && !run.span().holds(now)
                                ? run.withoutValues()
                                : control)
                        .toList());
    }

    /** What to write, in this order; empty if there is no room for it, even without what has ended. */
    public Optional<List<Part>> parts(Instant now) {
        List<Control> kept = new ArrayList<>(controls);
        Optional<byte[]> body = ChecksummedLine.block(body(kept), BODY);
        while (body.isEmpty()) {
            Optional<Control> oldest = kept.stream()
                    .filter(control -> !control.span().holds(now))
                    .min(Comparator.comparing(control -> control.span().end().orElse(Instant.MAX)));
            if (oldest.isEmpty()) {
                return Optional.empty();
            }
            kept.remove(oldest.get());
            body = ChecksummedLine.block(body(kept), BODY);
        }
        byte[] head = ChecksummedLine.block(opened(), HEAD).orElseThrow();
        int half = (int) (sequence % 2);
        return Optional.of(
                List.of(new Part(BODIES + (long) half * BODY, body.get()), new Part((long) half * HEAD, head)));
    }

    /** Without the closing brace. */
    private String opened() {
        return new JsonLine().open().put("v", 1).put("seq", sequence).toString();
    }

    private String body(List<Control> kept) {
        JsonLine json = new JsonLine().open().put("v", 1).put("seq", sequence).openList("controls");
        kept.forEach(control -> control.write(json));
        return json.closeList().toString();
    }

    /**
     * The newest sequence number of which a head tells: 0 if nothing was ever written.
     *
     * @return empty if both heads are damaged
     */
    static Optional<Long> newest(byte[] file) {
        ChecksummedLine even = ChecksummedLine.read(file, 0, HEAD);
        ChecksummedLine odd = ChecksummedLine.read(file, HEAD, HEAD);
        if (even.isBlank() && odd.isBlank()) {
            return Optional.of(0L);
        }
        Optional<Long> one = sequence(even, 0);
        Optional<Long> other = sequence(odd, 1);
        return one.isPresent() && other.isPresent()
                ? Optional.of(Math.max(one.get(), other.get()))
                : one.or(() -> other);
    }

    private static Optional<Long> sequence(ChecksummedLine head, long half) {
        return head.text()
                .flatMap(text -> StrictJson.read(text, json -> json.whole("seq", 1, StrictJson.MOST)))
                .filter(sequence -> sequence % 2 == half);
    }

    /** Reads the whole file. */
    public static Found decode(byte[] file) {
        Optional<Long> newest = newest(file);
        if (newest.isEmpty()) {
            return new Corrupt("both its heads are damaged");
        }
        if (newest.get() == 0) {
            return new Valid(NONE);
        }
        long sequence = newest.get();
        ChecksummedLine body = ChecksummedLine.read(file, BODIES + (int) (sequence % 2) * BODY, BODY);
        if (body.text().isEmpty()) {
            return new Corrupt("the checksum of its newest content is wrong");
        }
        Optional<ControlTable> table = StrictJson.read(
                body.text().get(),
                json -> new ControlTable(json.whole("seq", 1, StrictJson.MOST), json.list("controls", Control::of)));
        if (table.isEmpty()) {
            return new Corrupt("it asks for something that this version does not know");
        }
        return table.get().sequence() == sequence
                ? new Valid(table.get())
                : new Corrupt("its newest content is of another change than its head");
    }
}
