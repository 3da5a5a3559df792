package io.fleetcron.ledger;

import io.fleetcron.fleet.StrictJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * A record as bytes: one line of JSON, ending in the CRC-32 of all before it, padded with blanks to a whole slot, so
 * that {@code cat} shows it. Pure functions.
 */
public final class LedgerCodec {

    private static final String SUM = ",\"sum\":\"";

    /** What this program writes. */
    private static final int VERSION = 1;

    /** The next version adds members and outcomes, and changes the meaning of none: it can be read, and is kept. */
    private static final int READABLE = VERSION + 1;

    /** By how much the fleet's time may differ between two instances, of which one is slow to reach its server. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    private LedgerCodec() {}

    /** One slot with that record; empty if the record does not fit. */
    public static Optional<byte[]> encode(LedgerRecord record) {
        String json = RecordJson.toJson(record, VERSION).toString();
        String body = json.substring(0, json.length() - 1);
        byte[] line = (body + SUM + sum(body) + "\"}").getBytes(StandardCharsets.UTF_8);
        if (line.length >= LedgerLayout.SLOT) {
            return Optional.empty();
        }
        byte[] slot = Arrays.copyOf(line, LedgerLayout.SLOT);
        Arrays.fill(slot, line.length, slot.length, (byte) ' ');
        slot[slot.length - 1] = '\n';
        return Optional.of(slot);
    }

    /**
     * Reads both slots, and does not believe a record that is ahead of time: it would keep the job from starting until
     * then, without a word.
     *
     * @param job the job whose file it is
     * @param bytes the file's beginning; may be shorter than two slots
     * @param now the fleet's time
     */
    public static Decoded decode(String job, byte[] bytes, Instant now) {
        Decoded decoded = decode(job, bytes);
        return decoded instanceof Decoded.Valid valid && valid.record().isAfter(now.plus(SKEW))
                ? new Decoded.Corrupt(
                        "it speaks of a time later than now, " + now + ": a clock was wrong, or somebody wrote there")
                : decoded;
    }

    /**
     * Reads both slots, whatever time it is.
     *
     * @param job the job whose file it is
     * @param bytes the file's beginning; may be shorter than two slots
     */
    public static Decoded decode(String job, byte[] bytes) {
        Slot first = slot(job, bytes, 0);
        Slot second = slot(job, bytes, LedgerLayout.SLOT);
        if (first.record.isPresent() && second.record.isPresent()) {
            LedgerRecord a = first.record.get();
            LedgerRecord b = second.record.get();
            return new Decoded.Valid(a.sequence() > b.sequence() ? a : b);
        }
        Optional<LedgerRecord> one = first.record.or(() -> second.record);
        if (one.isPresent() && !first.foreign && !second.foreign) {
            return new Decoded.Valid(one.get());
        }
        // The first write of a file's life may be torn, and it never is a claim. Any later one leaves the other slot.
        if (second.blank && !first.foreign) {
            return new Decoded.Blank();
        }
        return new Decoded.Corrupt(first.foreign ? first.problem : second.foreign ? second.problem : first.problem);
    }

    private record Slot(Optional<LedgerRecord> record, boolean blank, boolean foreign, String problem) {
        static Slot torn(String problem) {
            return new Slot(Optional.empty(), false, false, problem);
        }
    }

    private static Slot slot(String job, byte[] bytes, int offset) {
        String text = offset >= bytes.length
                ? ""
                : new String(bytes, offset, Math.min(LedgerLayout.SLOT, bytes.length - offset), StandardCharsets.UTF_8);
        int end = text.indexOf('\n');
        String line =
                (end < 0 ? text : text.substring(0, end)).replace('\0', ' ').strip();
        if (line.isEmpty()) {
            return new Slot(Optional.empty(), true, false, "it is empty");
        }
        int sumAt = line.lastIndexOf(SUM);
        if (sumAt < 0 || !line.substring(sumAt).equals(SUM + sum(line.substring(0, sumAt)) + "\"}")) {
            return Slot.torn("neither of its two records has a valid checksum");
        }
        return parsed(job, line);
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

    private static String sum(String body) {
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
