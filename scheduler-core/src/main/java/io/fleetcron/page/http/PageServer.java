package io.fleetcron.page.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a page, and texts beside it, at one address of the loopback interface, to whoever knows its token. Any program of this host can connect, and
 * any web page can make a browser of this host do so: hence the token, and the look at the {@code Host} header, by which a
 * name of somebody else that leads here is refused (DNS rebinding). Thread-safe.
 */
public final class PageServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PageServer.class);

    private static final int THREADS = 4;
    private static final int TOKEN_BYTES = 16;
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

    private final HttpServer server;
    private final ExecutorService threads;
    private final Content content;
    private final byte[] path;
    private final byte[] outputPath;

    /**
     * What is served.
     *
     * @param policy the page's Content-Security-Policy
     * @param page makes an HTML document; may take as long as it needs
     * @param output finds the text that is asked for beside it, by the members of a request; empty if there is none such
     */
    public record Content(String policy, Supplier<String> page, Function<Map<String, String>, Optional<Text>> output) {}

    /**
     * A text beside the page.
     *
     * @param headers more headers of the answer, of printable ASCII
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    public record Text(byte[] bytes, Map<String, String> headers) {}

    private PageServer(HttpServer server, ExecutorService threads, Content content) {
        this.server = server;
        this.threads = threads;
        this.content = content;
        byte[] token = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(token);
        String secret = "/" + HexFormat.of().formatHex(token) + "/";
        this.path = bytes(secret);
        this.outputPath = bytes(secret + "output");
    }

    /**
     * Starts to serve.
     *
     * @param address of the loopback interface; port 0 takes a free one
     * @throws IOException if the address cannot be had
     */
    public static PageServer start(InetSocketAddress address, Content content) throws IOException {
        if (address.isUnresolved() || !address.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException(address + " is not an address of the loopback interface");
        }
        HttpServer server = HttpServer.create(address, 0);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS, work -> {
            Thread thread = new Thread(work, "page-server");
            thread.setDaemon(true);
            return thread;
        });
        PageServer started = new PageServer(server, threads, content);
        server.createContext("/", started::answer);
        server.setExecutor(threads);
        server.start();
        return started;
    }

    /** Where the page is, with its token. */
    public URI address() {
        InetSocketAddress bound = server.getAddress();
        String host = bound.getAddress().getHostAddress();
        return URI.create("http://" + (host.contains(":") ? "[::1]" : host) + ":" + bound.getPort()
                + new String(path, StandardCharsets.US_ASCII));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Reply reply = reply(exchange);
            byte[] body = reply.body();
            Map<String, String> headers = Map.of(
                    "Content-Type", reply.type() + "; charset=utf-8",
                    "Content-Security-Policy", content.policy() + "; frame-ancestors 'none'",
                    "Cache-Control", "no-store",
                    "Referrer-Policy", "no-referrer",
                    "X-Content-Type-Options", "nosniff",
                    "Cross-Origin-Resource-Policy", "same-origin");
            headers.forEach(exchange.getResponseHeaders()::set);
            reply.headers().forEach(exchange.getResponseHeaders()::set);
            if (reply.status() == Reply.WRONG_METHOD) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            }
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
                exchange.sendResponseHeaders(reply.status(), -1);
            } else {
                exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            }
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Reply(int status, String type, byte[] body, Map<String, String> headers) {
        private static final int OK = 200;
        private static final int FORBIDDEN = 403;
        private static final int NOT_FOUND = 404;
        private static final int WRONG_METHOD = 405;
        private static final int FAILED = 500;

        static Reply refused(int status, String why) {
            return new Reply(status, "text/plain", bytes(why + "\n"), Map.of());
        }
    }

    private Reply reply(HttpExchange exchange) {
        String method = exchange.getRequestMethod();
        if (!isForThisHost(exchange.getRequestHeaders().getFirst("Host"))) {
            return Reply.refused(Reply.FORBIDDEN, "This page is served to 127.0.0.1, localhost and [::1] alone.");
        }
        byte[] asked = bytes(exchange.getRequestURI().getRawPath());
        boolean output = MessageDigest.isEqual(outputPath, asked);
        if (!output && !MessageDigest.isEqual(path, asked)) {
            return Reply.refused(Reply.FORBIDDEN, "Use the whole address that fleetcron ui has printed.");
        }
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return Reply.refused(Reply.WRONG_METHOD, "There is nothing to change here.");
        }
        try {
            return output
                    ? content.output()
                            .apply(members(exchange.getRequestURI().getRawQuery()))
                            .map(text -> new Reply(Reply.OK, "text/plain", text.bytes(), text.headers()))
                            .orElseGet(() -> Reply.refused(Reply.NOT_FOUND, "No job of that name has such a run."))
                    : new Reply(Reply.OK, "text/html", bytes(content.page().get()), Map.of());
        } catch (RuntimeException e) {
            LOG.error("page not made", e);
            return Reply.refused(Reply.FAILED, "The page cannot be made: fleetcron ui has written why.");
        }
    }

    /** What is not well-formed is left out. */
    private static Map<String, String> members(@Nullable String query) {
        Map<String, String> members = new HashMap<>();
        for (String member : query == null ? new String[0] : query.split("&")) {
            int sign = member.indexOf('=');
            try {
                members.put(
                        sign < 0 ? member : member.substring(0, sign),
                        sign < 0 ? "" : URLDecoder.decode(member.substring(sign + 1), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                LOG.debug("not decoded: {}", member, e);
            }
        }
        return members;
    }

    /** Whatever port: it may have been forwarded. */
    private static boolean isForThisHost(@Nullable String header) {
        return Optional.ofNullable(header)
                .map(host -> host.replaceFirst(":[0-9]{1,5}$", "").toLowerCase(Locale.ROOT))
                .filter(LOOPBACK::contains)
                .isPresent();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
