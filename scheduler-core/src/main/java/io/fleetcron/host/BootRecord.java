package io.fleetcron.host;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.config.schedule.Schedules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@code @reboot} means in one boot of this host: written down by the first agent of that boot in its state
 * directory, so that each later one has the same fire. Immutable.
 *
 * @param boot the boot's id
 * @param fire the scheduled time of the boot's fires: when that first agent started; empty if this boot fires none
 * @param jobs the jobs that were to fire, with the hashes of their schedules: those that come later wait for the next
 *     boot
 */
public record BootRecord(String boot, Optional<Instant> fire, Map<String, String> jobs) {

    /** fleetcron was just installed on a host that has been up for longer than this: its boot is history. */
    static final Duration JUST_BOOTED = Duration.ofMinutes(15);

    private static final Logger LOG = LoggerFactory.getLogger(BootRecord.class);
    private static final String FILE = "boot.json";

    /** Nothing is known of this boot, and nothing fires. */
    public static BootRecord none(String boot) {
        return new BootRecord(boot, Optional.empty(), Map.of());
    }

    /**
     * The note that holds from now on.
     *
     * @param noted what an earlier agent noted, perhaps in another boot
     * @param now the fleet's time
     * @param jobs all jobs of the configuration
     */
    static BootRecord decide(Optional<BootRecord> noted, HostBoot host, Instant now, Collection<JobDefinition> jobs) {
        if (noted.isPresent() && noted.get().boot.equals(host.id())) {
            return noted.get();
        }
        if (noted.isEmpty() && host.uptime().compareTo(JUST_BOOTED) > 0) {
            return none(host.id());
        }
        Map<String, String> waiting = new LinkedHashMap<>();
        jobs.stream().filter(BootRecord::firesAtBoot).forEach(job -> waiting.put(job.name(), job.scheduleHash()));
        return new BootRecord(host.id(), Optional.of(now.truncatedTo(ChronoUnit.SECONDS)), waiting);
    }

    /**
     * What holds for an agent that starts: noted now, if no agent of this boot has done so. Blocks on the local disk.
     *
     * @param clock the fleet's time
     */
    public static BootRecord learn(Path stateDir, HostBoot host, InstantSource clock, FleetConfig config) {
        Optional<BootRecord> noted = read(stateDir);
        BootRecord note = decide(noted, host, clock.instant(), config.jobs().values());
        if (noted.isPresent() && note.equals(noted.get())) {
            return note;
        }
        try {
            note.write(stateDir);
        } catch (IOException e) {
            // The next agent of this boot would fire once more.
            LOG.error(
                    "boot not noted in {}: {}. Jobs with @reboot do not fire; make room there and restart the agent",
                    stateDir,
                    e.getMessage());
            return none(host.id());
        }
        if (note.fire.isEmpty() && config.jobs().values().stream().anyMatch(BootRecord::firesAtBoot)) {
            LOG.info(
                    "boot noted uptime={}m: this host had been up for long when fleetcron first came to it, so jobs"
                            + " with @reboot fire at its next boot",
                    host.uptime().toMinutes());
        }
        return note;
    }

    /** Whether a job has fires that a boot of this host brings about. */
    static boolean firesAtBoot(JobDefinition job) {
        return job.enabled() && job.policy().runOn() == RunOn.EVERY && Schedules.firesAtBoot(job.schedule());
    }

    /** The scheduled time of the job's fire that this boot brings about, if it does. */
    public Optional<Instant> fire(JobDefinition job) {
        return firesAtBoot(job) ? fire : Optional.empty();
    }

    /** Since when an agent that learns of the job at {@code now} has it: one that was to fire at the boot, since before that. */
    public Instant since(JobDefinition job, Instant now) {
        boolean known = job.scheduleHash().equals(jobs.get(job.name()));
        return fire(job).filter(due -> known).map(due -> due.minusMillis(1)).orElse(now);
    }

    /** What an agent noted of this boot in that state directory. */
    public static BootRecord current(Path stateDir, HostBoot host) {
        return read(stateDir).filter(note -> note.boot.equals(host.id())).orElseGet(() -> none(host.id()));
    }

    /** What was noted in that state directory; empty if nothing can be read there. */
    static Optional<BootRecord> read(Path stateDir) {
        try {
            return parse(Files.readString(stateDir.resolve(FILE)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Writes it down there, whole or not at all. */
    void write(Path stateDir) throws IOException {
        Path draft = stateDir.resolve(FILE + ".new");
        Files.writeString(draft, toJson());
        Files.move(draft, stateDir.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    private String toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("boot", boot);
        fire.ifPresent(instant -> json.addProperty("fire", instant.toString()));
        JsonObject names = new JsonObject();
        jobs.forEach(names::addProperty);
        json.add("jobs", names);
        return json + "\n";
    }

    private static Optional<BootRecord> parse(String text) {
        try {
            JsonObject json = JsonParser.parseString(text).getAsJsonObject();
            Map<String, String> jobs = new LinkedHashMap<>();
            json.getAsJsonObject("jobs")
                    .entrySet()
                    .forEach(job -> jobs.put(job.getKey(), job.getValue().getAsString()));
            Optional<Instant> fire = json.has("fire")
                    ? Optional.of(Instant.parse(json.get("fire").getAsString()))
                    : Optional.empty();
            return Optional.of(new BootRecord(json.get("boot").getAsString(), fire, jobs));
        } catch (JsonParseException
                | IllegalStateException
                | NullPointerException
                | UnsupportedOperationException // how Gson says null
                | DateTimeException e) {
            return Optional.empty();
        }
    }
}
