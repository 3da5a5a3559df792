package io.fleetcron.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.cli.console.Terminal;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.observe.SharedDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code fleetcron ui} as its user and a browser see it. */
@Timeout(60)
class UiCommandTest {

    @TempDir
    private Path folder;

    private Path main;

    @BeforeEach
    void write() throws IOException {
        new SharedDirectory(folder.resolve("shared")).member("x", "other");
        main = Files.writeString(folder.resolve("fleetcron.yaml"), """
                shared_dir: shared
                storage: local
                state_dir: state
                jobs: [jobs.yaml]
                """);
        Files.writeString(folder.resolve("jobs.yaml"), "jobs:\n  one: {every: 1h, command: 'true'}\n");
    }

    @Test
    void itsFirstLineIsTheAddressOfThePage() throws Exception {
        try (Served ui = new Served()) {
            String page = ui.page();

            assertTrue(ui.address.matches("http://127\\.0\\.0\\.1:[0-9]+/[0-9a-f]{32}/"), ui.address);
            assertTrue(page.contains("<dt>Hosts alive</dt><dd>1 of 1</dd>"), page);
            assertTrue(page.contains("<th scope=\"row\">one</th>"), page);
        }
    }

    /** A page is made every two seconds at most: until then the last one comes again. */
    @Test
    void aChangeOfTheConfigurationShowsOnTheNextPage() throws Exception {
        try (Served ui = new Served()) {
            String before = ui.page();
            Files.writeString(folder.resolve("jobs.yaml"), "jobs:\n  two: {every: 1h, command: 'true'}\n");
            String after = ui.pageMadeAfter(before);

            assertTrue(after.contains("<th scope=\"row\">two</th>"), after);
            assertFalse(after.contains("<th scope=\"row\">one</th>"), after);
            Files.writeString(folder.resolve("jobs.yaml"), "jobs: 7\n");
            assertTrue(ui.pageMadeAfter(after).contains("<th scope=\"row\">two</th>"), "the last good one");
        }
    }

    /** The command while it serves. */
    private final class Served implements AutoCloseable {
        private final FutureTask<Integer> ui;
        private final Thread thread;
        private final String address;

        Served() throws IOException {
            PipedInputStream in = new PipedInputStream();
            PrintStream out = new PrintStream(new PipedOutputStream(in), true, StandardCharsets.UTF_8);
            ui = new FutureTask<>(() -> Main.run(
                    new String[] {"ui", "--config", main.toString(), "--listen", "127.0.0.1:0"},
                    out,
                    System.err,
                    Terminal.NONE));
            thread = new Thread(ui);
            thread.start();
            address = Objects.requireNonNull(
                    new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine());
        }

        String page() throws IOException, InterruptedException {
            return HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString())
                    .body();
        }

        String pageMadeAfter(String other) throws IOException, InterruptedException {
            String page = page();
            while (made(page).equals(made(other))) {
                Thread.sleep(50);
                page = page();
            }
            return page;
        }

        private static String made(String page) {
            return page.replaceFirst("(?s).*<time datetime=\"([^\"]*)\" id=\"made\">.*", "$1");
        }

        @Override
        public void close() {
            thread.interrupt();
            try {
                assertEquals(ExitCode.OK, ui.get());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException e) {
                throw new AssertionError(e);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0:80", "example.org:80", "127.0.0.1", "127.0.0.1:65536", "8080", "[::]:80"})
    void itListensOnLoopbackAlone(String listen) {
        Cli cli = Cli.run("ui", "--config", main.toString(), "--listen", listen);

        assertEquals(ExitCode.USAGE, cli.status());
        assertTrue(cli.err().contains("ssh -L"), cli.err());
    }

    @Test
    void aConfigurationWithErrorsIsRefusedAtOnce() throws IOException {
        Files.writeString(folder.resolve("jobs.yaml"), "jobs: 7\n");

        assertEquals(ExitCode.USAGE, Cli.run("ui", "--config", main.toString()).status());
    }
}
