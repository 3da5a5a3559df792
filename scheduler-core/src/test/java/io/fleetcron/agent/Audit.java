package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.agent.TestFleet.Witness;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.ledger.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The invariants, from witness files and history. It computes the due fires itself, by arithmetic, and knows nothing of
 * how the product decides.
 */
final class Audit {

    private final List<Witness> witnesses;
    private final List<HistoryLine> history;
    final List<String> violations = new ArrayList<>();

    Audit(List<Witness> witnesses, List<HistoryLine> history) {
        this.witnesses = witnesses;
        this.history = history;
    }

    static Audit of(TestFleet fleet) {
        return new Audit(fleet.witnesses(), fleet.history());
    }

    /** No fire was started twice, by the commands' own word. */
    Audit startedOnce() {
        Map<String, List<Witness>> byFire =
                witnesses.stream().collect(Collectors.groupingBy(w -> w.job() + " " + w.fire()));
        byFire.forEach((fire, runs) -> {
            if (runs.size() > 1) {
                violations.add("started " + runs.size() + " times: " + fire + " " + runs);
            }
        });
        return this;
    }

    /** No two runs of one job at once, by the commands' own word; a run without an end lasted at least for a moment. */
    Audit noOverlap() {
        Map<String, List<Witness>> byJob = witnesses.stream().collect(Collectors.groupingBy(Witness::job));
        byJob.forEach((job, runs) -> {
            List<Witness> sorted = runs.stream()
                    .sorted(Comparator.comparing(Witness::start).thenComparing(Witness::token))
                    .toList();
            for (int i = 1; i < sorted.size(); i++) {
                Instant before =
                        sorted.get(i - 1).end().orElse(sorted.get(i - 1).start());
                if (sorted.get(i).start().isBefore(before)) {
                    violations.add("overlap: " + sorted.get(i - 1) + " and " + sorted.get(i));
                }
                if (sorted.get(i).token() <= sorted.get(i - 1).token()) {
                    violations.add("token did not grow: " + sorted.get(i - 1) + " and " + sorted.get(i));
                }
            }
        });
        return this;
    }

    /** Every multiple of {@code period} seconds later than {@code from} and up to {@code to} is settled, once. */
    Audit everyFireSettled(Set<String> jobs, int period, Instant from, Instant to) {
        Map<String, Map<Instant, List<HistoryLine>>> lines = new HashMap<>();
        for (HistoryLine line : history) {
            if (line.settlement().trigger() == RunOrigin.SCHEDULE) {
                Instant last = line.settlement().through(); // one line may settle a row of fires
                for (Instant fire = line.settlement().fire(); !fire.isAfter(last); fire = fire.plusSeconds(period)) {
                    lines.computeIfAbsent(line.job(), j -> new TreeMap<>())
                            .computeIfAbsent(fire, f -> new ArrayList<>())
                            .add(line);
                }
            }
        }
        for (String job : jobs) {
            Instant fire = Instant.ofEpochSecond((from.getEpochSecond() / period + 1) * period);
            for (; !fire.isAfter(to); fire = fire.plusSeconds(period)) {
                List<HistoryLine> found = lines.getOrDefault(job, Map.of()).getOrDefault(fire, List.of());
                if (found.isEmpty()) {
                    violations.add("unaccounted: " + job + " " + fire);
                } else if (found.stream()
                                .filter(l -> l.settlement().outcome() != Outcome.LOST)
                                .map(l -> l.settlement().token() + " "
                                        + l.settlement().outcome())
                                .distinct()
                                .count()
                        > 1) {
                    violations.add("settled twice: " + found);
                }
            }
        }
        return this;
    }

    /** History says that a fire ran if and only if its command said so, and a success has an end. */
    Audit agree(Instant to) {
        Set<String> ran = new TreeSet<>();
        Set<String> ended = new TreeSet<>();
        for (Witness witness : witnesses) {
            if (!witness.fire().isAfter(to)) {
                ran.add(key(witness.job(), witness.fire(), witness.token()));
                witness.end().ifPresent(end -> ended.add(key(witness.job(), witness.fire(), witness.token())));
            }
        }
        Set<String> reported = new TreeSet<>();
        for (HistoryLine line : history) {
            if (line.settlement().outcome().ran() && !line.settlement().fire().isAfter(to)) {
                String key = key(
                        line.job(), line.settlement().fire(), line.settlement().token());
                reported.add(key);
                if (line.settlement().outcome() == Outcome.SUCCEEDED && !ended.contains(key)) {
                    violations.add("said to have succeeded, but no end was witnessed: " + key);
                }
                // A host may die between the claim and the command's first step, see lostOnlyBy.
                if (!ran.contains(key) && line.settlement().outcome() != Outcome.LOST) {
                    violations.add("said to have run, but no start was witnessed: " + line.toJson());
                }
            }
        }
        ran.stream()
                .filter(key -> !reported.contains(key))
                .forEach(key -> violations.add("ran, but history is silent: " + key));
        return this;
    }

    /** A time in which an instance was dead: from just before it was killed until it had started again. */
    record Outage(String instance, Instant from, Instant to) {}

    /**
     * A run is lost only if its agent was killed after the claim and before the command's first step. Of a run that had
     * begun the supervisor outlives the agent, so its true end is recorded; where whole hosts die, this is not for them.
     */
    Audit lostOnlyBy(List<Outage> kills) {
        Set<String> began =
                witnesses.stream().map(w -> key(w.job(), w.fire(), w.token())).collect(Collectors.toSet());
        for (HistoryLine line : history) {
            Settlement lost = line.settlement();
            if (lost.outcome() != Outcome.LOST) {
                continue;
            }
            boolean killed = kills.stream()
                    .anyMatch(kill -> kill.instance().equals(lost.instance())
                            && lost.started().isPresent()
                            && !kill.to().isBefore(lost.started().get())
                            && !kill.from().isAfter(lost.ended()));
            if (began.contains(key(line.job(), lost.fire(), lost.token()))) {
                violations.add("lost, but its command had begun and nothing ended it: " + line.toJson());
            } else if (!killed) {
                violations.add("lost, but its agent was not killed: " + line.toJson());
            }
        }
        return this;
    }

    /**
     * A fire is missed only if no instance was up for all the time in which it could be started, or if the machine starved:
     * then every fire of that time was late, whatever its job.
     *
     * @param jobs with a period in which the others can notice that the first in turn is dead
     * @param period of these jobs, in seconds: when the next fire is due, this one is too late
     */
    Audit missedOnlyWithout(
            Set<String> instances, List<Outage> outages, Set<String> jobs, int period, Instant from, Instant to) {
        for (HistoryLine line : history) {
            Settlement missed = line.settlement();
            if (missed.outcome() != Outcome.MISSED || !jobs.contains(line.job())) {
                continue;
            }
            for (Instant fire = missed.fire(); !fire.isAfter(missed.through()); fire = fire.plusSeconds(period)) {
                if (!fire.isAfter(from) || fire.isAfter(to)) {
                    continue;
                }
                Outage window = new Outage("", fire, fire.plusSeconds(period));
                List<String> up = instances.stream()
                        .filter(instance -> outages.stream()
                                .noneMatch(outage -> outage.instance().equals(instance)
                                        && outage.from().isBefore(window.to())
                                        && outage.to().isAfter(window.from())))
                        .sorted()
                        .toList();
                if (!up.isEmpty() && !starved(window, period)) {
                    violations.add("missed " + line.job() + " " + fire + ", although " + up + " could start it: "
                            + line.toJson());
                }
            }
        }
        return this;
    }

    /** No command that was due at about that time had its first step in the first half of its period. */
    private boolean starved(Outage window, int period) {
        return witnesses.stream()
                .filter(w -> !w.fire().isBefore(window.from().minusSeconds(period))
                        && !w.fire().isAfter(window.to()))
                .noneMatch(w -> Duration.between(w.fire(), w.start()).toMillis() < period * 500L);
    }

    private static String key(String job, Instant fire, long token) {
        return job + " " + fire + " " + token;
    }

    /**
     * Fails if anything above was violated.
     *
     * @param logs of all agents: the lines about the first violations are shown
     */
    void holds(String context, String logs) {
        for (String violation : violations.stream().limit(5).toList()) {
            String job = violation.replaceFirst(".*?(job-[0-9]+).*", "$1");
            System.out.println(violation);
            logs.lines().filter(line -> line.contains("job=" + job + " ")).forEach(System.out::println);
        }
        assertTrue(!witnesses.isEmpty(), "nothing ran " + context);
        assertEquals(List.of(), violations.stream().limit(20).toList(), violations.size() + " violations " + context);
    }

    /** How many fires ended how, for the log of the test. */
    String summary() {
        Map<String, Long> outcomes = history.stream()
                .collect(Collectors.groupingBy(
                        l -> l.settlement().outcome().word(), TreeMap::new, Collectors.counting()));
        Map<String, Long> instances = witnesses.stream()
                .collect(Collectors.groupingBy(Witness::instance, TreeMap::new, Collectors.counting()));
        return "runs=" + witnesses.size() + " by " + instances + ", settled " + outcomes;
    }
}
