package io.fleetcron.cli.audit;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.fleetcron.audit.AuditReport;
import io.fleetcron.audit.Finding;
import io.fleetcron.audit.Tally;
import io.fleetcron.audit.Tally.Count;
import io.fleetcron.cli.console.Printer;

/** What {@code audit} says to programs: one object. */
final class AuditJson {

    private AuditJson() {}

    static JsonObject of(AuditReport report) {
        JsonObject json = new JsonObject();
        json.addProperty("since", report.since().toString());
        json.addProperty("until", report.until().toString());
        json.addProperty("result", report.isWrong() ? "wrong" : report.isUnknown() ? "unknown" : "accounted");
        json.add("all", of(report.all()));
        JsonArray jobs = new JsonArray();
        report.jobs().forEach((name, tally) -> {
            JsonObject job = new JsonObject();
            job.addProperty("job", name);
            of(tally).entrySet().forEach(field -> job.add(field.getKey(), field.getValue()));
            jobs.add(job);
        });
        json.add("jobs", jobs);
        JsonArray findings = new JsonArray();
        report.findings().forEach(finding -> findings.add(of(finding)));
        json.add("findings", findings);
        json.addProperty("more_findings", report.moreFindings());
        return json;
    }

    private static JsonObject of(Tally tally) {
        JsonObject json = new JsonObject();
        for (Count count : Count.values()) {
            json.addProperty(count.word(), tally.of(count));
        }
        JsonObject ends = new JsonObject();
        tally.ends().forEach((outcome, count) -> ends.addProperty(outcome.word(), count));
        json.add("outcomes", ends);
        JsonObject reasons = new JsonObject();
        tally.reasons().forEach(reasons::addProperty);
        json.add("skipped_because", reasons);
        JsonObject byHand = new JsonObject();
        tally.byHand().forEach(byHand::addProperty);
        json.add("by_hand", byHand);
        return json;
    }

    private static JsonObject of(Finding finding) {
        JsonObject json = new JsonObject();
        json.addProperty("kind", finding.kind().word());
        json.addProperty("job", finding.job());
        Printer.text(json, "fire", finding.fire());
        json.addProperty("detail", finding.detail());
        return json;
    }
}
