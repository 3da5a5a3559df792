package io.fleetcron.late;

import io.fleetcron.json.ChecksummedLine;
import io.fleetcron.json.JsonLine;
import io.fleetcron.json.StrictJson;
import io.fleetcron.late.Late.NoSuccess;
import io.fleetcron.late.Late.NotStarted;
import io.fleetcron.late.Late.TooLong;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What people have been told of one job that is late. Fires and tokens grow, so the newest of each is all that is kept.
 * Immutable.
 *
 * @param fire the newest fire that had not started in time
 * @param success the time since when there was no success
 * @param at when that was told
 * @param token the newest run that took too long
 * @param changed when anything was told last
 */
public record Told(Instant fire, Instant success, Instant at, long token, Instant changed) {

    private static final Instant NEVER = StrictJson.EARLIEST;

    /** Nothing. */
    public static final Told NOTHING = new Told(NEVER, NEVER, NEVER, 0, NEVER);

    /** Bytes of the file that keeps it. */
    public static final int SIZE = 512;

    /** What of these has not been told. */
    public List<Late> news(List<Late> all) {
        return all.stream().filter(late -> !covers(late)).toList();
    }

    private boolean covers(Late late) {
        if (late instanceof NotStarted open) {
            return !open.fire().isAfter(fire);
        }
        if (late instanceof NoSuccess none) {
            // A later time that is only the first failure's is of the same spell, unless that began after this was
            // told.
            return !none.last().isAfter(none.exact() ? success : at);
        }
        return ((TooLong) late).token() <= token;
    }

    /** The same once these have been told, too. */
    public Told with(List<Late> news, Instant now) {
        Told all = this;
        for (Late late : news) {
            all = all.with(late, now);
        }
        return all;
    }

    private Told with(Late late, Instant now) {
        if (late instanceof NotStarted open) {
            return new Told(later(fire, open.fire()), success, at, token, now);
        }
        if (late instanceof NoSuccess none) {
            return new Told(fire, later(success, none.last()), later(at, now), token, now);
        }
        return new Told(fire, success, at, Math.max(token, ((TooLong) late).token()), now);
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    /** As it stands in its file: one line with a checksum, {@link #SIZE} bytes. */
    public byte[] toBytes() {
        String line = new JsonLine()
                .open()
                .put("fire", fire)
                .put("success", success)
                .put("at", at)
                .put("token", token)
                .put("changed", changed)
                .toString();
        return ChecksummedLine.block(line, SIZE).orElseThrow();
    }

    /**
     * What a file says that another host wrote; nothing if it is torn, of another form or ahead of the time.
     *
     * @param bytes its beginning
     */
    public static Told parse(byte[] bytes, Instant now) {
        Optional<Told> read = bytes.length < SIZE
                ? Optional.empty()
                : ChecksummedLine.read(bytes, 0, SIZE)
                        .text()
                        .flatMap(line -> StrictJson.read(
                                line,
                                it -> new Told(
                                        it.time("fire"),
                                        it.time("success"),
                                        it.time("at"),
                                        it.count("token"),
                                        it.time("changed"))));
        return read.filter(told -> !later(told.fire, later(told.success, later(told.at, told.changed)))
                        .isAfter(now))
                .orElse(NOTHING);
    }
}
