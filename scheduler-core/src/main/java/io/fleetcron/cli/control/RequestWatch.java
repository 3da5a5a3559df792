package io.fleetcron.cli.control;

import com.google.gson.JsonObject;
import io.fleetcron.cli.console.Printer;
import io.fleetcron.cli.console.Signals;
import io.fleetcron.cli.control.ControlCommand.Result;
import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.control.Control.Run;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.observe.FleetView;
import io.fleetcron.observe.RequestProgress;
import io.fleetcron.observe.RequestProgress.Claimed;
import io.fleetcron.observe.RequestProgress.Ended;
import io.fleetcron.observe.RequestProgress.Expired;
import io.fleetcron.observe.RequestProgress.Running;
import io.fleetcron.observe.RequestProgress.Waiting;
import io.fleetcron.observe.SharedDirectoryUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Waits for what becomes of a request for a run, and says it. For one thread. */
final class RequestWatch {

    /** After that it should have begun, if nothing is in its way: all that read it have had a turn. */
    private static final Duration BEGINS = Duration.ofSeconds(20);

    private static final int INTERRUPTED = 130;
    private static final long LOOK_MILLIS = 300;

    private final ControlCommand command;
    private final FleetConfig loaded;
    private final JobDefinition job;
    private final Run asked;
    private final Result result;
    private final boolean toTheEnd;
    private volatile boolean interrupted;
    private Optional<Running> seen = Optional.empty();

    RequestWatch(
            ControlCommand command, FleetConfig loaded, JobDefinition job, Run asked, Result result, boolean toTheEnd) {
        this.command = command;
        this.loaded = loaded;
        this.job = job;
        this.asked = asked;
        this.result = result;
        this.toTheEnd = toTheEnd;
    }

    /** Returns the exit status. */
    int await() throws CommandFailed {
        if (toTheEnd) {
            Signals.deliver(name -> interrupted = true, "INT", "TERM", "HUP");
        }
        long began = command.time().bootNanos();
        while (true) {
            RequestProgress progress = progress();
            if (progress instanceof Running running && seen.isEmpty()) {
                seen = Optional.of(running);
                begun(running);
            }
            boolean late = command.time().bootNanos() - began > BEGINS.toNanos();
            if (isLast(progress, late) || interrupted || !pause()) {
                return reported(progress);
            }
        }
    }

    private boolean isLast(RequestProgress progress, boolean late) {
        if (progress instanceof Ended || progress instanceof Expired) {
            return true;
        }
        return !toTheEnd && (late || !(progress instanceof Waiting waiting) || !waiting.mayPass());
    }

    private RequestProgress progress() throws CommandFailed {
        FleetView view = command.view(loaded);
        RequestProgress progress = RequestProgress.of(view, asked, job);
        if (!(progress instanceof Claimed)) {
            return progress;
        }
        try {
            return RequestProgress.ended(
                            command.reader(loaded)
                                    .history(
                                            Optional.empty(),
                                            List.of(),
                                            line -> line.job().equals(asked.job())),
                            asked,
                            view)
                    .orElse(progress);
        } catch (SharedDirectoryUnavailable e) {
            return progress; // the next look says so, if it lasts
        }
    }

    private boolean pause() {
        try {
            Thread.sleep(LOOK_MILLIS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void begun(Running running) {
        if (!command.json()) {
            command.out()
                    .println("begun: " + asked.job() + " on host " + running.host() + ", instance " + running.instance()
                            + " (token " + running.token() + ")");
            command.out().flush();
        }
    }

    private int reported(RequestProgress progress) {
        if (command.json()) {
            Printer.line(command.out(), ControlCommand.withAudience(json(progress), result));
        }
        if (progress instanceof Ended ended) {
            return ended(ended);
        }
        if (progress instanceof Expired) {
            command.say("expired: no instance has claimed it in time. Nothing was run");
            return ExitCode.PENDING;
        }
        String stays = "`fleetcron status` shows it as long as it can be claimed, until "
                + asked.span().end().map(String::valueOf).orElse("-");
        if (progress instanceof Waiting waiting) {
            command.say((interrupted ? "not waiting any more" : "not begun") + ": " + waiting.why() + ". " + stays);
            int heard = command.reported(result);
            return interrupted ? INTERRUPTED : Math.max(ExitCode.PENDING, heard);
        }
        if (interrupted) {
            command.say("not waiting any more: the run goes on. `fleetcron kill " + asked.job() + "` ends it");
            return INTERRUPTED;
        }
        return ExitCode.OK;
    }

    private int ended(Ended ended) {
        String where = host(ended).map(host -> " on host " + host).orElse("") + ", instance " + ended.instance();
        if (!command.json()) {
            command.out()
                    .println("ended: " + asked.job() + where + " (token " + ended.token() + "), outcome "
                            + ended.outcome().word()
                            + (ended.exit().isPresent()
                                    ? ", exit status " + ended.exit().getAsInt()
                                    : ""));
        }
        return toTheEnd
                ? ended.exit().orElse(ended.outcome() == Outcome.SUCCEEDED ? ExitCode.OK : ExitCode.PROBLEM)
                : ExitCode.OK;
    }

    private Optional<String> host(Ended ended) {
        return seen.map(Running::host).or(ended::host);
    }

    private JsonObject json(RequestProgress progress) {
        JsonObject json = ControlJson.of(asked);
        json.addProperty("id", asked.id());
        Printer.text(json, "on", asked.instance());
        Printer.text(json, "fire", asked.fire());
        json.add("env", ControlJson.names(asked.variables().keySet()));
        json.addProperty("state", progress.getClass().getSimpleName().toLowerCase(Locale.ROOT));
        if (progress instanceof Waiting waiting) {
            json.addProperty("why", waiting.why());
        }
        if (progress instanceof Running running) {
            where(json, running.instance(), Optional.of(running.host()), running.token());
        }
        if (progress instanceof Ended ended) {
            where(json, ended.instance(), host(ended), ended.token());
            json.addProperty("outcome", ended.outcome().word());
            Printer.number(json, "exit", ended.exit());
        }
        return json;
    }

    private static void where(JsonObject json, String instance, Optional<String> host, long token) {
        json.addProperty("instance", instance);
        Printer.text(json, "host", host);
        json.addProperty("token", token);
    }
}
