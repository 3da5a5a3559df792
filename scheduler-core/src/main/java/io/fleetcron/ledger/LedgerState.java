package io.fleetcron.ledger;

/** What the two slots of a lock file hold. */
public sealed interface LedgerState {
    /** No record was ever completely written: nothing was ever started. */
    record Blank() implements LedgerState {}

    /** The newest complete record. */
    record Valid(LedgerRecord record) implements LedgerState {}

    /**
     * Neither slot can be trusted. Nothing may start.
     *
     * @param reason what was found
     */
    record Corrupt(String reason) implements LedgerState {}
}
