package io.fleetcron.notify;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends HTTP requests, each within a deadline. A redirect is not followed: a secret in the request is meant for the server
 * that the operator wrote down. The only class that uses {@code java.net.http}, so that an agent without receivers does not
 * load it. Thread-safe; blocks.
 */
final class HttpSender {

    private static final int SUCCESS = 200;
    private static final int REDIRECT = 300;
    private static final int CLIENT_ERROR = 400;
    private static final int SERVER_ERROR = 500;
    private static final int TIMEOUT = 408;
    private static final int TOO_MANY = 429;

    private final HttpClient client;
    private final Duration deadline;

    /**
     * @param proxy {@code http://HOST:PORT}
     * @param deadline for each request, from the connection to the answer
     */
    HttpSender(Optional<URI> proxy, Duration deadline) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(Version.HTTP_1_1)
                .followRedirects(Redirect.NEVER)
                .connectTimeout(deadline);
        proxy.map(uri -> InetSocketAddress.createUnresolved(uri.getHost(), uri.getPort()))
                .ifPresent(address -> builder.proxy(ProxySelector.of(address)));
        this.client = builder.build();
        this.deadline = deadline;
    }

    /** Sends a text; the failure never shows the URL, which may be a secret. */
    Optional<Failure> post(String url, Map<String, String> headers, String body) {
        return send(url, headers, Optional.of(body));
    }

    /** Asks for a URL. */
    Optional<Failure> get(String url) {
        return send(url, Map.of(), Optional.empty());
    }

    private Optional<Failure> send(String url, Map<String, String> headers, Optional<String> body) {
        HttpRequest request;
        try {
            HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(url));
            headers.forEach(builder::setHeader);
            request = builder.method(
                            body.isPresent() ? "POST" : "GET",
                            body.map(BodyPublishers::ofString).orElseGet(BodyPublishers::noBody))
                    .build();
        } catch (IllegalArgumentException e) {
            return Optional.of(new Failure("its URL, or a header, is not of the right form", false));
        }
        return send(request);
    }

    private Optional<Failure> send(HttpRequest request) {
        CompletableFuture<HttpResponse<InputStream>> answer = client.sendAsync(request, BodyHandlers.ofInputStream());
        try {
            HttpResponse<InputStream> response = answer.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
            closeQuietly(response.body()); // what it says besides does not matter
            return judge(response.statusCode());
        } catch (TimeoutException e) {
            answer.cancel(true);
            return Optional.of(new Failure("no answer within " + deadline.toSeconds() + " s", true));
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            return Optional.of(new Failure(ConnectionTrouble.words(cause == null ? e : cause), true));
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            return Optional.of(new Failure("interrupted", true));
        }
    }

    private static Optional<Failure> judge(int status) {
        if (status >= SUCCESS && status < REDIRECT) {
            return Optional.empty();
        }
        if (status >= REDIRECT && status < CLIENT_ERROR) {
            return Optional.of(new Failure(
                    "status " + status + ": it redirects, which is not followed; write the new URL", false));
        }
        return Optional.of(
                new Failure("status " + status, status >= SERVER_ERROR || status == TIMEOUT || status == TOO_MANY));
    }

    private static void closeQuietly(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            return; // the status has come
        }
    }
}
