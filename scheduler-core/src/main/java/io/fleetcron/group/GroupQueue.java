package io.fleetcron.group;

import io.fleetcron.config.NameRules;
import io.fleetcron.json.ChecksummedLine;
import io.fleetcron.json.JsonLine;
import io.fleetcron.json.StrictJson;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The jobs whose fires wait for a slot of one group, and how it lies in {@code groups/<group>.queue}: one block of 4 KiB
 * with a line of JSON. Whoever waits writes it with each try, without a lock: of two that do so at once one is forgotten
 * until its next try. So nothing that must be safe depends on it, only who goes first. Immutable.
 *
 * @param places those that have waited longest, first
 */
record GroupQueue(List<Place> places) {

    /** Bytes of the file. */
    static final int SIZE = 4_096;

    /** So many fit, however long their names are. */
    private static final int MOST = 20;

    /** Whoever has not tried for so long waits no more: three times as long as between two tries. */
    static final Duration FRESH = Duration.ofSeconds(15);

    private static final Comparator<Place> LONGEST =
            Comparator.comparing(Place::since).thenComparing(Place::job);

    /** Nobody waits. */
    static final GroupQueue EMPTY = new GroupQueue(List.of());

    GroupQueue {
        places = places.stream().sorted(LONGEST).limit(MOST).toList();
    }

    /**
     * A job whose fire waits.
     *
     * @param since when the job began to wait
     * @param tried when it last tried to get a slot
     */
    record Place(String job, Instant since, Instant tried) {

        private boolean isFresh(Instant now) {
            return Duration.between(tried, now).abs().compareTo(FRESH) <= 0;
        }
    }

    /** How many other jobs go before one that has waited since then. */
    int ahead(String job, Instant since, Instant now) {
        Place own = new Place(job, since, now);
        return (int) others(job, now)
                .filter(other -> LONGEST.compare(other, own) < 0)
                .count();
    }

    /** The queue while that job waits. */
    GroupQueue with(String job, Instant since, Instant now) {
        return new GroupQueue(Stream.concat(others(job, now), Stream.of(new Place(job, since, now)))
                .toList());
    }

    /** The queue once that job waits no more. */
    GroupQueue without(String job, Instant now) {
        return new GroupQueue(others(job, now).toList());
    }

    boolean has(String job) {
        return places.stream().anyMatch(place -> place.job.equals(job));
    }

    private Stream<Place> others(String job, Instant now) {
        return places.stream().filter(place -> !place.job.equals(job) && place.isFresh(now));
    }

    /** The file's content. */
    byte[] encode() {
        JsonLine json = new JsonLine().open().put("v", 1).openList("waiting");
        for (Place place : places) {
            json.open()
                    .put("job", place.job)
                    .put("since", place.since)
                    .put("tried", place.tried)
                    .close();
        }
        return ChecksummedLine.block(json.closeList().toString(), SIZE).orElseThrow();
    }

    /** Reads the file; what cannot be understood, or was half written, is as if nobody waited. */
    static GroupQueue decode(byte[] file) {
        return ChecksummedLine.read(file, 0, SIZE)
                .text()
                .flatMap(text -> StrictJson.read(text, json -> new GroupQueue(json.list("waiting", GroupQueue::place))))
                .orElse(EMPTY);
    }

    private static Place place(StrictJson json) {
        return new Place(json.name("job", NameRules::job), json.time("since"), json.time("tried"));
    }

    /** What {@link #decode} makes of a file that may be missing. */
    static GroupQueue of(Optional<byte[]> file) {
        return file.map(GroupQueue::decode).orElse(EMPTY);
    }
}
