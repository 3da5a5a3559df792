package io.fleetcron.page;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.config.load.LoadResult;
import io.fleetcron.fleet.Activity;
import io.fleetcron.fleet.Fingerprints;
import io.fleetcron.fleet.Identity;
import io.fleetcron.fleet.Member;
import io.fleetcron.fleet.MemberBeat;
import io.fleetcron.fleet.MemberTable;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.LedgerCodec;
import io.fleetcron.ledger.LedgerLayout;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.ledger.Settlement;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;

/**
 * A shared directory as a large fleet leaves it, for measurements: {@code LargeFleet FOLDER JOBS HOSTS LINES} writes it, prints
 * {@code ready}, and then beats for all hosts until its standard input ends. The same arguments give the same fleet, but for
 * the time.
 */
public final class LargeFleet {

    private static final Duration DAYS = Duration.ofDays(6);
    private static final int RECENT = 4;
    private static final int RUNNING_EACH = 25;

    private final Random random = new Random(1);
    private final Instant now;
    private final List<String> hosts = new ArrayList<>();
    private final SharedLayout layout;
    private final FleetConfig config;

    private LargeFleet(Path folder, int jobs, int hosts, Instant now) throws IOException {
        this.now = now;
        Path main = Files.writeString(folder.resolve("fleetcron.yaml"), """
                shared_dir: shared
                storage: local
                state_dir: state
                jobs: [jobs.yaml]
                """);
        StringBuilder text = new StringBuilder("jobs:\n");
        for (int i = 0; i < jobs; i++) {
            text.append("  team")
                    .append(i % 20)
                    .append("-export-")
                    .append(i)
                    .append(": {schedule: '")
                    .append(i % 60)
                    .append(i % 3 == 0 ? " * * * *" : " " + i % 24 + " * * *")
                    .append("', timezone: UTC, command: 'true', description: 'Exports part ")
                    .append(i)
                    .append("'}\n");
        }
        Files.writeString(folder.resolve("jobs.yaml"), text);
        LoadResult loaded = new ConfigLoader().load(main);
        this.config = loaded.config().orElseThrow(() -> new IllegalStateException("" + loaded.problems()));
        this.layout = new SharedLayout(folder.resolve("shared"));
        for (int i = 0; i < hosts; i++) {
            this.hosts.add(String.format("web-%03d", i));
        }
        for (Path each : List.of(layout.jobs(), layout.members(), layout.history(), folder.resolve("state"))) {
            Files.createDirectories(each);
        }
        Files.writeString(layout.fleetFile(), "{\"format\":1}\n");
    }

    /** Begins. */
    public static void main(String[] args) throws Exception {
        LargeFleet fleet =
                new LargeFleet(Path.of(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]), Instant.now());
        fleet.beat(fleet.now);
        fleet.write(Integer.parseInt(args[3]));
        System.out.println("ready");
        while (System.in.available() == 0 && !System.out.checkError()) {
            fleet.beat(Instant.now());
            Thread.sleep(3000);
            System.out.print(' '); // fails once nobody reads it any more
            System.out.flush();
        }
    }

    private void write(int lines) throws IOException {
        Map<Path, StringBuilder> days = new HashMap<>();
        List<JobDefinition> jobs = List.copyOf(config.jobs().values());
        int each = lines / jobs.size();
        for (int i = 0; i < jobs.size(); i++) {
            List<Settlement> settled = new ArrayList<>();
            for (int fire = 0; fire < each; fire++) {
                Instant time = now.minus(DAYS).plus(DAYS.multipliedBy(fire).dividedBy(each));
                Settlement one = settlement(time.minusMillis(time.toEpochMilli() % 60_000), fire + 1);
                settled.add(one);
                Path day = layout.history(one.instance())
                        .resolve(one.ended().atOffset(ZoneOffset.UTC).toLocalDate() + ".jsonl");
                days.computeIfAbsent(day, path -> new StringBuilder())
                        .append(new HistoryLine(jobs.get(i).name(), one).toJson())
                        .append('\n');
            }
            ledger(
                    jobs.get(i),
                    settled.subList(Math.max(0, settled.size() - RECENT), settled.size()),
                    i % RUNNING_EACH == 0);
        }
        for (Map.Entry<Path, StringBuilder> day : days.entrySet()) {
            Files.createDirectories(day.getKey().getParent());
            Files.writeString(day.getKey(), day.getValue());
        }
    }

    private Settlement settlement(Instant time, long token) {
        int dice = random.nextInt(100);
        Outcome outcome =
                dice < 94 ? Outcome.SUCCEEDED : dice < 97 ? Outcome.FAILED : dice < 99 ? Outcome.SKIPPED : Outcome.LOST;
        String host = hosts.get(random.nextInt(hosts.size()));
        Settlement.Execution execution = outcome.ran()
                ? new Settlement.Execution(
                        1,
                        Optional.of(time.plusMillis(20)),
                        outcome == Outcome.LOST
                                ? OptionalInt.empty()
                                : OptionalInt.of(outcome == Outcome.FAILED ? 3 : 0),
                        Optional.empty())
                : Settlement.Execution.NONE;
        return new Settlement(
                time,
                time,
                1,
                outcome,
                RunOrigin.SCHEDULE,
                host,
                host,
                token,
                execution,
                time.plusMillis(1000 + random.nextInt(50_000)),
                Optional.empty(),
                Map.of());
    }

    private void ledger(JobDefinition job, List<Settlement> recent, boolean running) throws IOException {
        LedgerRecord record = LedgerRecord.first(job, now).withRecent(recent);
        String host = hosts.get(random.nextInt(hosts.size()));
        LedgerRecord written = running ? record.claimed(now, RunOrigin.SCHEDULE, host, host, 7, now, 0) : record;
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(LedgerCodec.encode(written).orElseThrow());
        file.writeBytes(
                " ".repeat(LedgerLayout.SIZE - file.size()).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        Files.write(layout.jobs().resolve(SharedLayout.lockName(job.name())), file.toByteArray());
    }

    private void beat(Instant time) throws IOException {
        ByteArrayOutputStream table = new ByteArrayOutputStream();
        for (String host : hosts) {
            Member member = new Member(
                    new Identity(host, host, "boot", 42),
                    "1.2.3",
                    "ok",
                    0,
                    Fingerprints.of(config.jobs().values(), time),
                    new Member.Life(now, time),
                    Optional.empty(),
                    new Activity(Map.of(), Map.of()));
            table.writeBytes(MemberTable.slot(new MemberBeat(member, time, 0)));
        }
        Files.write(layout.memberTable(), table.toByteArray());
    }
}
