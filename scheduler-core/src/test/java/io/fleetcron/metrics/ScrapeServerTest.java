package io.fleetcron.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScrapeServerTest {

    /** More than the kernel buffers for a client that does not read. */
    private static final int LARGE = 32 << 20;

    private final ScrapeServer server = start("# a comment\n".getBytes(StandardCharsets.UTF_8));

    ScrapeServerTest() throws IOException {}

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void onlyMetricsAreServedAndOnlyToReaders() throws Exception {
        HttpResponse<String> good = send("GET", "/metrics");
        assertEquals(200, good.statusCode());
        assertEquals("# a comment\n", good.body());
        assertEquals(
                "text/plain; version=0.0.4; charset=utf-8",
                good.headers().firstValue("Content-Type").orElseThrow());
        assertEquals(404, send("GET", "/").statusCode());
        assertEquals(404, send("GET", "/metrics/x").statusCode());
        assertEquals(405, send("POST", "/metrics").statusCode());
        assertEquals(405, send("HEAD", "/metrics").statusCode());
    }

    /**
     * More than there are threads: they are dropped, or nobody would ever be answered again. In a process of its own, since the
     * JDK's server reads its limits once.
     */
    @Test
    void clientsThatHangAreDropped() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Hung.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertEquals("answered", said.strip());
    }

    static final class Hung {
        public static void main(String[] args) throws Exception {
            byte[] text = new byte[LARGE];
            ScrapeServer server = start(text);
            List<Socket> hung = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                hung.add(send(server, "GET /metr")); // sends no more
                hung.add(send(server, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")); // reads nothing
            }
            HttpResponse<byte[]> answer = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(uri(server, "/metrics")).build(), BodyHandlers.ofByteArray());
            System.out.println(answer.body().length == LARGE ? "answered" : "cut off");
            for (Socket socket : hung) {
                socket.close();
            }
            System.exit(0);
        }

        private static Socket send(ScrapeServer server, String request) throws IOException {
            Socket socket =
                    new Socket(server.address().getAddress(), server.address().getPort());
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return socket;
        }
    }

    private static ScrapeServer start(byte[] text) throws IOException {
        return ScrapeServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Duration.ofSeconds(2), () -> text);
    }

    private static URI uri(ScrapeServer server, String path) {
        return URI.create("http://127.0.0.1:" + server.address().getPort() + path);
    }

    private HttpResponse<String> send(String method, String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri(server, path))
                                .method(method, BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.ofString());
    }
}
