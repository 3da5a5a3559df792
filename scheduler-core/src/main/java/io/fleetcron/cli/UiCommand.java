package io.fleetcron.cli;

import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.cli.option.FleetOption;
import io.fleetcron.cli.option.KeptConfig;
import io.fleetcron.cli.option.PageOption;
import io.fleetcron.cli.option.SharedOption;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.Printable;
import io.fleetcron.host.SystemTime;
import io.fleetcron.observe.Deadline;
import io.fleetcron.observe.newest.NewestHistory;
import io.fleetcron.page.LivePage;
import io.fleetcron.page.Page;
import io.fleetcron.page.PageReader;
import io.fleetcron.page.RunOutput;
import io.fleetcron.page.RunOutput.Piece;
import io.fleetcron.page.Snapshot;
import io.fleetcron.page.http.PageServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
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
                        + " there.%nA change of the configuration shows on the next page; while it has errors, the last good"
                        + " one counts.",
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
        PageServer.Content content = content();
        try (PageServer server = PageServer.start(listen, content)) {
            out.println(server.address());
            out.flush();
            // The first reading of a long history takes longest: it is done by the time somebody has opened the
            // address.
            Thread first = new Thread(new FutureTask<>(content.page()::get), "page-first");
            first.setDaemon(true);
            first.start();
            new CountDownLatch(1).await(); // until a signal ends the process
        } catch (IOException e) {
            throw new CommandFailed(
                    ExitCode.PROBLEM,
                    "cannot listen on " + listen.getHostString() + ":" + listen.getPort() + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ExitCode.OK;
    }

    private PageServer.Content content() throws CommandFailed {
        Fleet fleet = new Fleet();
        return new PageServer.Content(
                Page.policy(), new LivePage(fleet, new SystemTime()::bootNanos)::html, fleet::output);
    }

    /** Read by the newest good configuration. Deadlines stay, and with them the one question that may hang. */
    private final class Fleet implements Supplier<Snapshot> {

        private final Deadline members = shared.deadline();
        private final NewestHistory history = PageOption.history(shared.deadline());
        private final Deadline outputs = shared.deadline();
        private final KeptConfig kept = new KeptConfig(config, new SystemTime()::bootNanos);
        private volatile FleetConfig good;
        private PageReader reader;

        Fleet() throws CommandFailed {
            good = kept.read(spec.commandLine().getErr());
            reader = reader();
        }

        private PageReader reader() {
            return page.reader(good, config, members, history);
        }

        @Override
        public synchronized Snapshot get() {
            PrintWriter err = spec.commandLine().getErr();
            FleetConfig before = good;
            try {
                good = kept.read(err);
            } catch (CommandFailed e) {
                e.messages().forEach(message -> err.println("fleetcron: " + Printable.line(message)));
            }
            if (!good.equals(before)) {
                reader = reader();
            }
            return reader.read();
        }

        Optional<PageServer.Text> output(Map<String, String> asked) {
            boolean followed = asked.containsKey("follow") || asked.containsKey("from");
            return new RunOutput(good, outputs, new SystemTime()::bootNanos)
                    .read(asked)
                    .map(piece -> new PageServer.Text(followed ? piece.bytes() : whole(piece), headers(piece)));
        }
    }

    private static Map<String, String> headers(Piece piece) {
        return Map.of(
                "Fleetcron-Next", Long.toString(piece.next()),
                "Fleetcron-Goes-On", Boolean.toString(piece.goesOn()),
                "Fleetcron-Words",
                        URLEncoder.encode(piece.words(), StandardCharsets.UTF_8).replace("+", "%20"));
    }

    /** For who reads it without the page's script: with what the script would say beside it. */
    private static byte[] whole(Piece piece) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        String begin = piece.from() > 0 ? "[the first " + piece.from() + " bytes are left out]\n" : "";
        text.writeBytes(begin.getBytes(StandardCharsets.UTF_8));
        text.writeBytes(piece.bytes());
        text.writeBytes(("\n[" + piece.words() + "]\n").getBytes(StandardCharsets.UTF_8));
        return text.toByteArray();
    }
}
