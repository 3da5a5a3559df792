package io.fleetcron.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Answers GET /metrics at one address, on threads of its own. A client that does not send its request, or does not take the
 * answer, is dropped after some seconds, so that a few of them do not keep all threads. Thread-safe.
 */
final class ScrapeServer implements AutoCloseable {

    private static final int THREADS = 4;
    private static final int BACKLOG = 16;
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int WRONG_METHOD = 405;

    /** Seconds; the JDK's server reads them once, when the first one of a process is made (module jdk.httpserver). */
    private static final List<String> LIMITS =
            List.of("sun.net.httpserver.maxReqTime", "sun.net.httpserver.maxRspTime");

    private final HttpServer server;
    private final ExecutorService threads;

    private ScrapeServer(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Starts to serve.
     *
     * @param address port 0 takes a free one
     * @param patience how long a client may take to send its request, and to take the answer
     * @throws IOException if the address cannot be had
     */
    static ScrapeServer start(InetSocketAddress address, Duration patience, Supplier<byte[]> text) throws IOException {
        LIMITS.forEach(limit -> {
            if (System.getProperty(limit) == null) { // whoever has set one knows better
                System.setProperty(limit, Long.toString(patience.toSeconds()));
            }
        });
        HttpServer server = HttpServer.create(address, BACKLOG);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS, work -> {
            Thread thread = new Thread(work, "metrics-http");
            thread.setDaemon(true);
            return thread;
        });
        server.createContext("/", exchange -> answer(exchange, text));
        server.setExecutor(threads);
        server.start();
        return new ScrapeServer(server, threads);
    }

    InetSocketAddress address() {
        return server.getAddress();
    }

    private static void answer(HttpExchange exchange, Supplier<byte[]> text) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals("/metrics")) {
                refuse(exchange, NOT_FOUND, "Only /metrics is served here.\n");
            } else if (!exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET");
                refuse(exchange, WRONG_METHOD, "There is nothing to change here.\n");
            } else {
                reply(exchange, OK, "text/plain; version=0.0.4; charset=utf-8", text.get());
            }
        }
    }

    private static void refuse(HttpExchange exchange, int status, String why) throws IOException {
        reply(exchange, status, "text/plain; charset=utf-8", why.getBytes(StandardCharsets.UTF_8));
    }

    private static void reply(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
