package io.fleetcron.ledger;

import io.fleetcron.json.ChecksummedLine;
import io.fleetcron.json.JsonLine;
import io.fleetcron.json.StrictJson;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A record as bytes: a {@link ChecksummedLine} in a slot. Pure functions.
 */
public final class LedgerCodec {

    /** What this program writes. */
    private static final int VERSION = 1;

    private static final String BEGINNING = "{\"v\":" + VERSION + ",\"seq\":";

    /** Of a sequence that fits into a {@code long}. */
    private static final int MOST_DIGITS = 18;

    /** The next version adds members and outcomes, and changes the meaning of none: it can be read, and is kept. */
    private static final int READABLE = VERSION + 1;

    /** By how much the fleet's time may differ between two instances, of which one is slow to reach its server. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    private LedgerCodec() {}

    /** One slot with that record; empty if the record does not fit. */
    public static Optional<byte[]> encode(LedgerRecord record) {
        JsonLine json = new JsonLine().open();
        RecordJson.write(json, record, VERSION);
        return ChecksummedLine.block(json.toString(), LedgerLayout.SLOT);
    }

    /**
     * Reads both slots, and does not believe a record that is ahead of time: it would keep the job from starting until
     * then, without a word.
     *
     * @param job the job whose file it is
     * @param bytes the file's beginning; may be shorter than two slots
     * @param now the fleet's time
     */
    public static LedgerState decode(String job, byte[] bytes, Instant now) {
        LedgerState decoded = decode(job, bytes);
        return decoded instanceof LedgerState.Valid valid && valid.record().isAfter(now.plus(SKEW))
                ? new LedgerState.Corrupt(
                        "it speaks of a time later than now, " + now + ": a clock was wrong, or somebody wrote there")
                : decoded;
    }

    /**
     * Reads both slots, whatever time it is.
     *
     * @param job the job whose file it is
     * @param bytes the file's beginning; may be shorter than two slots
     */
    public static LedgerState decode(String job, byte[] bytes) {
        ChecksummedLine one = ChecksummedLine.read(bytes, 0, LedgerLayout.SLOT);
        ChecksummedLine two = ChecksummedLine.read(bytes, LedgerLayout.SLOT, LedgerLayout.SLOT);
        long ofOne = sequence(job, one);
        long ofTwo = sequence(job, two);
        if (ofOne >= 0 && ofTwo >= 0) {
            // Both are ours as it seems: the older one matters only if the newer one turns out to be bad.
            Slot newest = slot(job, ofOne > ofTwo ? one : two);
            if (newest.record.isPresent()) {
                return new LedgerState.Valid(newest.record.get());
            }
        }
        return decode(slot(job, one), slot(job, two));
    }

    private static LedgerState decode(Slot first, Slot second) {
        if (first.record.isPresent() && second.record.isPresent()) {
            LedgerRecord a = first.record.get();
            LedgerRecord b = second.record.get();
            return new LedgerState.Valid(a.sequence() > b.sequence() ? a : b);
        }
        Optional<LedgerRecord> only = first.record.or(() -> second.record);
        if (only.isPresent() && !first.foreign && !second.foreign) {
            return new LedgerState.Valid(only.get());
        }
        // The first write of a file's life may be torn, and it never is a claim. Any later one leaves the other slot.
        if (second.blank && !first.foreign) {
            return new LedgerState.Blank();
        }
        return new LedgerState.Corrupt(first.foreign ? first.problem : second.foreign ? second.problem : first.problem);
    }

    private record Slot(Optional<LedgerRecord> record, boolean blank, boolean foreign, String problem) {
        static Slot torn(String problem) {
            return new Slot(Optional.empty(), false, false, problem);
        }
    }

    /** The record's sequence if the line begins as this version writes it for this job, else -1. */
    private static long sequence(String job, ChecksummedLine line) {
        String text = line.text().orElse("");
        int end = BEGINNING.length();
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        int digits = end - BEGINNING.length();
        return text.startsWith(BEGINNING)
                        && digits > 0
                        && digits <= MOST_DIGITS
                        && text.startsWith(",\"job\":\"" + job + "\",", end)
                ? Long.parseLong(text, BEGINNING.length(), end, 10)
                : -1;
    }

    private static Slot slot(String job, ChecksummedLine line) {
        if (line.isBlank()) {
            return new Slot(Optional.empty(), true, false, "it is empty");
        }
        return line.text()
                .map(text -> parsed(job, text))
                .orElseGet(() -> Slot.torn("neither of its two records has a valid checksum"));
    }

    private static Slot parsed(String job, String line) {
        Optional<LedgerRecord> record = StrictJson.read(line, LedgerCodec::ofReadableVersion);
        if (record.isEmpty()) {
            return foreign(problem(line));
        }
        return record.get().job().equals(job)
                ? new Slot(record, false, false, "")
                : foreign("it is the ledger of job " + record.get().job());
    }

    private static LedgerRecord ofReadableVersion(StrictJson json) {
        long version = json.count("v");
        if (version < VERSION || version > READABLE) {
            throw StrictJson.refuse("v");
        }
        return RecordJson.record(json);
    }

    private static String problem(String line) {
        Optional<Long> version = StrictJson.read(line, json -> json.count("v"));
        boolean readable = version.isPresent() && version.get() >= VERSION && version.get() <= READABLE;
        return readable
                ? "it has a valid checksum but not the fields of a ledger"
                : "its format version is " + version.map(String::valueOf).orElse("missing") + ", this program reads "
                        + VERSION + " and " + READABLE;
    }

    private static Slot foreign(String problem) {
        return new Slot(Optional.empty(), false, true, problem);
    }
}
