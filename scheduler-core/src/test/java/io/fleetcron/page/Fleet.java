package io.fleetcron.page;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.control.Control;
import io.fleetcron.control.ControlTable;
import io.fleetcron.fleet.Activity;
import io.fleetcron.fleet.Capability;
import io.fleetcron.fleet.Identity;
import io.fleetcron.fleet.Member;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunId;
import io.fleetcron.fleet.Unfit;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.LedgerState;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.observe.FleetView;
import io.fleetcron.observe.SeenInstance;
import io.fleetcron.observe.SeenLedger;
import io.fleetcron.observe.SeenRun;
import io.fleetcron.observe.StatusReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** A fleet for tests of the page, put together piece by piece. */
final class Fleet {

    static final Instant NOW = Instant.parse("2026-11-23T12:07:00Z");

    private final FleetConfig config;
    private final List<SeenInstance> instances = new ArrayList<>();
    private final List<SeenRun> running = new ArrayList<>();
    private final List<HistoryLine> lines = new ArrayList<>();
    private final Map<String, List<Instant>> due = new HashMap<>();
    private final Map<String, SeenLedger> ledgers = new HashMap<>();
    private final List<Control> controls = new ArrayList<>();
    private Optional<String> controlProblem = Optional.empty();
    private Optional<Snapshot.Outage> outage = Optional.empty();
    private Optional<String> configName = Optional.empty();

    /**
     * @param jobs the jobs of a job file, each a line
     */
    Fleet(Path folder, String... jobs) throws IOException {
        Path main = Files.writeString(folder.resolve("fleetcron.yaml"), """
                shared_dir: shared
                storage: local
                state_dir: state
                jobs: [jobs.yaml]
                """);
        StringBuilder file = new StringBuilder("jobs:\n");
        for (String job : jobs) {
            file.append("  ").append(job).append('\n');
        }
        Files.writeString(folder.resolve("jobs.yaml"), file);
        config = new ConfigLoader().load(main).config().orElseThrow();
    }

    FleetConfig config() {
        return config;
    }

    static Instant at(String time) {
        return Instant.parse("2026-11-23T" + time + "Z");
    }

    /** An instance with the same definitions. */
    Fleet member(String instance, boolean alive, String state, Unfit unfit) {
        return member(instance, alive, state, unfit, status().definitions());
    }

    Fleet member(String instance, boolean alive, String state, Unfit unfit, String definitions) {
        Member member = new Member(
                new Identity(instance, "host-" + instance, "boot", 42),
                "1.2.3",
                state,
                1,
                definitions,
                new Member.Life(NOW, NOW),
                Optional.empty(),
                1,
                Optional.empty(),
                new Activity(Map.of(), Map.of()),
                new Capability(Map.of(), unfit),
                Optional.empty());
        instances.add(new SeenInstance(member, NOW.minusSeconds(3), alive));
        return this;
    }

    Fleet ran(String job, String fire, Outcome outcome, int seconds) {
        return settled(job, settlement(fire, outcome, "web-1", 1, seconds, Optional.empty()));
    }

    Fleet settled(String job, Settlement settlement) {
        lines.add(new HistoryLine(job, settlement));
        return this;
    }

    static Settlement settlement(
            String fire, Outcome outcome, String instance, long token, int seconds, Optional<String> reason) {
        Instant time = at(fire);
        Settlement.Execution execution = outcome.ran()
                ? new Settlement.Execution(
                        1, Optional.of(time), OptionalInt.of(outcome == Outcome.SUCCEEDED ? 0 : 3), Optional.empty())
                : Settlement.Execution.NONE;
        return new Settlement(
                time,
                time,
                1,
                outcome,
                RunOrigin.SCHEDULE,
                instance,
                instance,
                token,
                execution,
                time.plusSeconds(seconds),
                reason,
                Map.of());
    }

    Fleet running(String job, String host, String started, SeenRun.State state) {
        running.add(run(job, host, started, state));
        return this;
    }

    static SeenRun run(String job, String host, String started, SeenRun.State state) {
        return new SeenRun(
                new RunId(job, at(started), 9, host),
                Optional.empty(),
                Optional.empty(),
                host,
                at(started),
                Optional.empty(),
                state);
    }

    Fleet due(String job, String... times) {
        due.put(job, List.of(times).stream().map(Fleet::at).toList());
        return this;
    }

    /** A ledger in which nothing runs and all is settled up to that time. */
    Fleet ledger(String job, String settled) {
        LedgerRecord record =
                LedgerRecord.first(Objects.requireNonNull(config.jobs().get(job)), at(settled));
        ledgers.put(job, new SeenLedger(job, new LedgerState.Valid(record), Optional.empty(), Optional.empty()));
        return this;
    }

    Fleet unreadable(String job, LedgerState.Corrupt state) {
        ledgers.put(job, new SeenLedger(job, state, Optional.empty(), Optional.empty()));
        return this;
    }

    Fleet asked(Control... all) {
        controls.addAll(List.of(all));
        return this;
    }

    Fleet controlProblem(String problem) {
        controlProblem = Optional.of(problem);
        return this;
    }

    Fleet outage(Snapshot.Outage found) {
        outage = Optional.of(found);
        return this;
    }

    Fleet configuredBy(String file) {
        configName = Optional.of(file);
        return this;
    }

    private StatusReport status() {
        StatusReport read = StatusReport.of(
                config,
                new FleetView(NOW, true, instances, ledgers, new ControlTable.Valid(ControlTable.NONE)),
                Map.of());
        StatusReport withRuns = StatusReport.degraded(config, "", Map.of(), running, NOW);
        return new StatusReport(
                read.sharedDir(),
                Optional.empty(),
                NOW,
                true,
                read.definitions(),
                read.instances(),
                withRuns.running(),
                read.jobs(),
                controls,
                controlProblem);
    }

    Snapshot snapshot() {
        Map<String, Duration> tolerance = new HashMap<>();
        config.jobs().keySet().forEach(job -> tolerance.put(job, Duration.ofMinutes(1)));
        return new Snapshot(
                status(),
                Optional.of(Duration.ofMillis(12)),
                lines.stream().collect(Collectors.groupingBy(HistoryLine::job)),
                due,
                tolerance,
                "here",
                configName,
                List.of(),
                outage);
    }
}
