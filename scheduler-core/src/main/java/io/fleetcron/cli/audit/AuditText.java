package io.fleetcron.cli.audit;

import io.fleetcron.audit.AuditReport;
import io.fleetcron.audit.Finding;
import io.fleetcron.audit.Tally;
import io.fleetcron.audit.Tally.Count;
import io.fleetcron.cli.console.Table;
import io.fleetcron.cli.console.Times;
import io.fleetcron.config.Printable;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What {@code audit} says to people: one screen, however many jobs and findings there are. */
final class AuditText {

    private static final int MOST_JOBS = 8;
    private static final int MOST_FINDINGS = 8;
    private static final int MOST_REASONS = 4;

    private AuditText() {}

    static void print(AuditReport report, PrintWriter out) {
        Tally all = report.all();
        out.println("Fires due from " + Times.seconds(report.since()) + " to before " + Times.seconds(report.until())
                + ", by the definitions in force at each time:");
        out.println();
        table(report, all, out);
        out.println();
        details(all, out);
        findings(report, out);
        out.println(verdict(report, all));
    }

    private static void table(AuditReport report, Tally all, PrintWriter out) {
        Table table = new Table(
                "JOB",
                "DUE",
                "STARTED ONCE",
                "SKIPPED",
                "MISSED",
                "OPEN",
                "STARTED TWICE",
                "OVERLAPPING",
                "UNACCOUNTED",
                "UNKNOWN");
        report.jobs().entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<String, Tally> job) -> -wrong(job.getValue()))
                        .thenComparingLong(job -> -job.getValue().of(Count.MISSED))
                        .thenComparing(Map.Entry::getKey))
                .limit(MOST_JOBS)
                .forEach(job -> row(table, job.getKey(), job.getValue()));
        int more = report.jobs().size() - MOST_JOBS;
        if (more > 0) {
            table.row("… " + more + " more", "", "", "", "", "", "", "", "", "");
        }
        row(table, "all", all);
        table.print(out);
    }

    private static long wrong(Tally tally) {
        return tally.of(Count.DOUBLED)
                + tally.of(Count.OVERLAPPING)
                + tally.of(Count.UNACCOUNTED)
                + tally.of(Count.UNKNOWN);
    }

    private static void row(Table table, String name, Tally tally) {
        table.row(
                name,
                number(tally.of(Count.DUE)),
                number(tally.of(Count.STARTED) + tally.of(Count.RUNNING)),
                number(tally.of(Count.SKIPPED)),
                number(tally.of(Count.MISSED)),
                number(tally.of(Count.WAITING) + tally.of(Count.CHANGING)),
                number(tally.of(Count.DOUBLED)),
                number(tally.of(Count.OVERLAPPING)),
                number(tally.of(Count.UNACCOUNTED)),
                number(tally.of(Count.UNKNOWN)));
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static void details(Tally all, PrintWriter out) {
        String ends = all.ends().entrySet().stream()
                .map(end -> number(end.getValue()) + " " + end.getKey().word())
                .collect(Collectors.joining(", "));
        if (all.of(Count.RUNNING) > 0) {
            ends += (ends.isEmpty() ? "" : ", ") + number(all.of(Count.RUNNING)) + " still running";
        }
        if (!ends.isEmpty()) {
            out.println("Started once: " + ends + ".");
        }
        if (all.of(Count.RERUN) > 0) {
            out.println("Started again after a lost run, as on_lost asks: " + number(all.of(Count.RERUN)) + ".");
        }
        if (!all.reasons().isEmpty()) {
            out.println("Skipped: "
                    + all.reasons().entrySet().stream()
                            .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                            .limit(MOST_REASONS)
                            .map(reason -> number(reason.getValue()) + " because " + Printable.line(reason.getKey()))
                            .collect(Collectors.joining("; "))
                    + ".");
        }
        if (!all.byHand().isEmpty()) {
            out.println("Run by hand besides: "
                    + all.byHand().entrySet().stream()
                            .limit(MOST_REASONS)
                            .map(who -> number(who.getValue()) + " by " + Printable.line(who.getKey()))
                            .collect(Collectors.joining(", "))
                    + (all.byHand().size() > MOST_REASONS ? ", …" : "") + ".");
        }
        if (all.of(Count.WAITING) > 0) {
            out.println("Open: " + number(all.of(Count.WAITING)) + " may still be started.");
        }
        if (all.of(Count.CHANGING) > 0) {
            out.println("Open: " + number(all.of(Count.CHANGING))
                    + " were due by the definitions of some hosts only, while these changed.");
        }
    }

    private static void findings(AuditReport report, PrintWriter out) {
        List<Finding> findings = report.findings();
        for (Finding finding : findings.subList(0, Math.min(MOST_FINDINGS, findings.size()))) {
            out.println(Printable.line(finding.kind().word() + ": " + finding.job()
                    + finding.fire().map(fire -> " " + fire).orElse("") + ": " + finding.detail()));
        }
        long more = findings.size() + report.moreFindings() - MOST_FINDINGS;
        if (more > 0) {
            out.println("… and " + number(more) + " more findings; --json has them.");
        }
    }

    private static String verdict(AuditReport report, Tally all) {
        if (report.isWrong()) {
            return "NOT every due fire is accounted for.";
        }
        return report.isUnknown()
                ? "It cannot be said for all fires."
                : "Every one of the " + number(all.of(Count.DUE))
                        + " due fires is accounted for; none was started twice.";
    }
}
