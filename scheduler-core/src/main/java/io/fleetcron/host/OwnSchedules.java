package io.fleetcron.host;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.storage.SharedFiles;
import io.fleetcron.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Since when this host has had the schedules of the jobs that run on every host, across restarts of its agent. Their ledgers
 * learn of a new schedule only when a run has ended; if the agent is restarted before that, this says what came due in the
 * meantime. Of the fleet's jobs, the journals of all instances do; these jobs ask nothing of the share. Thread-safe;
 * {@link #load} and {@link #write} block on the local disk.
 */
public final class OwnSchedules {

    /** Their folder in the state directory. */
    public static final String FOLDER = "schedules";

    private static final Logger LOG = LoggerFactory.getLogger(OwnSchedules.class);

    /** Bytes of a record that are read: of more jobs than a host has. */
    private static final int LARGEST = 16 << 20;

    private final SharedFiles files;
    private final Path folder;
    private final Lock writing;
    private Map<String, Known> known = new TreeMap<>();
    private Map<String, Known> written = Map.of();

    private record Known(String schedule, Instant since) {}

    /**
     * @param files of this host's own disk
     * @param folder where the records are, of which the one with the highest number counts
     * @param writing a lock of its own, which is held while storage is waited for
     */
    public OwnSchedules(SharedFiles files, Path folder, Lock writing) {
        this.files = files;
        this.folder = folder;
        this.writing = writing;
    }

    /** Reads what an agent before this one wrote. Where that cannot be read, nothing is known. */
    public void load() {
        try {
            Map<String, Known> read = read();
            synchronized (this) {
                known = read;
                written = Map.copyOf(read);
            }
        } catch (StorageException e) {
            LOG.warn("since when this host has had its schedules cannot be read: {}", e.getMessage());
        }
    }

    /** Since when this host has had the job's schedule, if an agent had it before {@code now} and no other one since. */
    public synchronized Instant since(JobDefinition job, Instant now) {
        return Optional.ofNullable(known.get(job.name()))
                .filter(before -> before.schedule.equals(job.scheduleHash()))
                .map(Known::since)
                .filter(now::isAfter)
                .orElse(now);
    }

    /** These are in force, each since then. Those of the fleet are left out. */
    public synchronized void define(Map<JobDefinition, Instant> jobs) {
        known = new TreeMap<>();
        jobs.forEach((job, since) -> {
            if (job.policy().runOn() == RunOn.EVERY && job.enabled()) {
                known.put(job.name(), new Known(job.scheduleHash(), since));
            }
        });
    }

    /** Writes down what is in force, if that is not on record yet. Not to be called while the fleet's time is in doubt. */
    public void write() throws StorageException {
        writing.lock();
        try {
            writeAnew();
        } finally {
            writing.unlock();
        }
    }

    private void writeAnew() throws StorageException {
        Map<String, Known> wanted;
        synchronized (this) {
            if (known.equals(written)) {
                return;
            }
            wanted = Map.copyOf(known);
        }
        files.createDirectories(folder);
        List<String> before = files.names(folder);
        files.createOnce(folder.resolve(String.valueOf(newest(before) + 1)), text(wanted));
        for (String old : before) {
            files.delete(folder.resolve(old));
        }
        synchronized (this) {
            written = wanted;
        }
    }

    private Map<String, Known> read() throws StorageException {
        long newest = newest(files.names(folder));
        if (newest == 0) {
            return new TreeMap<>();
        }
        return files.beginning(folder.resolve(String.valueOf(newest)), LARGEST)
                .map(content -> parse(new String(content.bytes(), StandardCharsets.UTF_8)))
                .orElseGet(TreeMap::new);
    }

    /** None is 0. */
    private static long newest(List<String> names) {
        return names.stream()
                .filter(name -> name.matches("[1-9][0-9]{0,17}"))
                .mapToLong(Long::parseLong)
                .max()
                .orElse(0);
    }

    private static String text(Map<String, Known> all) {
        JsonObject json = new JsonObject();
        new TreeMap<>(all).forEach((job, schedule) -> {
            JsonObject one = new JsonObject();
            one.addProperty("schedule", schedule.schedule);
            one.addProperty("since", schedule.since.toString());
            json.add(job, one);
        });
        return json + "\n";
    }

    private static Map<String, Known> parse(String text) {
        Map<String, Known> all = new TreeMap<>();
        try {
            for (Map.Entry<String, JsonElement> job :
                    JsonParser.parseString(text).getAsJsonObject().entrySet()) {
                JsonObject one = job.getValue().getAsJsonObject();
                all.put(
                        job.getKey(),
                        new Known(
                                one.get("schedule").getAsString(),
                                Instant.parse(one.get("since").getAsString())));
            }
        } catch (JsonParseException | IllegalStateException | NullPointerException | DateTimeException e) {
            LOG.warn("since when this host has had its schedules is not known: the newest record is damaged");
            return new TreeMap<>();
        }
        return all;
    }
}
