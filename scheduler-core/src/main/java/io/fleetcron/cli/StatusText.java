package io.fleetcron.cli;

import io.fleetcron.cli.console.Moments;
import io.fleetcron.cli.console.Screen.Style;
import io.fleetcron.cli.console.Table;
import io.fleetcron.cli.console.Times;
import io.fleetcron.control.Control;
import io.fleetcron.fleet.Asked;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.observe.SeenInstance;
import io.fleetcron.observe.SeenRun;
import io.fleetcron.observe.StatusReport;
import io.fleetcron.observe.Upcoming;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A status report for people, as tables. */
final class StatusText {

    private StatusText() {}

    static void print(StatusReport report, Moments moments, PrintWriter out) {
        instances(report).print(out);
        section(out, running(report, moments), "nothing runs");
        Table waiting = waiting(report, moments);
        if (!waiting.isEmpty()) {
            out.println();
            waiting.print(out);
        }
        Table late = late(report);
        if (!late.isEmpty()) {
            out.println();
            late.print(out);
        }
        Table controls = controls(report, moments);
        if (!controls.isEmpty()) {
            out.println();
            controls.print(out);
        }
        section(out, jobs(report, moments), "no jobs are configured");
    }

    /** An outcome that somebody should look at stands out. */
    static Style style(Outcome outcome) {
        return switch (outcome) {
            case SUCCEEDED, SHADOWED -> Style.PLAIN;
            case SKIPPED -> Style.DOUBTFUL;
            default -> Style.BAD;
        };
    }

    /** What somebody should do something about. */
    static List<String> messages(StatusReport report) {
        List<String> messages = new ArrayList<>();
        report.problem()
                .ifPresent(problem -> messages.add("shared_dir " + report.sharedDir() + ": " + problem
                        + ". What is shown is this host's part alone"));
        report.controlProblem()
                .ifPresent(
                        problem -> messages.add(
                                "the table of controls cannot be trusted: " + problem
                                        + ". No host starts a job until it can; `fleetcron resume --all` writes a new one, without any pause"));
        for (StatusReport.Job job : report.jobs()) {
            String name = job.definition().name();
            job.problem()
                    .ifPresent(problem -> messages.add("the ledger of job " + name + " cannot be trusted: " + problem
                            + ". The job does not start until it is mended"));
            if (report.problem().isEmpty() && job.isNowhere()) {
                messages.add("no live instance may run job " + name + " ("
                        + job.definition().policy().placement().text() + "): its fires are missed");
            }
        }
        return messages;
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
                    seen.alive() ? seen.member().state().equals("ok") ? Style.PLAIN : Style.DOUBTFUL : Style.BAD,
                    seen.member().instance(),
                    seen.alive() ? "yes" : "no",
                    Times.ago(seen.seen(), report.now()) + " ago",
                    seen.member().host(),
                    seen.member().version(),
                    seen.alive() ? Integer.toString(seen.member().running()) : "-",
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

    private static Table running(StatusReport report, Moments moments) {
        Table table = new Table("RUNNING", "FIRE", "TOKEN", "ATTEMPT", "INSTANCE", "HOST", "FOR", "STATE");
        for (SeenRun run : report.running()) {
            table.row(
                    run.run().job(),
                    moments.at(run.run().time()),
                    Long.toString(run.run().token()),
                    run.attempt().map(String::valueOf).orElse("-"),
                    run.run().instance(),
                    run.host(),
                    Times.ago(run.started(), report.now()),
                    run.state().name().toLowerCase(Locale.ROOT));
        }
        return table;
    }

    private static Table waiting(StatusReport report, Moments moments) {
        Table table = new Table("WAITING", "FIRE", "GROUP", "FOR");
        for (StatusReport.Job job : report.jobs()) {
            job.waiting()
                    .ifPresent(waiting -> table.row(
                            Style.DOUBTFUL,
                            job.definition().name(),
                            moments.at(waiting.fire()),
                            waiting.group(),
                            Times.ago(waiting.since(), report.now())));
        }
        return table;
    }

    private static Table late(StatusReport report) {
        Table table = new Table("LATE", "BY", "FOR", "WHAT");
        for (StatusReport.Job job : report.jobs()) {
            job.late()
                    .forEach(late -> table.row(
                            Style.BAD,
                            job.definition().name(),
                            late.key(),
                            Times.ago(late.since(), report.now()),
                            late.words()));
        }
        return table;
    }

    private static Table controls(StatusReport report, Moments moments) {
        Table table = new Table("CONTROL", "FOR", "BY", "SINCE", "UNTIL", "REASON");
        for (Control control : report.controls()) {
            Asked asked = control.span().asked();
            table.row(
                    control.word(),
                    control.target(),
                    asked.by(),
                    moments.at(asked.at()),
                    control.span().end().map(moments::at).orElse("-"),
                    asked.reason());
        }
        return table;
    }

    private static Table jobs(StatusReport report, Moments moments) {
        Table table = new Table("JOB", "LAST", "EXIT", "FIRE", "INSTANCE", "ELIGIBLE", "NEXT");
        for (StatusReport.Job job : report.jobs()) {
            table.row(
                    style(job),
                    job.definition().name(),
                    job.problem()
                            .map(problem -> "ledger cannot be trusted: " + problem)
                            .orElse(job.last()
                                    .map(last -> last.outcome().word())
                                    .orElse("-")),
                    job.last().map(StatusText::exit).orElse("-"),
                    job.last().map(last -> moments.at(last.through())).orElse("-"),
                    job.last().map(Settlement::instance).orElse("-"),
                    job.definition().policy().placement().isAnywhere()
                            ? "all"
                            : Integer.toString(job.eligible().size()),
                    job.next()
                            .map(moments::at)
                            .orElse(job.definition().enabled() ? Upcoming.none(job.definition(), "-") : "disabled"));
        }
        return table;
    }

    private static Style style(StatusReport.Job job) {
        return job.problem().isPresent() || job.isNowhere()
                ? Style.BAD
                : job.last().map(last -> style(last.outcome())).orElse(Style.PLAIN);
    }

    private static String exit(Settlement last) {
        return last.exit().isPresent() ? Integer.toString(last.exit().getAsInt()) : "-";
    }
}
