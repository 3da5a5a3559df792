package io.fleetcron.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
        PipedInputStream in = new PipedInputStream();
        PrintStream out = new PrintStream(new PipedOutputStream(in), true, StandardCharsets.UTF_8);
        FutureTask<Integer> ui = new FutureTask<>(() -> Main.run(
                new String[] {"ui", "--config", main.toString(), "--listen", "127.0.0.1:0"},
                out,
                System.err,
                Terminal.NONE));
        Thread thread = new Thread(ui);
        thread.start();
        String address = Objects.requireNonNull(
                new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine());

        String page = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString())
                .body();

        assertTrue(address.matches("http://127\\.0\\.0\\.1:[0-9]+/[0-9a-f]{32}/"), address);
        assertTrue(page.contains("<dt>Hosts alive</dt><dd>1 of 1</dd>"), page);
        assertTrue(page.contains("<th scope=\"row\">one</th>"), page);
        thread.interrupt();
        assertEquals(ExitCode.OK, ui.get());
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
