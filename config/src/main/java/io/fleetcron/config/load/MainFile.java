package io.fleetcron.config.load;

import io.fleetcron.config.Delivery;
import io.fleetcron.config.FleetConfig.Output;
import io.fleetcron.config.FleetConfig.Reload;
import io.fleetcron.config.FleetConfig.Share;
import io.fleetcron.config.FleetConfig.Storage;
import io.fleetcron.config.Metrics;
import io.fleetcron.config.NameRules;
import io.fleetcron.config.Receiver;
import io.fleetcron.config.calendar.DateFiles;
import io.fleetcron.config.yaml.Position;
import io.fleetcron.config.yaml.ProblemLog;
import io.fleetcron.config.yaml.Quote;
import io.fleetcron.config.yaml.YamlField;
import io.fleetcron.config.yaml.YamlFields;
import io.fleetcron.config.yaml.YamlValue;
import io.fleetcron.config.yaml.YamlValue.Mapping;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the main file says, its jobs not yet read. Valid only if no error was logged. */
record MainFile(
        Optional<Share> share,
        Optional<Path> stateDir,
        Optional<String> instance,
        Map<String, String> labels,
        int maxRunning,
        Output output,
        Delivery delivery,
        Metrics metrics,
        Reload reload,
        Optional<List<JobPath>> jobs,
        JobSettings defaults) {

    static final List<String> KEYS = List.of(
            "shared_dir",
            "storage",
            "jobs",
            "timezone",
            "instance",
            "labels",
            "max_running",
            "run_groups",
            "state_dir",
            "output_cap",
            "output_log",
            "lease",
            "sendmail",
            "receivers",
            "heartbeat",
            "proxy",
            "metrics",
            "reload",
            "keep",
            "defaults");

    private static final Duration LEAST_LEASE = Duration.ofSeconds(1);
    private static final Duration MOST_LEASE = Duration.ofDays(1);
    private static final Duration KEPT = Duration.ofDays(90);
    private static final Pattern DAYS = Pattern.compile("([1-9][0-9]{0,4})d");
    private static final int MAX_RUNNING = 64;
    /** Amazon EFS gives one mount 256 locks; what a run holds and what is just being tried must stay well below. */
    private static final int MOST_RUNNING = 200;

    private static final long OUTPUT_CAP = 1L << 20;
    private static final long LEAST_OUTPUT = 1L << 10;
    private static final long MOST_OUTPUT = 1L << 30;

    /** Where the Filesystem Hierarchy Standard (4.14) has it, whichever mail system is installed. */
    private static final Path SENDMAIL = Path.of("/usr/sbin/sendmail");

    /** A file or folder that the main file names. */
    record JobPath(Path path, Position at) {}

    /** Reads the main file's document; empty if it is not a mapping. */
    static Optional<MainFile> read(YamlValue root, Path folder, DateFiles files, ProblemLog log) {
        return YamlFields.of(root, "the main file", Position.START, KEYS, log).map(given -> read(given, folder, files));
    }

    private static MainFile read(YamlFields given, Path folder, DateFiles files) {
        Map<String, Receiver> receivers =
                given.get("receivers").map(f -> ReceiverReader.read(f, folder)).orElse(Map.of());
        Storage storage =
                given.get("storage").flatMap(f -> f.choice(Storage.values())).orElse(Storage.NFS);
        Optional<Duration> lease = given.get("lease").flatMap(f -> f.duration(LEAST_LEASE, MOST_LEASE));
        return new MainFile(
                given.require("shared_dir")
                        .flatMap(f -> f.path(folder))
                        .map(directory -> new Share(directory, storage, lease)),
                given.get("state_dir").flatMap(f -> f.path(folder)),
                given.get("instance").flatMap(MainFile::instance),
                given.get("labels").flatMap(PlacementReader::labels).orElse(Map.of()),
                given.get("max_running")
                        .flatMap(f -> f.integer(1, MOST_RUNNING))
                        .orElse(MAX_RUNNING),
                new Output(
                        given.get("output_cap")
                                .flatMap(f -> f.bytes(LEAST_OUTPUT, MOST_OUTPUT))
                                .orElse(OUTPUT_CAP),
                        given.get("output_log").flatMap(YamlField::bool).orElse(true),
                        given.get("keep").flatMap(MainFile::days).orElse(KEPT)),
                new Delivery(
                        given.get("sendmail").flatMap(f -> f.path(folder)).orElse(SENDMAIL),
                        receivers,
                        given.get("heartbeat").flatMap(ReceiverReader::heartbeat),
                        given.get("proxy").flatMap(ReceiverReader::proxy)),
                given.get("metrics").map(MetricsReader::read).orElse(Metrics.NONE),
                given.get("reload").flatMap(f -> f.choice(Reload.values())).orElse(Reload.ON_CHANGE),
                given.get("jobs").map(MainFile::jobPaths),
                defaults(given, receivers.keySet(), folder, files));
    }

    private static Optional<String> instance(YamlField field) {
        return field.text().flatMap(id -> {
            Optional<String> wrong = NameRules.host(id);
            return wrong.isEmpty() ? Optional.of(id) : field.bad(Quote.of(id) + ": " + wrong.get());
        });
    }

    /** Files are kept by the day; and {@code 90m} for {@code 90d} would be a mistake that nobody can mend. */
    private static Optional<Duration> days(YamlField field) {
        return field.text().flatMap(text -> {
            Matcher matcher = DAYS.matcher(text);
            return matcher.matches()
                    ? Optional.of(Duration.ofDays(Long.parseLong(matcher.group(1))))
                    : field.bad("needs whole days, such as 90d, from 1d to 99999d; found " + Quote.of(text));
        });
    }

    private static List<JobPath> jobPaths(YamlField field) {
        if (field.value() instanceof Mapping) {
            field.bad("lists files and folders in the main file; jobs themselves stand in a job file, for example "
                    + "jobs.d/jobs.yaml");
            return List.of();
        }
        return field.list(f -> f.rawPath()
                        .map(path -> new JobPath(YamlField.tidy(path), f.value().at())))
                .orElse(List.of());
    }

    private static JobSettings defaults(YamlFields given, Set<String> receivers, Path folder, DateFiles files) {
        ZoneId zone = given.get("timezone").flatMap(YamlField::zone).orElse(JobSettings.BUILT_IN.timezone());
        JobSettings base = JobSettings.BUILT_IN.of(zone, GroupReader.limits(given), receivers);
        return given.get("defaults")
                .flatMap(f -> f.fields(JobSettings.KEYS))
                .map(fields -> base.with(fields, folder, files))
                .orElse(base);
    }
}
