package io.fleetcron.claim;

import io.fleetcron.fleet.Asked;
import io.fleetcron.ledger.ManualRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs that a person asks for in tests. */
public final class ManualStarts {

    private ManualStarts() {}

    /** Here and now. */
    public static ManualStart here() {
        return of(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** That fire again. */
    public static ManualStart again(Instant fire) {
        return of(Optional.empty(), Optional.of(fire), Optional.empty());
    }

    /** As several instances have read it. */
    public static ManualStart requested(String id, Instant until) {
        return of(Optional.of(id), Optional.empty(), Optional.of(until));
    }

    private static ManualStart of(Optional<String> id, Optional<Instant> fire, Optional<Instant> until) {
        Asked asked = new Asked("anna@web1", Instant.parse("2026-03-02T01:00:00Z"), "test");
        return new ManualStart(new ManualRequest(asked, List.of(), id), fire, Map.of(), until);
    }
}
