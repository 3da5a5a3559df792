package io.fleetcron.cli.control;

import com.google.gson.JsonObject;
import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.cli.option.ConfigOption;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.cli.option.ReadCommand;
import io.fleetcron.cli.option.SharedOption;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.Printable;
import io.fleetcron.config.yaml.Suggestion;
import io.fleetcron.control.ControlTable;
import io.fleetcron.control.ControlView;
import io.fleetcron.control.Glob;
import io.fleetcron.fleet.Asked;
import io.fleetcron.fleet.Member;
import io.fleetcron.fleet.ThisHost;
import io.fleetcron.host.AgentDirectories;
import io.fleetcron.host.StartException;
import io.fleetcron.observe.FleetReader;
import io.fleetcron.observe.FleetView;
import io.fleetcron.observe.SeenInstance;
import io.fleetcron.observe.SeenRun;
import io.fleetcron.observe.SharedDirectoryUnavailable;
import io.fleetcron.steer.ControlDesk;
import io.fleetcron.steer.ControlDesk.Audience;
import io.fleetcron.steer.ControlDesk.Changed;
import io.fleetcron.steer.ControlDesk.Request;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;

/** What the commands have in common that ask something of the fleet. */
abstract class ControlCommand extends ReadCommand {

    /** From then on no host starts anything by what it read before. */
    private static final Duration IN_FORCE = ControlView.VALID.plusSeconds(2);

    private static final long LOOK_MILLIS = 250;
    private static final int LONGEST_USER = 32;

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private SharedOption shared = new SharedOption();

    final ConfigOption config() {
        return config;
    }

    /** Names and globs as they may stand in the table; names must be those of jobs. */
    final void check(FleetConfig loaded, List<String> jobs) throws CommandFailed {
        for (String job : jobs) {
            Optional<String> wrong = Glob.problem(job);
            if (wrong.isPresent()) {
                throw wrong("`" + job + "` is not a job's name or a glob: " + wrong.get());
            }
            if (!Glob.isGlob(job)) {
                config.job(loaded, job);
            }
        }
    }

    /** What the shared directory shows now. */
    final FleetView view(FleetConfig loaded) throws CommandFailed {
        try {
            return shared.reader(loaded).view();
        } catch (SharedDirectoryUnavailable e) {
            throw new CommandFailed(ExitCode.PROBLEM, "shared_dir " + loaded.sharedDir() + ": " + e.getMessage());
        }
    }

    /** The instances that a name means, which has to be known: of a host, all of them. */
    final List<String> instances(FleetConfig loaded, Optional<String> name) throws CommandFailed {
        if (name.isEmpty()) {
            return List.of(ThisHost.instance(loaded, Optional.empty()));
        }
        String wanted = name.get();
        List<Member> known =
                view(loaded).instances().stream().map(SeenInstance::member).toList();
        List<String> meant = known.stream()
                .filter(member ->
                        member.instance().equals(wanted) || member.host().equals(wanted))
                .map(Member::instance)
                .toList();
        if (meant.isEmpty()) {
            List<String> names = known.stream()
                    .flatMap(member -> Stream.of(member.instance(), member.host()))
                    .toList();
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "no host or instance " + wanted + " in this fleet"
                            + Suggestion.of(wanted, names)
                                    .map(near -> ". Did you mean " + near + "?")
                                    .orElse(". `fleetcron status` shows the instances there are"));
        }
        return meant;
    }

    /** A reason that fits where it is shown. */
    final String checked(String reason) throws CommandFailed {
        String line = Printable.line(reason.strip());
        if (line.isEmpty()) {
            throw wrong("--reason is empty; say why, for those who find it in status and history");
        }
        if (line.length() > Asked.LONGEST_REASON) {
            throw wrong("--reason takes up to " + Asked.LONGEST_REASON + " characters, found " + line.length());
        }
        return line;
    }

    /** Reads the shared directory. */
    final FleetReader reader(FleetConfig loaded) {
        return shared.reader(loaded);
    }

    /** This user on this host, at that time. */
    static Asked asked(Instant at, String reason) {
        return new Asked(asker(), at, reason);
    }

    /** This user on this host. */
    static String asker() {
        String sudo = System.getenv("SUDO_USER"); // sudo(8)
        String user = sudo == null || sudo.isBlank() ? System.getProperty("user.name", "") : sudo;
        String name = Printable.line(user.isBlank() ? "?" : user);
        String cut = name.length() > LONGEST_USER ? name.substring(0, LONGEST_USER) : name;
        return cut + "@" + ThisHost.name();
    }

    /** What came of a change: what is in force, who has read it, and what a status would show. */
    record Result(Changed changed, Audience audience, Optional<FleetView> view) {}

    /**
     * Changes what is asked of the fleet, and waits until it is in force.
     *
     * @param replace whether a table that cannot be trusted counts as empty
     */
    final Result change(FleetConfig loaded, Request request, boolean replace) throws CommandFailed {
        String failed = "shared_dir " + loaded.sharedDir() + ": ";
        ControlDesk desk;
        try {
            desk = ask(() -> ControlDesk.in(
                    AgentDirectories.prepare(loaded, ThisHost.instance(loaded, Optional.empty())), time()));
        } catch (SharedDirectoryUnavailable e) {
            throw new CommandFailed(ExitCode.PROBLEM, failed + e.getMessage() + ". Nothing has changed");
        }
        long began = time().bootNanos();
        Changed changed;
        try {
            Duration patience = shared.timeout().multipliedBy(3).dividedBy(4);
            changed = ask(() -> desk.change(request, replace, patience));
        } catch (SharedDirectoryUnavailable e) {
            throw new CommandFailed(
                    ExitCode.PROBLEM,
                    failed + e.getMessage()
                            + ". It is not known whether this was written: it may still come into force."
                            + " `fleetcron status` shows what is in force");
        }
        try {
            return new Result(
                    changed,
                    inForce(desk, changed, began),
                    Optional.of(shared.reader(loaded).view()));
        } catch (SharedDirectoryUnavailable e) {
            throw new CommandFailed(
                    ExitCode.PENDING,
                    failed + e.getMessage() + ". It is on record, and in force in " + IN_FORCE.toSeconds()
                            + " s at the latest; whether every host has read it is not known");
        }
    }

    private interface Question<T> {
        T ask() throws IOException, StartException;
    }

    /** Within the deadline. What refuses by itself is not a matter of the directory. */
    private <T> T ask(Question<T> question) throws SharedDirectoryUnavailable, CommandFailed {
        Callable<Object> asked = () -> {
            try {
                return Optional.of(question.ask());
            } catch (StartException e) {
                return new CommandFailed(ExitCode.PROBLEM, e.reasons());
            } catch (ControlDesk.RefusedException e) {
                return new CommandFailed(ExitCode.PROBLEM, String.valueOf(e.getMessage()));
            }
        };
        Object answer = shared.deadline().ask(asked);
        if (answer instanceof CommandFailed failed) {
            throw failed;
        }
        @SuppressWarnings("unchecked")
        Optional<T> value = (Optional<T>) answer;
        return value.orElseThrow();
    }

    private Audience inForce(ControlDesk desk, Changed changed, long began)
            throws SharedDirectoryUnavailable, CommandFailed {
        while (true) {
            Duration passed = Duration.ofNanos(time().bootNanos() - began);
            ControlTable table = changed.table();
            Audience audience = ask(() -> desk.audience(table, changed.at().plus(passed)));
            if (audience.waiting().isEmpty() || passed.compareTo(IN_FORCE) > 0) {
                return audience;
            }
            try {
                Thread.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return audience;
            }
        }
    }

    /** Says who has not read it; returns the exit status. */
    final int reported(Result result) {
        Audience audience = result.audience();
        if (audience.heard().isEmpty()
                && audience.waiting().isEmpty()
                && audience.unaware().isEmpty()) {
            say("no agent is up; it is on record, and an agent that starts reads it first");
        }
        if (!audience.waiting().isEmpty()) {
            say("not read yet by " + String.join(", ", audience.waiting())
                    + ", which can start nothing on the shared directory before it has");
        }
        if (!audience.unaware().isEmpty()) {
            say("not in force on " + String.join(", ", audience.unaware())
                    + ", whose version of fleetcron knows nothing of this. Upgrade it, or stop its agent");
            return ExitCode.PENDING;
        }
        return ExitCode.OK;
    }

    /** The runs in progress of jobs that are meant. */
    static List<SeenRun> running(Result result, Predicate<String> meant) {
        return result.view().stream()
                .flatMap(view -> view.running().stream())
                .filter(run -> meant.test(run.run().job()))
                .toList();
    }

    static String words(SeenRun run) {
        return run.run().job() + " runs on " + run.host() + " since " + run.started() + " (fire "
                + run.run().time() + ", token " + run.run().token() + ", "
                + run.state().name().toLowerCase(Locale.ROOT) + ")";
    }

    /** Adds who has read it. */
    static JsonObject withAudience(JsonObject json, Result result) {
        json.add("read_by", ControlJson.names(result.audience().heard()));
        json.add("not_read_by", ControlJson.names(result.audience().waiting()));
        json.add("unaware", ControlJson.names(result.audience().unaware()));
        return json;
    }
}
