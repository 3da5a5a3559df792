package io.fleetcron.cli.control;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.fleetcron.cli.console.Printer;
import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.control.Control;
import io.fleetcron.control.Control.Pause;
import io.fleetcron.control.Control.Skip;
import io.fleetcron.control.ControlTable;
import io.fleetcron.control.Glob;
import io.fleetcron.steer.Changes;
import io.fleetcron.steer.ControlDesk.Wanted;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fleetcron resume}. */
@Command(
        name = "resume",
        description = "Ends pauses, given by the same names and globs as in `fleetcron pause`, and takes back what"
                + " `fleetcron skip` wanted left out of these jobs. Jobs start again with their next fires.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:in force; also where nothing was paused",
            "1:not in force, or not known, or a job is still paused by another pause: the message says which",
            "2:the command line or the configuration cannot be used",
            "75:on record, but not in force on every host: the message says where"
        })
public final class ResumeCommand extends ControlCommand {

    @Parameters(
            arity = "0..*",
            paramLabel = "JOB",
            description = "The names and globs that were given to `fleetcron pause`. '*' ends the pause of '*' alone.")
    private List<String> jobs = List.of();

    @Option(
            names = "--all",
            description = "End every pause and every skip, also where the table of them is damaged, which is replaced.")
    private boolean all;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for history.")
    private String reason = "";

    private List<Control> ended = List.of();

    @Override
    public Integer call() throws CommandFailed {
        if (all != jobs.isEmpty()) {
            throw wrong(all ? "--all goes without names" : "name what is to be resumed, or give --all");
        }
        for (String job : jobs) {
            Optional<String> wrong = Glob.problem(job);
            if (wrong.isPresent()) {
                throw wrong("`" + job + "` is not a job's name or a glob: " + wrong.get());
            }
        }
        String why = reason.isEmpty() ? "" : checked(reason);
        FleetConfig loaded = config().load(err());
        Result result = change(loaded, (table, now) -> resumed(table, now, why), all);
        int status = show(result);
        return Math.max(status, reported(result));
    }

    private Wanted resumed(ControlTable table, Instant now, String why) {
        ended = table.holding(now).stream().filter(this::isMeant).toList();
        return Changes.end(table, this::isMeant, "resume", asked(now, why));
    }

    private boolean isMeant(Control control) {
        return all
                ? control instanceof Pause || control instanceof Skip
                : jobs.stream().anyMatch(name -> Changes.holdsBack(control, name));
    }

    private int show(Result result) {
        int status = ExitCode.OK;
        List<String> names = new ArrayList<>(jobs);
        if (all) {
            ended.stream().map(Control::target).distinct().forEach(names::add);
            if (ended.isEmpty() && !json()) {
                out().println("nothing was paused");
            }
        }
        for (String name : names) {
            List<Control> still = Changes.pausesOf(
                    result.changed().table(), name, result.changed().at());
            boolean was = ended.stream().anyMatch(control -> control.target().equals(name));
            if (json()) {
                JsonObject json = new JsonObject();
                json.addProperty("control", "resume");
                json.addProperty("for", name);
                json.addProperty("was_paused", was);
                JsonArray others = new JsonArray();
                still.forEach(control -> others.add(ControlJson.of(control)));
                json.add("still_paused_by", others);
                Printer.line(out(), withAudience(json, result));
            } else {
                out().println((was ? "resumed: " : "was not paused: ") + name);
            }
            for (Control control : still) {
                say(name + ": still paused by `fleetcron pause " + control.target() + "` of "
                        + control.span().asked().by());
                status = ExitCode.PROBLEM;
            }
        }
        return status;
    }
}
