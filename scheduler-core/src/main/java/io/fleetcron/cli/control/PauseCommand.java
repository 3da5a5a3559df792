package io.fleetcron.cli.control;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.fleetcron.cli.console.Printer;
import io.fleetcron.cli.console.Times;
import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.control.Control;
import io.fleetcron.control.Control.Pause;
import io.fleetcron.control.ControlTable;
import io.fleetcron.control.Glob;
import io.fleetcron.control.Span;
import io.fleetcron.fleet.Asked;
import io.fleetcron.observe.SeenRun;
import io.fleetcron.steer.Changes;
import io.fleetcron.steer.ControlDesk.Wanted;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fleetcron pause}. */
@Command(
        name = "pause",
        description = "Keeps jobs from starting, on all hosts, until a time or until they are resumed: their fires are"
                + " settled as skipped, with the reason, and are not made up for. Runs in progress go on.%n"
                + "Returns when no host starts them any more, after 10 s at most, and says what still runs."
                + " `fleetcron run` starts a paused job all the same.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:in force",
            "1:not in force, or not known: the message says why",
            "2:the command line or the configuration cannot be used",
            "75:on record, but not in force on every host: the message says where"
        })
public final class PauseCommand extends ControlCommand {

    @Parameters(
            arity = "1..*",
            paramLabel = "JOB",
            description =
                    "Names of jobs, and globs with * and ?, which also mean jobs that are defined later. '*' pauses all.")
    private List<String> jobs = List.of();

    @ArgGroup(multiplicity = "1")
    private End end = new End();

    @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why, for status and history.")
    private String reason = "";

    /** One of these must be given: nobody shall pause a job for good without meaning to. */
    static final class End {
        @Option(
                names = "--until",
                paramLabel = "INSTANT",
                required = true,
                converter = Times.InstantConverter.class,
                description = "Until then, such as 2026-11-23T08:00:00Z or 2026-11-23.")
        private @Nullable Instant until;

        @Option(
                names = "--for",
                paramLabel = "TIME",
                required = true,
                converter = Times.DurationConverter.class,
                description = "For so long, such as 2h.")
        private @Nullable Duration length;

        @Option(names = "--forever", required = true, description = "Until `fleetcron resume`.")
        @SuppressWarnings("UnusedVariable") // that it was given is all there is to know
        private boolean forever;

        Optional<Instant> after(Instant now) {
            return Optional.ofNullable(length).map(now::plus).or(() -> Optional.ofNullable(until));
        }
    }

    @Override
    public Integer call() throws CommandFailed {
        FleetConfig loaded = config().load(err());
        check(loaded, jobs);
        String why = checked(reason);
        if (end.after(time().instant())
                .filter(instant -> !instant.isAfter(time().instant()))
                .isPresent()) {
            throw wrong(end.after(time().instant()).get() + " has passed already");
        }
        Result result = change(loaded, (table, now) -> paused(table, now, why), false);
        for (String job : jobs) {
            show(job, result);
        }
        return reported(result);
    }

    private Wanted paused(ControlTable table, Instant now, String why) {
        Asked asked = asked(now, why);
        return Changes.begin(
                table,
                jobs.stream()
                        .map(job -> new Pause(job, new Span(asked, end.after(now), Optional.empty())))
                        .toList(),
                now);
    }

    private void show(String jobs, Result result) {
        List<SeenRun> running = running(result, job -> Glob.matches(jobs, job));
        Control pause = result.changed().table().holding(result.changed().at()).stream()
                .filter(control -> control instanceof Pause && control.target().equals(jobs))
                .findFirst()
                .orElseThrow();
        if (json()) {
            JsonObject json = withAudience(ControlJson.of(pause), result);
            JsonArray runs = new JsonArray();
            running.forEach(run -> runs.add(ControlJson.of(run)));
            json.add("running", runs);
            Printer.line(out(), json);
            return;
        }
        out().println("paused: " + jobs
                + pause.span().end().map(until -> " until " + until).orElse(" until it is resumed"));
        running.forEach(run -> out().println("  " + words(run) + " and goes on"));
    }
}
