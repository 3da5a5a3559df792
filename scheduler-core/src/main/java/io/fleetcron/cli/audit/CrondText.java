package io.fleetcron.cli.audit;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.fleetcron.audit.crond.CrondComparison.Covered;
import io.fleetcron.audit.crond.CrondReport;
import io.fleetcron.audit.crond.CrondReport.Count;
import io.fleetcron.audit.crond.CrondReport.Difference;
import io.fleetcron.cli.console.Printer;
import io.fleetcron.cli.console.Table;
import io.fleetcron.cli.console.Times;
import io.fleetcron.config.Printable;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@code audit --against crond-log} prints.
 *
 * @param report what was found
 * @param logs what was read
 * @param since from when on
 * @param until before when
 */
record CrondText(CrondReport report, CrondLogs.Read logs, Instant since, Instant until) {

    private static final int MOST = 20;

    /** Whether the answer is complete. */
    boolean isKnown() {
        return logs.unreadable() == 0
                && report.all().both() + report.all().crond() + report.all().fleet() > 0;
    }

    void print(PrintWriter out) {
        out.println("Starts from " + Times.seconds(since) + " to before " + Times.seconds(until)
                + ", by crond's logs and by fleetcron's history:");
        out.println();
        Table table = new Table("JOB", "BOTH", "CROND ALONE", "FLEETCRON ALONE", "CROND ON FURTHER HOSTS");
        new TreeMap<>(report.jobs()).forEach((name, count) -> row(table, name, count));
        row(table, "all", report.all());
        table.print(out);
        out.println();
        logs.covered()
                .forEach((host, covered) -> out.println(Printable.line("Log of " + host + ": from "
                        + Times.seconds(covered.from()) + " to " + Times.seconds(covered.to()) + ".")));
        if (report.uncovered() > 0) {
            out.println("Not compared, because no log tells of that time and host: " + report.uncovered() + " fires.");
        }
        if (report.all().further() > 0) {
            out.println("Started by crond on further hosts, where the fleet starts it once: "
                    + report.all().further() + ".");
        }
        List<Difference> all = report.differences();
        all.subList(0, Math.min(MOST, all.size())).forEach(it -> out.println(Printable.line(line(it))));
        long more = all.size() + report.moreDifferences() - MOST;
        if (more > 0) {
            out.println("… and " + more + " more; --json has them.");
        }
        if (logs.unreadable() > 0) {
            out.println("Lines that seem to be crond's and could not be read: " + logs.unreadable() + ".");
        }
        out.println(verdict());
    }

    private static void row(Table table, String name, Count count) {
        table.row(
                name,
                Long.toString(count.both()),
                Long.toString(count.crond()),
                Long.toString(count.fleet()),
                Long.toString(count.further()));
    }

    private static String line(Difference it) {
        return (it.byCrond() ? "crond alone: " : "fleetcron alone: ") + it.job().orElse("no job") + " " + it.minute()
                + " on " + it.host() + ": " + it.detail();
    }

    private String verdict() {
        if (!report.isSame()) {
            return "Crond and fleetcron did NOT start the same.";
        }
        return isKnown()
                ? "Crond and fleetcron started the same: " + report.all().both() + " times."
                : "It cannot be said whether they started the same.";
    }

    JsonObject json() {
        JsonObject json = new JsonObject();
        json.addProperty("since", since.toString());
        json.addProperty("until", until.toString());
        json.addProperty("result", !report.isSame() ? "different" : isKnown() ? "same" : "unknown");
        JsonArray jobs = new JsonArray();
        new TreeMap<>(report.jobs()).forEach((name, count) -> {
            JsonObject job = counted(count);
            job.addProperty("job", name);
            jobs.add(job);
        });
        json.add("all", counted(report.all()));
        json.add("jobs", jobs);
        JsonObject hosts = new JsonObject();
        for (Map.Entry<String, Covered> log : logs.covered().entrySet()) {
            JsonObject one = new JsonObject();
            one.addProperty("from", log.getValue().from().toString());
            one.addProperty("to", log.getValue().to().toString());
            hosts.add(log.getKey(), one);
        }
        json.add("logs", hosts);
        json.addProperty("not_compared", report.uncovered());
        json.addProperty("unreadable", logs.unreadable());
        JsonArray differences = new JsonArray();
        report.differences().forEach(it -> {
            JsonObject one = new JsonObject();
            one.addProperty("alone", it.byCrond() ? "crond" : "fleetcron");
            Printer.text(one, "job", it.job());
            one.addProperty("host", it.host());
            one.addProperty("minute", it.minute().toString());
            one.addProperty("detail", it.detail());
            differences.add(one);
        });
        json.add("differences", differences);
        json.addProperty("more_differences", report.moreDifferences());
        return json;
    }

    private static JsonObject counted(Count count) {
        JsonObject json = new JsonObject();
        json.addProperty("both", count.both());
        json.addProperty("crond_alone", count.crond());
        json.addProperty("fleetcron_alone", count.fleet());
        json.addProperty("crond_on_further_hosts", count.further());
        return json;
    }
}
