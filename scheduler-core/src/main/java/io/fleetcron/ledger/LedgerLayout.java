package io.fleetcron.ledger;

/**
 * Where things stand in a lock file, in bytes. Two slots hold the record in turn, so that a torn write leaves the
 * other; behind them, the run's supervisor writes its heartbeat and, at the end, its exit record.
 */
public final class LedgerLayout {
    /** Size of one slot. */
    public static final int SLOT = 4096;
    /** Both slots: what a reader of the record needs. */
    public static final int SLOTS = 2 * SLOT;
    /** Where the supervisor writes its heartbeats: eight blocks, one after the other and from the first again. */
    public static final int BEAT = SLOTS;
    /** Where the supervisor writes its exit record. */
    public static final int EXIT = BEAT + 8 * 512;
    /** The whole file. */
    public static final int SIZE = EXIT + 512;

    private LedgerLayout() {}

    /** The offset of the slot that a record of that sequence number is written to. */
    public static long offset(long sequence) {
        return (sequence % 2) * SLOT;
    }
}
