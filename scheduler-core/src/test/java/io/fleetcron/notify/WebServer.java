package io.fleetcron.notify;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A real HTTP server that keeps what it is sent and answers as a test says. */
public final class WebServer implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Deque<Answer> answers = new ArrayDeque<>(List.of(Answer.status(200)));

    /** What a client sent; names of headers in lower case. */
    public record Request(String method, String uri, Map<String, String> headers, String body) {}

    /** How requests are answered. */
    public interface Answer {
        void give(HttpExchange exchange, CountDownLatch closing) throws IOException, InterruptedException;

        static Answer status(int status) {
            return (exchange, closing) -> exchange.sendResponseHeaders(status, -1);
        }

        static Answer redirect(String url) {
            return (exchange, closing) -> {
                exchange.getResponseHeaders().add("Location", url);
                exchange.sendResponseHeaders(302, -1);
            };
        }

        /** The connection ends without an answer. */
        Answer NONE = (exchange, closing) -> {};

        /** No answer as long as the test runs. */
        Answer NEVER = (exchange, closing) -> closing.await();
    }

    public WebServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** Answers each of the next requests so, and all after them as the last one. */
    public void answers(Answer... next) {
        synchronized (answers) {
            answers.clear();
            answers.addAll(List.of(next));
        }
    }

    private Answer answer() {
        synchronized (answers) {
            return answers.size() > 1 ? answers.remove() : answers.element();
        }
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new TreeMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(new Request(
                exchange.getRequestMethod(), exchange.getRequestURI().toString(), headers, body));
        try {
            answer().give(exchange, closing);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            exchange.close();
        }
    }

    /** The next request; fails if none comes. */
    public Request next() throws InterruptedException {
        Request request = requests.poll(120, TimeUnit.SECONDS);
        if (request == null) {
            throw new AssertionError("no request came");
        }
        return request;
    }

    /** All that have come and were not asked for. */
    public List<Request> all() {
        return List.copyOf(requests);
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
