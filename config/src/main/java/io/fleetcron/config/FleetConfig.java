package io.fleetcron.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The main file, {@code fleetcron.yaml}, and the jobs of every job file it names. Immutable and thread-safe.
 *
 * @param file the main file
 * @param share the directory that all instances of the fleet share
 * @param stateDir this host's own directory for runs in progress; absent means the platform's usual place
 * @param instance the configured instance id; absent means the host name
 * @param labels facts about this host, by which jobs are placed
 * @param maxRunning how many runs this instance starts at once at most
 * @param output what is kept of runs
 * @param delivery how people are notified
 * @param metrics what is published for Prometheus
 * @param reload when changed files are read again
 * @param jobs by name, in file order
 */
public record FleetConfig(
        Path file,
        Share share,
        Optional<Path> stateDir,
        Optional<String> instance,
        Map<String, String> labels,
        int maxRunning,
        Output output,
        Delivery delivery,
        Metrics metrics,
        Reload reload,
        Map<String, JobDefinition> jobs) {

    public FleetConfig {
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
        jobs = Collections.unmodifiableMap(new LinkedHashMap<>(jobs));
    }

    /** The directory that all instances of the fleet share. */
    public Path sharedDir() {
        return share.directory();
    }

    /** What kind of file system the shared directory is promised to be. */
    public Storage storage() {
        return share.storage();
    }

    /** How long the file server keeps a silent host's locks, for servers that do not tell it. */
    public Optional<Duration> lease() {
        return share.lease();
    }

    /** The program that takes mails. */
    public Path sendmail() {
        return delivery.sendmail();
    }

    /** Bytes of output kept for each run. */
    public long outputCap() {
        return output.cap();
    }

    /** Whether output of runs also becomes lines of the agent's log. */
    public boolean outputLog() {
        return output.log();
    }

    /** How long history and output of runs are kept: whole days. */
    public Duration keep() {
        return output.keep();
    }

    /** The same on a host with these labels as well; where both have one, the new one holds. */
    public FleetConfig withLabels(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(labels);
        all.putAll(more);
        return new FleetConfig(
                file, share, stateDir, instance, all, maxRunning, output, delivery, metrics, reload, jobs);
    }

    /**
     * The directory that all instances of the fleet share. Immutable.
     *
     * @param directory where it is mounted
     * @param storage what kind of file system it is promised to be
     * @param lease how long its server keeps a silent host's locks, for servers that do not tell it
     */
    public record Share(Path directory, Storage storage, Optional<Duration> lease) {}

    /**
     * What is kept of runs, and what becomes of what they write. Immutable.
     *
     * @param cap bytes of output kept for each run
     * @param log whether output also becomes lines of the agent's log
     * @param keep how long history and output are kept: whole days
     */
    public record Output(long cap, boolean log, Duration keep) {}

    /** The kind of file system that holds the shared directory. */
    public enum Storage {
        /** NFSv4: the fleet spans hosts. */
        NFS,
        /** A local file system: all instances are on this machine. */
        LOCAL
    }

    /** When the agent reads changed files again. SIGHUP makes it read them in any case. */
    public enum Reload {
        /** Soon after they have changed. */
        ON_CHANGE,
        /** After SIGHUP alone. */
        ON_SIGNAL
    }
}
