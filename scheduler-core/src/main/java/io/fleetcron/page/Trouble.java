package io.fleetcron.page;

import io.fleetcron.control.Control;
import io.fleetcron.fleet.Asked;
import io.fleetcron.fleet.Unfit;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.observe.SeenInstance;
import io.fleetcron.observe.SeenRun;
import io.fleetcron.observe.StatusReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Something that somebody should look at. Immutable.
 *
 * @param glyph one character beside the colour
 * @param style a class of the style sheet
 * @param what in a word or two
 * @param subject which job or instance
 * @param detail what is known
 * @param since when it was so, if that is known
 * @param command what to type, word by word
 */
record Trouble(
        String glyph,
        String style,
        String what,
        String subject,
        String detail,
        Optional<Instant> since,
        List<String> command) {

    private static final String OK = "ok";

    Trouble {
        command = List.copyOf(command);
    }

    /** All there is, the worst first: what does not start, then what ended badly, then hosts, then what people asked for. */
    static List<Trouble> of(Snapshot snapshot, List<Track> tracks) {
        List<Trouble> all = new ArrayList<>();
        Instant now = snapshot.status().now();
        snapshot.status().controlProblem().ifPresent(problem -> all.add(controls(problem)));
        tracks.forEach(track -> ledger(track).ifPresent(all::add));
        if (snapshot.status().problem().isEmpty()) {
            tracks.stream().filter(track -> track.job().isNowhere()).forEach(track -> all.add(nowhere(track)));
        }
        tracks.forEach(track -> late(track, snapshot, now).ifPresent(all::add));
        for (Cell.Look look : Cell.Look.values()) {
            tracks.forEach(track -> track.last()
                    .filter(cell -> cell.look() == look && look.isTrouble())
                    .ifPresent(cell -> all.add(ended(track, cell))));
        }
        snapshot.status().running().stream()
                .filter(run -> run.state() == SeenRun.State.UNATTENDED)
                .forEach(run -> all.add(unattended(run)));
        List<Trouble> asked =
                snapshot.status().controls().stream().map(Trouble::asked).toList();
        Set<String> drained = drained(snapshot.status());
        snapshot.status().instances().stream().filter(SeenInstance::alive).forEach(seen -> {
            if (!drained.contains(seen.member().instance())) {
                instance(seen).ifPresent(all::add); // else its state says that it is drained
            }
            if (snapshot.status().differs(seen)) {
                all.add(differs(seen));
            }
        });
        all.addAll(asked);
        return all;
    }

    private static Trouble controls(String problem) {
        return new Trouble(
                "!",
                "o-lost",
                "controls cannot be trusted",
                "all jobs",
                problem + ". No job starts until the table is replaced",
                Optional.empty(),
                List.of("resume", "--all"));
    }

    /** Nothing is wrong, but what keeps jobs from starting is easily forgotten. */
    private static Trouble asked(Control control) {
        Asked asked = control.span().asked();
        String until =
                control.span().end().map(end -> "until " + Words.time(end)).orElse("until it is taken back");
        return new Trouble(
                "‖",
                "o-skipped",
                control.word(),
                control.target(),
                "by " + asked.by() + ", " + until + (asked.reason().isEmpty() ? "" : ": " + asked.reason()),
                Optional.of(asked.at()),
                takenBackBy(control));
    }

    private static List<String> takenBackBy(Control control) {
        if (control instanceof Control.Drain drain) {
            return List.of("undrain", drain.instance());
        }
        return control instanceof Control.Pause || control instanceof Control.Skip
                ? List.of("resume", control.target())
                : List.of("status");
    }

    /** The instances that claim nothing because somebody wants that. */
    static Set<String> drained(StatusReport status) {
        return status.controls().stream()
                .filter(Control.Drain.class::isInstance)
                .map(Control::target)
                .collect(Collectors.toSet());
    }

    private static Optional<Trouble> ledger(Track track) {
        return track.job()
                .problem()
                .map(problem -> new Trouble(
                        "!",
                        "o-lost",
                        "ledger cannot be trusted",
                        track.name(),
                        problem + ". The job does not start until it is settled by hand",
                        Optional.empty(),
                        List.of("doctor")));
    }

    private static Trouble nowhere(Track track) {
        return new Trouble(
                "!",
                "o-missed",
                "no host",
                track.name(),
                "no live instance may run it, by its hosts and labels",
                Optional.empty(),
                List.of("list"));
    }

    /** While its job runs, a fire waits by the job's own rule of overlap. */
    private static Optional<Trouble> late(Track track, Snapshot snapshot, Instant now) {
        List<Instant> due = snapshot.due().getOrDefault(track.name(), List.of());
        boolean runs = track.cells().stream().anyMatch(cell -> cell.look() == Cell.Look.RUNNING);
        Duration tolerance = snapshot.tolerance().getOrDefault(track.name(), Duration.ZERO);
        return due.stream()
                .findFirst()
                .filter(first -> !runs && first.plus(tolerance).isBefore(now))
                .map(first -> new Trouble(
                        "·",
                        "o-due",
                        "late",
                        track.name(),
                        "due since " + Words.length(Duration.between(first, now)) + ", not started",
                        Optional.of(first),
                        List.of("status")));
    }

    private static Trouble ended(Track track, Cell cell) {
        Settlement settlement = cell.settlement().orElseThrow();
        return new Trouble(
                cell.look().glyph(),
                cell.look().style(),
                cell.look().word(),
                track.name(),
                cell.text(),
                Optional.of(cell.time()),
                commandFor(track.name(), settlement));
    }

    /** What tells more of a fire: its output if it ran, else why it did not. */
    static List<String> commandFor(String job, Settlement settlement) {
        return settlement.outcome().ran()
                ? List.of("logs", job, "--fire", settlement.fire().toString(), "--instance", settlement.instance())
                : List.of("why", job, settlement.fire().toString());
    }

    private static Trouble unattended(SeenRun run) {
        return new Trouble(
                "▸",
                "o-lost",
                "unattended",
                run.run().job(),
                "the agent " + run.run().instance() + " on " + run.host()
                        + " is not alive; its run goes on under its supervisor, or the host is lost",
                Optional.of(run.started()),
                List.of("logs", run.run().job(), "--follow"));
    }

    private static Optional<Trouble> instance(SeenInstance seen) {
        List<String> details = new ArrayList<>();
        Unfit unfit = seen.member().unfit();
        if (unfit.equals(Unfit.NONE) && !seen.member().state().equals(OK)) {
            details.add(seen.member().state());
        }
        unfit.host().ifPresent(details::add);
        new TreeMap<>(unfit.jobs()).forEach((job, why) -> details.add("cannot run " + job + ": " + why));
        return details.isEmpty()
                ? Optional.empty()
                : Optional.of(new Trouble(
                        "!",
                        "o-failed",
                        "host",
                        seen.member().instance(),
                        String.join("; ", details),
                        Optional.empty(),
                        List.of("status")));
    }

    private static Trouble differs(SeenInstance seen) {
        return new Trouble(
                "≠",
                "o-missed",
                "definitions differ",
                seen.member().instance(),
                "it goes by other job definitions than the host that made this page",
                Optional.empty(),
                List.of("diff"));
    }
}
