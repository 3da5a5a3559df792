package io.fleetcron.cli.audit;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.fleetcron.audit.Why;
import io.fleetcron.audit.WhyInput;
import io.fleetcron.cli.console.Printer;
import io.fleetcron.cli.console.Times;
import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.cli.option.FleetOption;
import io.fleetcron.cli.option.LateJobs;
import io.fleetcron.cli.option.ReadCommand;
import io.fleetcron.cli.option.SharedOption;
import io.fleetcron.cli.option.StartWindow;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.Printable;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.config.yaml.Suggestion;
import io.fleetcron.late.Late;
import io.fleetcron.late.Lateness;
import io.fleetcron.ledger.LeftOut;
import io.fleetcron.observe.SharedDirectoryUnavailable;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code fleetcron why}. */
@Command(
        name = "why",
        description =
                "Says why a fire ran where it did, or why it did not: of the newest one that was due, or of the one"
                        + " scheduled at a time.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:the reason is known",
            "1:the shared directory does not answer, or what is on record does not tell",
            "2:the command line or the configuration cannot be used"
        })
public final class WhyCommand extends ReadCommand {

    private static final Set<Why.Kind> NOT_KNOWN =
            Set.of(Why.Kind.SHARE_UNREACHABLE, Why.Kind.UNKNOWN, Why.Kind.UNACCOUNTED, Why.Kind.LEDGER);

    @Mixin
    private FleetOption config = new FleetOption();

    @Mixin
    private SharedOption shared = new SharedOption();

    @Parameters(index = "0", paramLabel = "JOB", description = "The job, also one that is not configured now.")
    private String job = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "INSTANT",
            converter = Times.InstantConverter.class,
            description = "The scheduled time, such as 2026-11-23T08:00:00Z (default: the newest one).")
    private @Nullable Instant time;

    @Override
    public Integer call() throws CommandFailed {
        FleetConfig loaded = config.read(err());
        Why.Answer answer = Why.answer(input(loaded));
        List<Late> late = late(loaded);
        if (json()) {
            JsonObject json = json(answer);
            json.add("late", LateJobs.json(late));
            Printer.line(out(), json);
        } else {
            config.notes().forEach(out()::println);
            out().println(Printable.line(
                    answer.job() + answer.fire().map(fire -> " " + fire).orElse("") + ":"));
            answer.reasons().forEach(reason -> out().println(Printable.line("  " + reason.text() + ".")));
            late.forEach(each -> out().println(Printable.line("  the job is late: " + each.words() + ".")));
        }
        out().flush();
        return NOT_KNOWN.contains(answer.reasons().get(0).kind()) ? ExitCode.PROBLEM : ExitCode.OK;
    }

    /** Whatever fire is asked about: it says how the job is now. */
    private List<Late> late(FleetConfig loaded) {
        JobDefinition defined = loaded.jobs().get(job);
        if (defined == null || !Lateness.isWatched(defined)) {
            return List.of();
        }
        try {
            return LateJobs.read(loaded, shared.reader(loaded)).getOrDefault(job, List.of());
        } catch (SharedDirectoryUnavailable e) {
            return List.of(); // the answer says so
        }
    }

    private WhyInput input(FleetConfig loaded) throws CommandFailed {
        Optional<JobDefinition> defined = Optional.ofNullable(loaded.jobs().get(job));
        Optional<Instant> asked = Optional.ofNullable(time);
        try {
            WhyInput input = shared.reader(loaded)
                    .why(
                            job,
                            asked,
                            defined.map(it -> it.policy().runOn() == RunOn.EVERY),
                            StartWindow.of(loaded, job),
                            defined.<LeftOut>map(it -> it::exclusion).orElse(LeftOut.NONE),
                            AuditCommand.local(loaded));
            if (defined.isEmpty() && !input.isKnown()) {
                throw new CommandFailed(
                        ExitCode.USAGE,
                        "no job " + job + " is defined or on record"
                                + Suggestion.of(job, loaded.jobs().keySet())
                                        .map(near -> ". Did you mean " + near + "?")
                                        .orElse(""));
            }
            return input;
        } catch (SharedDirectoryUnavailable e) {
            return WhyInput.unreachable(job, asked, time().instant(), String.valueOf(e.getMessage()));
        }
    }

    private static JsonObject json(Why.Answer answer) {
        JsonObject json = new JsonObject();
        json.addProperty("job", answer.job());
        Printer.text(json, "fire", answer.fire());
        List<Why.Reason> reasons = answer.reasons();
        json.addProperty("why", reasons.get(0).kind().word());
        JsonArray all = new JsonArray();
        for (Why.Reason reason : reasons) {
            JsonObject one = new JsonObject();
            one.addProperty("kind", reason.kind().word());
            one.addProperty("text", reason.text());
            all.add(one);
        }
        json.add("reasons", all);
        return json;
    }
}
