package io.fleetcron.cli.control;

import com.google.gson.JsonObject;
import io.fleetcron.cli.console.Printer;
import io.fleetcron.cli.console.Times;
import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.control.Control.Kill;
import io.fleetcron.control.Glob;
import io.fleetcron.control.Span;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.observe.FleetView;
import io.fleetcron.observe.SeenLedger;
import io.fleetcron.observe.SeenRun;
import io.fleetcron.steer.Changes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fleetcron kill}. */
@Command(
        name = "kill",
        description =
                "Ends the runs of jobs, on whatever host they are: SIGTERM, then SIGKILL after the job's kill_after, to"
                        + " all that the run has started; without further attempts. Returns when they are dead and that is on"
                        + " record, with outcome killed.%n"
                        + "The agent of the run's host does it. While that is down the request stays on record, for a day.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:dead, and on record; also where nothing ran",
            "1:not known: the message says why",
            "2:the command line or the configuration cannot be used",
            "75:on record, but a run is not known to be dead yet: the message says which"
        })
public final class KillCommand extends ControlCommand {

    private static final Duration KEPT = Duration.ofDays(1);
    private static final long LOOK_MILLIS = 500;

    @Parameters(arity = "1..*", paramLabel = "JOB", description = "Names of jobs, and globs with * and ?.")
    private List<String> jobs = List.of();

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            converter = Times.DurationConverter.class,
            description = "How long to wait for their end (default: 1m).")
    private Duration patience = Duration.ofMinutes(1);

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for history.")
    private String reason = "";

    @Override
    public Integer call() throws CommandFailed {
        String why = reason.isEmpty() ? "" : checked(reason);
        FleetConfig loaded = config().load(err());
        check(loaded, jobs);
        for (String job : jobs) {
            if (!Glob.isGlob(job) && config().job(loaded, job).policy().runOn() == RunOn.EVERY) {
                throw new CommandFailed(
                        ExitCode.USAGE,
                        "job " + job
                                + " runs on every host for itself; only runs of the fleet's jobs can be ended from here");
            }
        }
        List<SeenRun> runs = view(loaded).running().stream()
                .filter(run -> jobs.stream()
                        .anyMatch(job -> Glob.matches(job, run.run().job())))
                .toList();
        for (String job : jobs) {
            if (runs.stream().noneMatch(run -> Glob.matches(job, run.run().job()))) {
                notRunning(job);
            }
        }
        if (runs.isEmpty()) {
            return ExitCode.OK;
        }
        Result result = change(
                loaded,
                (table, now) -> Changes.begin(
                        table,
                        runs.stream()
                                .map(run -> new Kill(
                                        run.run().job(),
                                        run.run().token(),
                                        new Span(asked(now, why), Optional.of(now.plus(KEPT)), Optional.empty())))
                                .toList(),
                        now),
                false);
        int dead = awaitDeath(loaded, runs, result);
        return Math.max(dead, reported(result));
    }

    private void notRunning(String job) {
        if (json()) {
            JsonObject json = new JsonObject();
            json.addProperty("control", "kill");
            json.addProperty("for", job);
            json.addProperty("was_running", false);
            Printer.line(out(), json);
        } else {
            out().println("not running: " + job);
        }
    }

    private int awaitDeath(FleetConfig loaded, List<SeenRun> runs, Result result) throws CommandFailed {
        List<SeenRun> left = new ArrayList<>(runs);
        long deadline = time().bootNanos() + patience.toNanos();
        while (true) {
            FleetView view = view(loaded);
            left.removeIf(run -> isDead(run, view, result));
            if (left.isEmpty()) {
                return ExitCode.OK;
            }
            if (time().bootNanos() - deadline > 0) {
                left.forEach(run -> notDead(run, view));
                return ExitCode.PENDING;
            }
            try {
                Thread.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                left.forEach(run -> notDead(run, view));
                return ExitCode.PENDING;
            }
        }
    }

    /** Its end is in the ledger, or in the lock file for whoever claims next. */
    private boolean isDead(SeenRun run, FleetView view, Result result) {
        Optional<SeenLedger> ledger =
                Optional.ofNullable(view.ledgers().get(run.run().job()));
        boolean current = ledger.flatMap(SeenLedger::run)
                .filter(now -> now.token() == run.run().token())
                .isPresent();
        if (ledger.flatMap(SeenLedger::record).isEmpty()
                || (current && ledger.flatMap(SeenLedger::runExit).isEmpty())) {
            return false;
        }
        Optional<String> outcome = current
                ? ledger.flatMap(SeenLedger::runExit)
                        .map(exit -> exit.end().outcome().word())
                : ledger.flatMap(SeenLedger::record).map(LedgerRecord::recent).orElse(List.of()).stream()
                        .filter(settled -> settled.outcome().ran()
                                && settled.token() == run.run().token())
                        .map(KillCommand::outcome)
                        .findFirst();
        if (json()) {
            JsonObject json = ControlJson.of(run);
            json.addProperty("control", "kill");
            json.addProperty("was_running", true);
            Printer.text(json, "outcome", outcome);
            Printer.line(out(), withAudience(json, result));
        } else {
            out().println("dead: " + run.run().job() + " on " + run.host() + " (fire "
                    + run.run().time() + ", token " + run.run().token() + "), outcome "
                    + outcome.orElse("in history"));
        }
        return true;
    }

    private static String outcome(Settlement settled) {
        return settled.outcome().word();
    }

    private void notDead(SeenRun run, FleetView view) {
        say("not known to be dead: " + words(run) + ". "
                + (view.isAlive(run.run().instance())
                        ? "Its agent has been asked to end it"
                        : "No agent is up there; one that starts within a day ends the run"));
    }
}
