package io.fleetcron.ledger;

/** What the two slots of a lock file hold. */
public sealed interface Decoded {
    /** No record was ever completely written: nothing was ever started. */
    record Blank() implements Decoded {}

    /** The newest complete record. */
    record Valid(LedgerRecord record) implements Decoded {}

    /**
     * Neither slot can be trusted. Nothing may start.
     *
     * @param reason what was found
     */
    record Corrupt(String reason) implements Decoded {}
}
