package io.fleetcron.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.Metrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PublisherTest {

    @TempDir
    Path folder;

    /** One for each time that the text was asked for. */
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();

    private volatile String text = "first\n";

    @Test
    void aFolderThatAppearsLaterIsWrittenTo() throws Exception {
        Path file = folder.resolve("later/fleetcron.prom");
        Publisher publisher = publisher(Optional.of(file), Optional.empty());
        publisher.start();
        asked.take();
        asked.take(); // the first time failed
        Files.createDirectory(folder.resolve("later"));
        asked.take();
        asked.take();
        asked.take(); // one has begun and ended since

        assertEquals("first\n", Files.readString(file));
        finish(publisher);
    }

    @Test
    void theEndIsWritten() throws Exception {
        Path file = folder.resolve("fleetcron.prom");
        Publisher publisher = publisher(Optional.of(file), Optional.empty());
        publisher.start();
        asked.take();
        text = "last\n";
        finish(publisher);

        assertEquals("last\n", Files.readString(file));
    }

    @Test
    void aPortThatIsFreedLaterIsTaken() throws Exception {
        InetSocketAddress address;
        Publisher publisher;
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            address = new InetSocketAddress(InetAddress.getLoopbackAddress(), other.getLocalPort());
            publisher = publisher(Optional.of(folder.resolve("fleetcron.prom")), Optional.of(address));
            publisher.start();
            asked.take();
            asked.take();
        }
        asked.take();
        asked.take();
        asked.take();
        try (Socket client = new Socket(address.getAddress(), address.getPort())) {
            client.getOutputStream().write("GET /metrics HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertTrue(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).contains("first"));
        }
        finish(publisher);
        assertThrows(IOException.class, () -> new Socket(address.getAddress(), address.getPort()).close());
    }

    private Publisher publisher(Optional<Path> file, Optional<InetSocketAddress> address) {
        return new Publisher(new Metrics(file, address), Duration.ofMillis(20), () -> {
            asked.add(text);
            return text.getBytes(StandardCharsets.UTF_8);
        });
    }

    private static void finish(Publisher publisher) throws Exception {
        Future<?> last = publisher.finish();
        last.get(30, TimeUnit.SECONDS);
    }
}
