package io.fleetcron.cli;

import io.fleetcron.cli.console.Table;
import io.fleetcron.cli.console.Times;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.observe.SeenInstance;
import io.fleetcron.observe.SeenRun;
import io.fleetcron.observe.StatusReport;
import io.fleetcron.observe.Upcoming;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A status report for people: three tables. */
final class StatusText {

    private StatusText() {}

    static void print(StatusReport report, PrintWriter out) {
        instances(report).print(out);
        section(out, running(report), "nothing runs");
        section(out, jobs(report), "no jobs are configured");
    }

    private static void section(PrintWriter out, Table table, String none) {
        out.println();
        if (table.isEmpty()) {
            out.println(none);
        }
        table.print(out);
    }

    private static Table instances(StatusReport report) {
        Table table =
                new Table("INSTANCE", "ALIVE", "SEEN", "HOST", "VERSION", "RUNNING", "DEFINITIONS", "LABELS", "STATE");
        for (SeenInstance seen : report.instances()) {
            table.row(
                    seen.member().instance(),
                    seen.alive() ? "yes" : "no",
                    Times.ago(seen.seen(), report.now()) + " ago",
                    seen.member().host(),
                    seen.member().version(),
                    Integer.toString(seen.member().running()),
                    report.differs(seen) ? "differ" : "same",
                    labels(seen.member().labels()),
                    seen.member().state());
        }
        return table;
    }

    private static String labels(Map<String, String> labels) {
        return labels.isEmpty()
                ? "-"
                : labels.entrySet().stream().map(Object::toString).collect(Collectors.joining(" "));
    }

    private static Table running(StatusReport report) {
        Table table = new Table("RUNNING", "FIRE", "TOKEN", "ATTEMPT", "INSTANCE", "HOST", "FOR", "STATE");
        for (SeenRun run : report.running()) {
            table.row(
                    run.run().job(),
                    run.run().time().toString(),
                    Long.toString(run.run().token()),
                    run.attempt().map(String::valueOf).orElse("-"),
                    run.run().instance(),
                    run.host(),
                    Times.ago(run.started(), report.now()),
                    run.state().name().toLowerCase(Locale.ROOT));
        }
        return table;
    }

    private static Table jobs(StatusReport report) {
        Table table = new Table("JOB", "LAST", "EXIT", "FIRE", "INSTANCE", "ELIGIBLE", "NEXT");
        for (StatusReport.Job job : report.jobs()) {
            table.row(
                    job.definition().name(),
                    job.problem()
                            .map(problem -> "ledger cannot be trusted: " + problem)
                            .orElse(job.last()
                                    .map(last -> last.outcome().word())
                                    .orElse("-")),
                    job.last().map(StatusText::exit).orElse("-"),
                    job.last().map(last -> last.through().toString()).orElse("-"),
                    job.last().map(Settlement::instance).orElse("-"),
                    job.definition().policy().placement().isAnywhere()
                            ? "all"
                            : Integer.toString(job.eligible().size()),
                    job.next()
                            .map(Instant::toString)
                            .orElse(job.definition().enabled() ? Upcoming.none(job.definition(), "-") : "disabled"));
        }
        return table;
    }

    private static String exit(Settlement last) {
        return last.exit().isPresent() ? Integer.toString(last.exit().getAsInt()) : "-";
    }
}
