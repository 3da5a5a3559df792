package io.fleetcron.cli;

import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.cli.option.FleetOption;
import io.fleetcron.cli.option.PageOption;
import io.fleetcron.cli.option.SharedOption;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.Printable;
import io.fleetcron.host.SystemTime;
import io.fleetcron.observe.Deadline;
import io.fleetcron.page.LivePage;
import io.fleetcron.page.Page;
import io.fleetcron.page.Snapshot;
import io.fleetcron.page.http.PageServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fleetcron ui}. */
@Command(
        name = "ui",
        description =
                "Serves the page of `fleetcron page` to browsers of this host until it is ended, always as things are."
                        + " Prints its address, which holds a secret: who knows it may look. Nothing can be changed"
                        + " there.%nThe configuration is read again for each page; while it has errors, the last good one"
                        + " counts.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "1:the address is in use, or not one of this host",
            "2:the command line or the configuration cannot be used"
        })
final class UiCommand implements Callable<Integer> {

    /** A client that neither asks nor reads must not keep a thread; seconds, of the JDK's module jdk.httpserver. */
    private static final String[] LIMITS = {"sun.net.httpserver.maxReqTime", "sun.net.httpserver.maxRspTime"};

    private static final String LIMIT = "60";

    @Mixin
    private FleetOption config = new FleetOption();

    @Mixin
    private SharedOption shared = new SharedOption();

    @Mixin
    private PageOption page = new PageOption();

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS:PORT",
            converter = ListenAddress.class,
            description = "Where to listen: 127.0.0.1 or [::1], and a port (default: 127.0.0.1:0; 0 takes a free one).")
    private InetSocketAddress listen = ListenAddress.USUAL;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws CommandFailed {
        page.check();
        for (String limit : LIMITS) {
            System.setProperty(limit, LIMIT);
        }
        PrintWriter out = spec.commandLine().getOut();
        try (PageServer server = PageServer.start(listen, Page.policy(), page())) {
            out.println(server.address());
            out.flush();
            new CountDownLatch(1).await(); // until a signal ends the process
        } catch (IOException e) {
            throw new CommandFailed(ExitCode.PROBLEM, "cannot listen on " + listen + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ExitCode.OK;
    }

    /** Made of the newest good configuration. Deadlines stay, and with them the one question that may hang. */
    private Supplier<String> page() throws CommandFailed {
        PrintWriter err = spec.commandLine().getErr();
        Deadline fleet = shared.deadline();
        Deadline history = shared.deadline();
        Supplier<Snapshot> reader = new Supplier<>() {
            private FleetConfig good = config.read(err);

            @Override
            public Snapshot get() {
                try {
                    good = config.read(err);
                } catch (CommandFailed e) {
                    e.messages().forEach(message -> err.println("fleetcron: " + Printable.line(message)));
                }
                return page.reader(good, config, fleet, history).read();
            }
        };
        return new LivePage(reader, new SystemTime()::bootNanos)::html;
    }
}
