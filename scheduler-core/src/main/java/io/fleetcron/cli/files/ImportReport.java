package io.fleetcron.cli.files;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.fleetcron.cli.console.Printer;
import io.fleetcron.config.crontab.Origin;
import io.fleetcron.config.crontab.jobs.ImportResult;
import io.fleetcron.config.crontab.jobs.ImportedItem;
import io.fleetcron.config.crontab.jobs.ImportedItem.Dropped;
import io.fleetcron.config.crontab.jobs.ImportedItem.Job;
import io.fleetcron.config.crontab.jobs.ImportedItem.LeftOut;
import io.fleetcron.config.crontab.jobs.ImportedItem.Overlap;
import io.fleetcron.config.crontab.jobs.ImportedItem.Refused;
import io.fleetcron.config.yaml.Durations;
import java.io.PrintWriter;
import java.util.Locale;

/** What became of crontabs, as one JSON object for each job or line and a summary at the end. */
final class ImportReport {
    private final PrintWriter out;

    ImportReport(PrintWriter out) {
        this.out = out;
    }

    void print(ImportResult imported, int hosts) {
        imported.items().forEach(this::item);
        JsonObject summary = new JsonObject();
        summary.addProperty("result", "summary");
        summary.addProperty("hosts", hosts);
        summary.addProperty("lines", imported.lines());
        summary.addProperty("jobs", imported.jobs().size());
        summary.addProperty("merged_lines", imported.lines() - imported.jobs().size());
        summary.addProperty("decisions", imported.decisions());
        summary.addProperty("refused", imported.refused().size());
        summary.addProperty("ignored_files", imported.dropped().size());
        summary.addProperty("no_job", imported.leftOut().size());
        Printer.line(out, summary);
    }

    private void item(ImportedItem item) {
        if (item instanceof Job job) {
            job(job);
        } else if (item instanceof Refused refused) {
            reason("refused", refused.origin(), refused.reason());
        } else if (item instanceof Dropped dropped) {
            JsonObject json = new JsonObject();
            json.addProperty("result", "ignored file");
            json.addProperty("file", dropped.table().name());
            json.addProperty("line", dropped.why().line());
            json.addProperty("lines", dropped.entries());
            json.addProperty("reason", dropped.why().reason());
            Printer.line(out, json);
        } else if (item instanceof LeftOut left) {
            reason("no job", left.origin(), left.reason());
        }
    }

    private void job(Job job) {
        JsonObject json = line("job", job.origin());
        json.addProperty("job", job.name());
        json.addProperty("schedule", job.schedule());
        json.addProperty("timezone", job.timezone());
        Printer.text(json, "splay", job.splay().map(Durations::format));
        Printer.text(json, "user", job.task().user());
        json.addProperty("run_on", job.placement().runOn().name().toLowerCase(Locale.ROOT));
        json.addProperty("run_on_reason", job.placement().reason());
        json.addProperty("run_on_sure", job.placement().sure());
        JsonArray hosts = new JsonArray();
        job.placement().hosts().forEach(hosts::add);
        json.add("hosts", hosts);
        Printer.text(json, "overlap", job.overlap().map(Overlap::reason));
        json.addProperty("notes", String.join("; ", job.notes()));
        Printer.line(out, json);
    }

    private void reason(String result, Origin origin, String reason) {
        JsonObject json = line(result, origin);
        json.addProperty("reason", reason);
        Printer.line(out, json);
    }

    private static JsonObject line(String result, Origin origin) {
        JsonObject json = new JsonObject();
        json.addProperty("result", result);
        json.addProperty("file", origin.file());
        json.addProperty("line", origin.line());
        json.addProperty("text", origin.text());
        return json;
    }
}
