package io.fleetcron.control;

import io.fleetcron.fleet.Asked;
import java.time.Instant;
import java.util.Optional;

/**
 * Since when something is in force, and until when. Immutable.
 *
 * @param asked who asked for it; that is when it begins
 * @param until when it ends by itself; empty if it does not
 * @param ended who ended it before that
 */
public record Span(Asked asked, Optional<Instant> until, Optional<Asked> ended) {

    /** When it ended or will end; empty if nobody knows yet. */
    public Optional<Instant> end() {
        Optional<Instant> early = ended.map(Asked::at);
        return early.isPresent() && until.filter(early.get()::isAfter).isEmpty() ? early : until;
    }

    /**
     * Whether it is in force, as soon as it has been read: the clock of who asked may be a little ahead of the reader's.
     */
    public boolean holds(Instant now) {
        return end().filter(end -> !now.isBefore(end)).isEmpty();
    }

    /** Whether it was, is or will be in force at that time. */
    boolean covers(Instant time) {
        return !time.isBefore(asked.at()) && holds(time);
    }

    /** The same, ended by somebody; unchanged if it has ended before. */
    public Span endedBy(Asked who) {
        return holds(who.at()) ? new Span(asked, until, Optional.of(who)) : this;
    }
}
