package io.fleetcron.cli.control;

import io.fleetcron.byhand.ManualRun;
import io.fleetcron.cli.console.Signals;
import io.fleetcron.cli.console.Times;
import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.cli.option.InstanceId;
import io.fleetcron.cli.option.RawOption;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.NameRules;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.control.Control;
import io.fleetcron.control.Control.Run;
import io.fleetcron.control.ControlTable;
import io.fleetcron.control.Span;
import io.fleetcron.fleet.Member;
import io.fleetcron.fleet.ThisHost;
import io.fleetcron.host.StartException;
import io.fleetcron.host.SystemTime;
import io.fleetcron.ledger.ManualRequest;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.observe.SeenInstance;
import io.fleetcron.observe.SeenLedger;
import io.fleetcron.observe.SharedDirectoryUnavailable;
import io.fleetcron.observe.Upcoming;
import io.fleetcron.steer.Changes;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fleetcron run}. */
@Command(
        name = "run",
        description =
                "Claims a job and runs it now, under the same lock as its scheduled fires; also a job that is paused or"
                        + " disabled. Who asked for it is in history.%n"
                        + "Without --on it runs on this host: shows its output, and Ctrl-C ends the run.%n"
                        + "With --on the agent of another host runs it. The request is on record within 10 s; it can be claimed for 10"
                        + " minutes, once, and expires then. The command returns when the run has begun, or with --wait when it is"
                        + " over; Ctrl-C ends the waiting alone. `fleetcron logs` shows the output.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "N:the command's exit status, on this host or with --wait",
            "0:begun on another host; with --wait, succeeded",
            "75:not run: the job runs elsewhere, or, with --on, no host has claimed it yet or it has expired: the message says"
                    + " which",
            "1:not run, or its end is not known: the message says why",
            "2:the command line or the configuration cannot be used",
            "130:with --on and --wait, interrupted while it waited: the run goes on"
        })
public final class RunCommand extends ControlCommand {

    /** How long a request can be claimed. */
    private static final Duration KEPT = Duration.ofMinutes(10);

    private static final String ANY = "any";

    @Mixin
    private RawOption raw = new RawOption();

    @Parameters(paramLabel = "JOB", description = "The job's name.")
    private String job = "";

    @Option(
            names = "--on",
            paramLabel = "HOST",
            description =
                    "A host's name, or an instance's id; `any` for whichever live instance may run the job. Also a host"
                            + " that is drained.")
    private @Nullable String on;

    @Option(
            names = "--env",
            paramLabel = "NAME=VALUE",
            description =
                    "A variable for the command, which wins over those of the job's definition; may be repeated. Its name is"
                            + " recorded in history, its value never. With --on the value is in control/table in the shared directory, for who"
                            + " may read that, until the request has expired and something else is asked of the fleet.")
    private List<String> env = List.of();

    @Option(
            names = "--fire",
            paramLabel = "INSTANT",
            converter = Times.InstantConverter.class,
            description =
                    "Run this past fire again, such as one that was missed or failed: the command finds its scheduled time in"
                            + " FLEETCRON_FIRE, and history shows the run beside the fire's own outcome.")
    private @Nullable Instant fire;

    @Option(
            names = "--wait",
            description = "While the job runs elsewhere, wait for it to end. With --on, wait for the end of the run.")
    private boolean wait;

    @Option(
            names = "--id",
            paramLabel = "ID",
            description =
                    "With --on: asked again with the same id within a month, it is the same request, which is carried out"
                            + " once. For scripts that try again.")
    private @Nullable String id;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for history.")
    private String reason = "";

    @Option(
            names = "--instance",
            paramLabel = "ID",
            converter = InstanceId.class,
            description = "Without --on: run as this instance.")
    private @Nullable String instance;

    private String requested = "";

    @Override
    public Integer call() throws CommandFailed, InterruptedException {
        String why = reason.isEmpty() ? "" : checked(reason);
        Map<String, String> variables = variables();
        return on == null ? here(why, variables) : elsewhere(on, why, variables);
    }

    private Map<String, String> variables() throws CommandFailed {
        Map<String, String> all = new LinkedHashMap<>();
        int bytes = 0;
        int names = 0;
        for (String entry : env) {
            int end = entry.indexOf('=');
            String name = end < 0 ? entry : entry.substring(0, end);
            if (end < 0) {
                throw wrong("--env takes NAME=VALUE"); // and does not show what may be secret
            }
            Optional<String> bad = NameRules.variable(name);
            if (bad.isPresent()) {
                throw wrong("--env: `" + name + "` cannot name a variable: " + bad.get());
            }
            String value = entry.substring(end + 1);
            Optional<String> unfit = NameRules.value(value);
            if (unfit.isPresent()) {
                throw wrong("--env " + name + ": " + unfit.get());
            }
            if (all.put(name, value) != null) {
                throw wrong("--env " + name + " is given twice");
            }
            names += name.length();
            bytes += entry.getBytes(StandardCharsets.UTF_8).length;
        }
        if (bytes > Run.LONGEST_VARIABLES) {
            throw wrong("--env takes up to " + Run.LONGEST_VARIABLES + " bytes in all, found " + bytes
                    + "; put more into a file, and name that");
        }
        if (names > ManualRequest.LONGEST_NAMES) {
            throw wrong(
                    "--env takes names of up to " + ManualRequest.LONGEST_NAMES + " characters in all, found " + names);
        }
        return all;
    }

    private int here(String why, Map<String, String> variables) throws CommandFailed, InterruptedException {
        if (json()) {
            throw wrong("--json goes with --on: here standard output is the command's");
        }
        if (id != null) {
            throw wrong("--id goes with --on");
        }
        FleetConfig loaded = config().loadTrusted(err()::println);
        JobDefinition definition = config().job(loaded, job);
        if (fire != null) {
            check(loaded, definition, fire);
        }
        PrintStream output = raw.of(program());
        try {
            ManualRun run = ManualRun.prepare(
                    loaded,
                    definition,
                    Optional.ofNullable(instance),
                    new ManualRun.Wanted(asker(), why, Optional.ofNullable(fire), variables),
                    new SystemTime(),
                    output);
            Signals.deliver(name -> run.kill(), "INT", "TERM", "HUP");
            if (program().isTerminal()) {
                say("running job " + definition.name() + " on host " + ThisHost.name());
            }
            Duration patience = wait ? Duration.ofDays(365) : Duration.ZERO;
            try {
                return run.run(patience, this::say);
            } finally {
                output.flush();
                run.close();
            }
        } catch (StartException e) {
            throw new CommandFailed(ExitCode.PROBLEM, e.reasons());
        }
    }

    private int elsewhere(String host, String why, Map<String, String> variables) throws CommandFailed {
        if (instance != null) {
            throw wrong("--instance goes without --on, which takes an instance's id as well");
        }
        if (id != null && NameRules.host(id).isPresent()) {
            throw wrong("--id: " + NameRules.host(id).get());
        }
        FleetConfig loaded = config().load(err());
        JobDefinition definition = config().job(loaded, job);
        if (definition.policy().runOn() == RunOn.EVERY) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "job " + job
                            + " runs on every host, each time under a lock of that host, which no other one sees. Run it"
                            + " there: `fleetcron run " + job + "` on " + (host.equals(ANY) ? "a host" : host));
        }
        Optional<String> target = target(loaded, definition, host);
        if (fire != null) {
            check(loaded, definition, fire);
        }
        Result result = change(
                loaded, (table, now) -> Changes.request(table, request(table, now, target, why, variables)), false);
        ControlTable table = result.changed().table();
        table.paused(job, result.changed().at())
                .ifPresent(who -> say("job " + job + " is " + who + ". It is run by hand all the same"));
        target.flatMap(name -> table.drains(name, result.changed().at()))
                .ifPresent(who -> say("instance " + target.get() + " is " + who + ". It runs this all the same"));
        return new RequestWatch(this, loaded, definition, wanted(table), result, wait).await();
    }

    private Run request(
            ControlTable table, Instant now, Optional<String> target, String why, Map<String, String> variables) {
        String name = id == null ? Long.toString(Math.max(table.sequence() + 1, now.toEpochMilli())) : id;
        requested = name;
        return new Run(
                job,
                name,
                target,
                Optional.ofNullable(fire),
                variables,
                new Span(asked(now, why), Optional.of(now.plus(KEPT)), Optional.empty()));
    }

    private Run wanted(ControlTable table) {
        for (Control control : table.controls()) {
            if (control instanceof Run run && run.job().equals(job) && run.id().equals(requested)) {
                return run;
            }
        }
        throw new IllegalStateException("the request is not in the table that holds it");
    }

    /** The instance that is meant, which has to be one that may run the job. */
    private Optional<String> target(FleetConfig loaded, JobDefinition definition, String host) throws CommandFailed {
        if (host.equals(ANY)) {
            return Optional.empty();
        }
        List<String> meant = instances(loaded, Optional.of(host));
        if (meant.size() > 1) {
            throw new CommandFailed(
                    ExitCode.USAGE, "host " + host + " has several instances: name one of " + String.join(", ", meant));
        }
        Optional<Member> member = view(loaded).instances().stream()
                .map(SeenInstance::member)
                .filter(other -> other.instance().equals(meant.get(0)))
                .findFirst();
        Optional<String> objection =
                member.flatMap(it -> definition.policy().placement().objection(it.host(), it.labels()));
        if (objection.isPresent()) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "job " + job + " may not run on " + host + ": "
                            + objection.get().replace("this host's", "there it"));
        }
        return Optional.of(meant.get(0));
    }

    /** Refuses what is not a fire of the job, or one that may still be started by itself. */
    private void check(FleetConfig loaded, JobDefinition definition, Instant time) throws CommandFailed {
        if (!time.isBefore(time().instant())) {
            throw wrong("--fire " + time + " has not come yet");
        }
        Optional<String> none = Upcoming.notAmong(definition.schedule(), time);
        if (none.isPresent() && !isOnRecord(loaded, time)) {
            throw wrong("--fire " + time + " is not a fire of job " + job + ": " + none.get());
        }
        if (definition.policy().runOn() == RunOn.EVERY) {
            return; // its ledger is this host's: the claim finds out
        }
        Optional<SeenLedger> ledger = Optional.ofNullable(view(loaded).ledgers().get(job));
        boolean settled = ledger.flatMap(SeenLedger::record)
                .filter(record -> !time.isAfter(record.settled()))
                .isPresent();
        if (!settled) {
            throw new CommandFailed(
                    ExitCode.PROBLEM,
                    "fire " + time + " of job " + job + " is not settled yet: it may still be started by itself."
                            + " `fleetcron why " + job + " " + time + "` says more");
        }
    }

    /** A fire of an earlier schedule, or at boot. */
    private boolean isOnRecord(FleetConfig loaded, Instant time) throws CommandFailed {
        try {
            return !reader(loaded)
                    .history(
                            Optional.of(time),
                            List.of(),
                            line -> line.job().equals(job)
                                    && line.settlement().fire().equals(time)
                                    && line.settlement().trigger() == RunOrigin.SCHEDULE)
                    .isEmpty();
        } catch (SharedDirectoryUnavailable e) {
            throw new CommandFailed(ExitCode.PROBLEM, "shared_dir " + loaded.sharedDir() + ": " + e.getMessage());
        }
    }
}
