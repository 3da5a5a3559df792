package io.fleetcron.cli.control;

import com.google.gson.JsonObject;
import io.fleetcron.cli.console.Printer;
import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.control.ControlTable;
import io.fleetcron.control.Glob;
import io.fleetcron.observe.Upcoming;
import io.fleetcron.steer.Changes;
import io.fleetcron.steer.ControlDesk.Wanted;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fleetcron skip}. */
@Command(
        name = "skip",
        description =
                "Leaves out the next fires of jobs, on all hosts: they are settled as skipped, with the reason, and the"
                        + " jobs go on by themselves with the fire after them. Counts from now: asked twice, it leaves out no more.%n"
                        + "`fleetcron resume` takes it back.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:in force",
            "1:not in force, or not known, or a job has no next fire: the message says why",
            "2:the command line or the configuration cannot be used",
            "75:on record, but not in force on every host: the message says where"
        })
public final class SkipCommand extends ControlCommand {

    private static final int MOST = 1_000;

    @Parameters(arity = "1..*", paramLabel = "JOB", description = "Names of jobs, and globs with * and ?.")
    private List<String> jobs = List.of();

    @Option(names = "--fires", paramLabel = "N", description = "How many fires (default: 1).")
    private int fires = 1;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for status and history.")
    private String reason = "";

    private final Map<String, List<Instant>> leftOut = new LinkedHashMap<>();

    @Override
    public Integer call() throws CommandFailed {
        if (fires < 1 || fires > MOST) {
            throw wrong("--fires must be from 1 to " + MOST + ", found " + fires);
        }
        String why = reason.isEmpty() ? "" : checked(reason);
        FleetConfig loaded = config().load(err());
        check(loaded, jobs);
        Result result = change(loaded, (table, now) -> skipped(table, now, loaded, why), false);
        leftOut.forEach((job, times) -> show(job, times, result));
        int status = ExitCode.OK;
        for (String job : jobs) {
            if (leftOut.keySet().stream().noneMatch(name -> Glob.matches(job, name))) {
                say(job + ": no next fire that could be left out");
                status = ExitCode.PROBLEM;
            }
        }
        return Math.max(status, reported(result));
    }

    private Wanted skipped(ControlTable table, Instant now, FleetConfig loaded, String why) {
        Map<String, Instant> last = new LinkedHashMap<>();
        for (JobDefinition job : loaded.jobs().values()) {
            if (job.enabled() && jobs.stream().anyMatch(name -> Glob.matches(name, job.name()))) {
                List<Instant> next = Upcoming.of(job.schedule(), now, fires);
                if (!next.isEmpty()) {
                    leftOut.put(job.name(), next);
                    last.put(job.name(), next.get(next.size() - 1));
                }
            }
        }
        return Changes.skip(table, last, asked(now, why));
    }

    private void show(String job, List<Instant> times, Result result) {
        Instant last = times.get(times.size() - 1);
        if (json()) {
            JsonObject json = new JsonObject();
            json.addProperty("control", "skip");
            json.addProperty("for", job);
            json.addProperty("fires", times.size());
            json.addProperty("first", times.get(0).toString());
            json.addProperty("last", last.toString());
            Printer.line(out(), withAudience(json, result));
        } else {
            out().println("left out: " + job + ", "
                    + (times.size() == 1 ? "fire " + last : times.size() + " fires up to " + last));
        }
        // What began while the hosts read it.
        running(result, job::equals).stream()
                .filter(run -> times.contains(run.run().time()))
                .forEach(run -> say(words(run) + ": it had begun already"));
    }
}
