package io.fleetcron.cli;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.observe.FleetView;
import io.fleetcron.observe.HostFiles;
import io.fleetcron.observe.SeenLedger;
import io.fleetcron.observe.SeenRun;
import io.fleetcron.observe.SharedDirectoryUnavailable;
import io.fleetcron.observe.StatusReport;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code fleetcron status}. */
@Command(
        name = "status",
        description =
                "Shows the instances, what runs where since when, and each job's last outcome and next time (UTC)."
                        + " An instance whose state is unfit cannot run a job, or any, for the reason given, and leaves it to the"
                        + " others.%nAnswers also while the shared directory hangs: then with what this host knows.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:done",
            "1:the shared directory does not answer, a ledger cannot be trusted, or no live instance may run a job",
            "2:the command line or the configuration cannot be used"
        })
final class StatusCommand extends ReadCommand {

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private SharedOption shared = new SharedOption();

    @Override
    public Integer call() throws CommandFailed {
        StatusReport report = report(config.read(err()));
        if (json()) {
            out().println(StatusJson.of(report));
        } else {
            StatusText.print(report, out());
        }
        out().flush();
        report.problem()
                .ifPresent(problem -> say("shared_dir " + report.sharedDir() + ": " + problem
                        + ". What is shown is this host's part alone"));
        for (StatusReport.Job job : report.jobs()) {
            job.problem()
                    .ifPresent(problem ->
                            say("the ledger of job " + job.definition().name() + " cannot be trusted: " + problem
                                    + ". The job does not start until it is mended"));
        }
        report.jobs().stream()
                .filter(job -> report.problem().isEmpty() && job.isNowhere())
                .forEach(job -> say("no live"
                        + " instance may run job " + job.definition().name() + " ("
                        + job.definition().policy().placement().text() + "): its fires are missed"));
        return report.isSound() ? ExitCode.OK : ExitCode.PROBLEM;
    }

    private StatusReport report(FleetConfig loaded) {
        Map<String, SeenLedger> local = Map.of();
        List<SeenRun> runs = List.of();
        try {
            HostFiles host = new HostFiles(loaded);
            local = host.ledgers();
            runs = host.seenRuns();
        } catch (IOException e) {
            say("this host's state directory cannot be read (" + e.getMessage()
                    + "); jobs that run on every host are shown without their outcomes");
        }
        try {
            FleetView view = shared.reader(loaded).view();
            return StatusReport.of(loaded, view, local);
        } catch (SharedDirectoryUnavailable e) {
            return StatusReport.degraded(loaded, String.valueOf(e.getMessage()), local, runs, Instant.now());
        }
    }
}
