package io.fleetcron.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.fleetcron.cli.console.Printer;
import io.fleetcron.cli.control.ControlJson;
import io.fleetcron.cli.option.LateJobs;
import io.fleetcron.fleet.Unfit;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.ledger.Waiting;
import io.fleetcron.observe.SeenInstance;
import io.fleetcron.observe.SeenRun;
import io.fleetcron.observe.StatusReport;
import java.util.Locale;
import java.util.TreeMap;

/** A status report as one JSON object. */
final class StatusJson {

    private StatusJson() {}

    static JsonObject of(StatusReport report) {
        JsonObject json = new JsonObject();
        json.addProperty("shared_dir", report.sharedDir().toString());
        json.addProperty("ok", report.isSound());
        Printer.text(json, "problem", report.problem());
        json.addProperty("now", report.now().toString());
        json.addProperty("clock", report.serverClock() ? "server" : "host");
        json.addProperty("definitions", report.definitions());
        JsonArray instances = new JsonArray();
        report.instances().forEach(instance -> instances.add(instance(instance, report)));
        json.add("instances", instances);
        JsonArray running = new JsonArray();
        report.running().forEach(run -> running.add(run(run)));
        json.add("running", running);
        JsonArray jobs = new JsonArray();
        report.jobs().forEach(job -> jobs.add(job(job)));
        json.add("jobs", jobs);
        JsonArray controls = new JsonArray();
        report.controls().forEach(control -> controls.add(ControlJson.of(control)));
        json.add("controls", controls);
        return json;
    }

    private static JsonObject instance(SeenInstance seen, StatusReport report) {
        JsonObject json = new JsonObject();
        json.addProperty("instance", seen.member().instance());
        json.addProperty("alive", seen.alive());
        json.addProperty("host", seen.member().host());
        json.addProperty("pid", seen.member().pid());
        json.addProperty("version", seen.member().version());
        json.addProperty("state", seen.member().state());
        json.add("unfit", unfit(seen.member().unfit()));
        JsonObject labels = new JsonObject();
        seen.member().labels().forEach(labels::addProperty);
        json.add("labels", labels);
        json.addProperty("running", seen.alive() ? seen.member().running() : 0);
        json.addProperty("seen", seen.seen().toString());
        json.addProperty("definitions", seen.member().definitions());
        json.addProperty("definitions_differ", report.differs(seen));
        return json;
    }

    private static JsonElement unfit(Unfit unfit) {
        if (unfit.equals(Unfit.NONE)) {
            return JsonNull.INSTANCE;
        }
        JsonObject json = new JsonObject();
        Printer.text(json, "host", unfit.host());
        JsonObject jobs = new JsonObject();
        new TreeMap<>(unfit.jobs()).forEach(jobs::addProperty);
        json.add("jobs", jobs);
        return json;
    }

    private static JsonObject run(SeenRun run) {
        JsonObject json = new JsonObject();
        json.addProperty("job", run.run().job());
        json.addProperty("fire", run.run().time().toString());
        json.addProperty("token", run.run().token());
        Printer.text(json, "trigger", run.trigger().map(RunOrigin::word));
        Printer.number(json, "attempt", run.attempt());
        json.addProperty("instance", run.run().instance());
        json.addProperty("host", run.host());
        json.addProperty("started", run.started().toString());
        Printer.text(json, "beat", run.beat());
        json.addProperty("state", run.state().name().toLowerCase(Locale.ROOT));
        return json;
    }

    private static JsonObject job(StatusReport.Job job) {
        JsonObject json = new JsonObject();
        json.addProperty("job", job.definition().name());
        json.addProperty("enabled", job.definition().enabled());
        json.addProperty("run_on", job.definition().policy().runOn().name().toLowerCase(Locale.ROOT));
        Printer.text(json, "next", job.next());
        json.add("last", JsonNull.INSTANCE);
        job.last().ifPresent(last -> json.add("last", settlement(last)));
        Printer.text(json, "problem", job.problem());
        json.add("waiting", JsonNull.INSTANCE);
        job.waiting().ifPresent(waiting -> json.add("waiting", waiting(waiting)));
        json.add("late", LateJobs.json(job.late()));
        JsonArray eligible = new JsonArray();
        job.eligible().forEach(eligible::add);
        json.add("eligible", eligible);
        return json;
    }

    private static JsonObject waiting(Waiting waiting) {
        JsonObject json = new JsonObject();
        json.addProperty("fire", waiting.fire().toString());
        json.addProperty("group", waiting.group());
        json.addProperty("since", waiting.since().toString());
        return json;
    }

    private static JsonObject settlement(Settlement settlement) {
        JsonObject json = new JsonObject();
        json.addProperty("fire", settlement.through().toString());
        json.addProperty("outcome", settlement.outcome().word());
        json.addProperty("instance", settlement.instance());
        json.addProperty("token", settlement.token());
        json.addProperty("attempts", settlement.attempts());
        json.addProperty("ended", settlement.ended().toString());
        Printer.number(json, "exit", settlement.exit());
        return json;
    }
}
