package io.fleetcron.page.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page's server, asked by a real client, and by one that says what no real one would. */
@Timeout(60)
class PageServerTest {

    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicInteger made = new AtomicInteger();
    private PageServer server;

    @BeforeEach
    void start() throws IOException {
        server = start(ANY, "default-src 'none'", () -> "<p>päge " + made.incrementAndGet() + "</p>");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static PageServer start(InetSocketAddress address, String policy, Supplier<String> page)
            throws IOException {
        return PageServer.start(
                address,
                new PageServer.Content(
                        policy,
                        page,
                        asked -> Optional.ofNullable(asked.get("job"))
                                .map(job -> new PageServer.Text(
                                        ("<p>" + job).getBytes(StandardCharsets.UTF_8), Map.of("Next", "7")))));
    }

    private HttpResponse<String> ask(String method, URI address) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(address)
                .method(method, BodyPublishers.noBody())
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    private static Optional<String> header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name);
    }

    @Test
    void whoHasTheAddressGetsThePage() throws Exception {
        HttpResponse<String> response = ask("GET", server.address());

        assertEquals(200, response.statusCode());
        assertEquals("<p>päge 1</p>", response.body());
        assertEquals(Optional.of("text/html; charset=utf-8"), header(response, "Content-Type"));
        assertEquals(
                Optional.of("default-src 'none'; frame-ancestors 'none'"), header(response, "Content-Security-Policy"));
        assertEquals(Optional.of("no-store"), header(response, "Cache-Control"));
        assertEquals(Optional.of("no-referrer"), header(response, "Referrer-Policy"));
        assertEquals(Optional.of("nosniff"), header(response, "X-Content-Type-Options"));
        assertEquals(Optional.empty(), header(response, "Access-Control-Allow-Origin"));
        assertEquals("<p>päge 2</p>", ask("GET", server.address()).body());
    }

    @Test
    void aTextBesideItIsTextAndNeverMarkup() throws Exception {
        HttpResponse<String> response = ask("GET", server.address().resolve("output?x&job=a%20b"));

        assertEquals(200, response.statusCode());
        assertEquals("<p>a b", response.body());
        assertEquals(Optional.of("text/plain; charset=utf-8"), header(response, "Content-Type"));
        assertEquals(Optional.of("nosniff"), header(response, "X-Content-Type-Options"));
        assertEquals(Optional.of("7"), header(response, "Next"));
        String odd = raw("GET " + server.address().getPath()
                + "output?=&&job=c&from=%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertTrue(odd.endsWith("\r\n\r\n<p>c") || odd.startsWith("HTTP/1.1 400 "), odd);
        assertEquals(404, ask("GET", server.address().resolve("output")).statusCode());
        assertEquals(405, ask("POST", server.address().resolve("output?job=a")).statusCode());
        assertEquals(0, made.get());
    }

    @Test
    void itsHeadersCanBeAskedForAlone() throws Exception {
        HttpResponse<String> response = ask("HEAD", server.address());

        assertEquals(200, response.statusCode());
        assertEquals("", response.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
    void nothingCanBeChanged(String method) throws Exception {
        HttpResponse<String> response = ask(method, server.address());

        assertEquals(405, response.statusCode());
        assertEquals(Optional.of("GET, HEAD"), header(response, "Allow"));
        assertEquals(0, made.get());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/favicon.ico",
                "/00000000000000000000000000000000/",
                "TOKEN/..",
                "TOKEN/x",
                "TOKEN/output/",
                "/output?job=a",
                "TOKEN"
            })
    void withoutTheTokenThereIsNothing(String path) throws Exception {
        String token = server.address()
                .getPath()
                .substring(0, server.address().getPath().length() - 1);

        HttpResponse<String> response = ask("GET", server.address().resolve(path.replace("TOKEN", token)));

        assertEquals(403, response.statusCode());
        assertFalse(response.body().contains("<"));
        assertEquals(0, made.get());
    }

    @Test
    void eachServerHasATokenOfItsOwn() throws IOException {
        try (PageServer other = start(ANY, "default-src 'none'", () -> "")) {
            assertNotEquals(server.address().getPath(), other.address().getPath());
            assertTrue(other.address().getPath().matches("/[0-9a-f]{32}/"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 200",
        "127.0.0.1:9999, 200",
        "localhost:1, 200",
        "LOCALHOST, 200",
        "[::1]:8080, 200",
        "evil.example, 403",
        "evil.example:80, 403",
        "127.0.0.1.evil.example, 403",
        "127.0.0.1:80:80, 403",
        "localhost@evil.example, 403",
        "'', 403"
    })
    void aNameOfSomebodyElseThatLeadsHereIsRefused(String host, int status) throws IOException {
        String answer = raw(
                "GET " + server.address().getPath() + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");

        assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
        assertEquals(status == 200 ? 1 : 0, made.get());
    }

    @Test
    void soIsARequestWithoutAName() throws IOException {
        String answer = raw("GET " + server.address().getPath() + " HTTP/1.0\r\n\r\n");

        assertTrue(answer.startsWith("HTTP/1.1 403 "), answer);
    }

    private String raw(String request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aPageThatCannotBeMadeIsAnErrorAndTheNextOneIsNot() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (PageServer failing = start(ANY, "default-src 'none'", () -> {
            if (asked.incrementAndGet() == 1) {
                throw new IllegalStateException("secret");
            }
            return "whole";
        })) {
            HttpResponse<String> first = ask("GET", failing.address());

            assertEquals(500, first.statusCode());
            assertFalse(first.body().contains("secret"));
            assertEquals("whole", ask("GET", failing.address()).body());
        }
    }

    @Test
    void itListensOnLoopbackAlone() throws Exception {
        InetSocketAddress everywhere = new InetSocketAddress(InetAddress.getByName("0.0.0.0"), 0);

        assertThrows(IllegalArgumentException.class, () -> start(everywhere, "", () -> ""));
    }
}
