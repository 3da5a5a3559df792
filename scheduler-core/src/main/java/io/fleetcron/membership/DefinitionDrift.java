package io.fleetcron.membership;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.fleet.DefinitionHashes;
import io.fleetcron.fleet.Fingerprints;
import io.fleetcron.fleet.Member;
import io.fleetcron.fleet.MemberTable;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.storage.SharedFiles;
import io.fleetcron.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns when this host's job definitions differ from another's, once for each pair of versions, and names the jobs. Each
 * instance writes its own definitions' hashes when they change; one is read only when the member table shows that it differs.
 * {@link #define} is thread-safe; the rest is for the one thread that beats.
 */
public final class DefinitionDrift {

    private static final Logger LOG = LoggerFactory.getLogger(DefinitionDrift.class);
    private static final int NAMED = 10;

    /** Bytes of definitions that are read: of 10,000 jobs, whatever their names, and more of usual ones. */
    private static final int LARGEST = 1 << 20;

    /** Jobs of all others with other definitions: somebody may fill the table with instances, and the heap with their jobs. */
    private static final int REMEMBERED = 200_000;

    /** Stands for the hash of a job that is not defined. */
    private static final String ABSENT = "-";

    /** Instances that are remembered: more than a fleet has. */
    private static final int MOST = 4 * MemberTable.SLOTS;

    /** One version of the definitions. */
    private record Version(String hash, Map<String, String> jobs) {}

    private final SharedFiles files;
    private final SharedLayout layout;
    private final String instance;
    private final InstantSource clock;
    private final Map<String, String> reported = new HashMap<>();
    private volatile Version own = new Version("", Map.of());
    private volatile Map<String, Version> others = Map.of();
    private volatile Collection<JobDefinition> jobs = List.of();
    private volatile Map<String, String> minorities = Map.of();
    private Map<String, String> suspected = Map.of();
    private Collection<JobDefinition> hashed = List.of();
    private int year;
    private String published = "";

    /**
     * @param clock the fleet's time
     */
    public DefinitionDrift(SharedFiles files, SharedLayout layout, String instance, InstantSource clock) {
        this.clock = clock;
        this.files = files;
        this.layout = layout;
        this.instance = instance;
    }

    /** The definitions in force. Returns their hash. */
    public String define(Collection<JobDefinition> all) {
        jobs = List.copyOf(all);
        return refresh();
    }

    /** The hash of the definitions in force, which changes with the year. */
    public String refresh() {
        Instant now = clock.instant();
        synchronized (this) {
            Collection<JobDefinition> all = jobs;
            if (year != Fingerprints.year(now) || all != hashed) {
                Map<String, String> hashes = Fingerprints.each(all, now);
                own = new Version(Fingerprints.of(hashes), hashes);
                year = Fingerprints.year(now);
                hashed = all;
            }
            return own.hash;
        }
    }

    /**
     * Tells the others, where something changed, and compares with what they said.
     *
     * @throws StorageException if storage failed; if somebody planted a file there, all others have been compared
     */
    public void compare(Collection<Member> live) throws StorageException {
        Version mine = own;
        List<StorageException> planted = new ArrayList<>();
        if (!published.equals(mine.hash)) {
            publish(mine, planted);
        }
        learn(mine, live, planted);
        vote(mine);
        if (reported.size() > MOST) {
            reported.clear();
        }
        for (Member other : live) {
            boolean same =
                    other.definitions().equals(mine.hash) || other.definitions().isEmpty();
            String pair = same ? "" : mine.hash + " " + other.definitions();
            String before = reported.put(other.instance(), pair);
            if (!same && !pair.equals(before)) {
                warn(mine, other);
            } else if (same && before != null && !before.isEmpty()) {
                LOG.info("job definitions agree again instance={} other={}", instance, other.instance());
            }
        }
        if (!planted.isEmpty()) {
            throw planted.get(0);
        }
    }

    /** Reads what those have whose hash differs, once for each version, as far as there is room for it. */
    private void learn(Version mine, Collection<Member> live, List<StorageException> planted) throws StorageException {
        Map<String, Version> known = new HashMap<>();
        int remembered = 0;
        for (Member other : live) {
            if (other.instance().equals(instance) || other.definitions().isEmpty()) {
                continue;
            }
            if (other.definitions().equals(mine.hash)) {
                known.put(other.instance(), mine);
            } else {
                Map<String, String> jobs = remembered < REMEMBERED ? jobs(other, planted) : Map.of();
                remembered += jobs.size();
                known.put(other.instance(), new Version(other.definitions(), jobs));
            }
        }
        others = known;
    }

    private Map<String, String> jobs(Member other, List<StorageException> planted) throws StorageException {
        Version before = others.get(other.instance());
        if (before != null && before.hash.equals(other.definitions()) && !before.jobs.isEmpty()) {
            return before.jobs;
        }
        try {
            return read(other);
        } catch (StorageException e) {
            collect(planted, e);
            return Map.of();
        }
    }

    /** Nothing is read from a planted file, and nothing waits for it; any other failure may be that of all files. */
    private static void collect(List<StorageException> planted, StorageException e) throws StorageException {
        if (!e.errno().equals(StorageException.PLANTED)) {
            throw e;
        }
        planted.add(e);
    }

    /** Which jobs most others define in one other way, or not at all. Twice in a row: files come to hosts one by one. */
    private void vote(Version mine) {
        if (others.values().stream().allMatch(other -> other.hash.equals(mine.hash) || other.jobs.isEmpty())) {
            suspected = Map.of(); // as usual: all agree, and a thousand jobs need no count at each beat
            minorities = Map.of();
            return;
        }
        Map<String, String> found = new HashMap<>();
        mine.jobs.forEach((job, hash) -> {
            Map<String, Integer> votes = new HashMap<>();
            votes.merge(hash, 1, Integer::sum);
            for (Version other : others.values()) {
                if (!other.jobs.isEmpty()) {
                    votes.merge(other.jobs.getOrDefault(job, ABSENT), 1, Integer::sum);
                }
            }
            int most = votes.values().stream().mapToInt(Integer::intValue).max().orElse(1);
            int same = votes.getOrDefault(hash, 0);
            if (same < most) {
                boolean gone = votes.getOrDefault(ABSENT, 0) == most;
                found.put(
                        job,
                        "job " + job + " is held: this instance shares its definition of it with " + (same - 1)
                                + " others, while " + most + (gone ? " do not have the job" : " agree on another one")
                                + ". Give all hosts the same job files, program and time zone data");
            }
        });
        Map<String, String> twice = new HashMap<>(found);
        twice.keySet().retainAll(suspected.keySet());
        suspected = found;
        minorities = Map.copyOf(twice);
    }

    /** Why that job is held here, if so: most live instances define it otherwise. Thread-safe. */
    public Optional<String> minority(String job) {
        return Optional.ofNullable(minorities.get(job));
    }

    /** True if another live instance has that job in its files. Thread-safe. */
    public boolean definedElsewhere(String job) {
        return others.values().stream().anyMatch(version -> version.jobs.containsKey(job));
    }

    private void publish(Version mine, List<StorageException> planted) throws StorageException {
        try {
            files.createDirectories(layout.definitions());
            String text = DefinitionHashes.text(mine.hash, mine.jobs);
            files.write(layout.definitions(instance), text.getBytes(StandardCharsets.UTF_8));
            published = mine.hash;
        } catch (StorageException e) {
            collect(planted, e);
        }
    }

    private void warn(Version mine, Member other) {
        Map<String, String> theirs = others.getOrDefault(other.instance(), new Version("", Map.of())).jobs;
        TreeSet<String> names = new TreeSet<>(mine.jobs.keySet());
        names.addAll(theirs.keySet());
        List<String> differing = names.stream()
                .filter(name -> !Objects.equals(mine.jobs.get(name), theirs.get(name)))
                .toList();
        LOG.warn(
                "job definitions differ instance={} other={} jobs={}{}: a fire may follow either definition. Give all"
                        + " hosts the same job files and reload",
                instance,
                other.instance(),
                String.join(",", differing.subList(0, Math.min(NAMED, differing.size()))),
                differing.size() > NAMED ? " and " + (differing.size() - NAMED) + " more" : "");
    }

    /** Empty if what is there is not, or not yet, the version that its slot names, or is not there to its end. */
    private Map<String, String> read(Member other) throws StorageException {
        Path file = layout.definitions(other.instance());
        String text = files.read(file).orElse("");
        if (DefinitionHashes.isCutOff(text, other.definitions())) {
            text = files.beginning(file, LARGEST)
                    .map(found -> new String(found.bytes(), StandardCharsets.UTF_8))
                    .orElse("");
        }
        return DefinitionHashes.read(text, other.definitions()).orElse(Map.of());
    }
}
