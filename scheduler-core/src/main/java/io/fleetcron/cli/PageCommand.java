package io.fleetcron.cli;

import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.cli.option.FleetOption;
import io.fleetcron.cli.option.PageOption;
import io.fleetcron.cli.option.SharedOption;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.page.Page;
import io.fleetcron.page.Snapshot;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code fleetcron page}. */
@Command(
        name = "page",
        description =
                "Prints the fleet as one HTML page, which needs nothing else: what is in trouble, every job with its last 30 fires,"
                        + " what runs where, who ran what, what is due in the next 24 hours, the hosts; and what to type to learn"
                        + " more.%nAlso while the shared directory hangs: then the page says so and shows this host's part.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:printed",
            "1:printed, and the shared directory does not answer",
            "2:the command line or the configuration cannot be used"
        })
final class PageCommand implements Callable<Integer> {

    @Mixin
    private FleetOption config = new FleetOption();

    @Mixin
    private SharedOption shared = new SharedOption();

    @Mixin
    private PageOption page = new PageOption();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws CommandFailed {
        page.check();
        PrintWriter err = spec.commandLine().getErr();
        FleetConfig loaded = config.read(err);
        Snapshot snapshot = page.reader(loaded, config, shared.deadline(), PageOption.history(shared.deadline()))
                .read();
        PrintWriter out = spec.commandLine().getOut();
        out.print(Page.html(snapshot));
        out.flush();
        return snapshot.outage().isEmpty() ? ExitCode.OK : ExitCode.PROBLEM;
    }
}
