package io.fleetcron.notify;

import io.fleetcron.config.Printable;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * What {@code java.net.http} throws, in words for people: its exceptions often have no message, and say by their class alone what
 * was wrong. Pure functions.
 */
final class ConnectionTrouble {

    private static final int MOST_CAUSES = 10;
    private static final String TUNNEL = "Tunnel failed, got: ";

    private ConnectionTrouble() {}

    /** Why a request got no answer, in one line without a URL of this program's making. */
    static String words(Throwable thrown) {
        List<Throwable> all = causes(thrown);
        return all.stream()
                .flatMap(each -> known(each).stream())
                .findFirst()
                .or(() -> tls(all))
                .or(() -> byMessage(all))
                .or(() -> without(all))
                .orElseGet(() -> "the connection failed"
                        + message(all).map(it -> ": " + it).orElse(""));
    }

    private static List<Throwable> causes(Throwable thrown) {
        List<Throwable> all = new ArrayList<>();
        for (Throwable next = thrown; next != null && all.size() < MOST_CAUSES; next = next.getCause()) {
            all.add(next);
        }
        return all;
    }

    /** By its class, whatever it is wrapped in. */
    private static Optional<String> known(Throwable each) {
        if (each instanceof UnresolvedAddressException || each instanceof UnknownHostException) {
            return Optional.of("no such host: its name cannot be resolved");
        }
        if (each instanceof HttpConnectTimeoutException) {
            return Optional.of("timed out: no connection to its host");
        }
        if (each instanceof HttpTimeoutException || each instanceof SocketTimeoutException) {
            return Optional.of("timed out: no answer");
        }
        if (each instanceof NoRouteToHostException) {
            return Optional.of("no route to its host");
        }
        if (each instanceof ProtocolException) {
            return Optional.of("what answers there does not speak HTTP");
        }
        return Optional.empty();
    }

    private static Optional<String> tls(List<Throwable> all) {
        if (all.stream().noneMatch(SSLException.class::isInstance)) {
            return Optional.empty();
        }
        if (all.stream().anyMatch(CertificateExpiredException.class::isInstance)) {
            return Optional.of("its certificate has expired");
        }
        if (all.stream().anyMatch(CertificateNotYetValidException.class::isInstance)) {
            return Optional.of("its certificate is not valid yet, by this host's clock");
        }
        if (said(all, "plaintext connection")) {
            return Optional.of("it does not speak TLS: perhaps its URL begins with http:// and not with https://");
        }
        if (said(all, "terminated the handshake")) {
            return Optional.of("it ended the connection before TLS was agreed on");
        }
        boolean certificate = all.stream().anyMatch(CertificateException.class::isInstance) || said(all, "PKIX");
        return Optional.of((certificate ? "its certificate is not accepted" : "TLS failed")
                + message(all).map(it -> ": " + it).orElse(""));
    }

    private static Optional<String> byMessage(List<Throwable> all) {
        if (said(all, "connection refused")) {
            return Optional.of("connection refused");
        }
        if (said(all, "network is unreachable")) {
            return Optional.of("its network cannot be reached");
        }
        if (said(all, "no route to host") || said(all, "host is unreachable")) {
            return Optional.of("no route to its host");
        }
        if (said(all, "connection timed out")) {
            return Optional.of("timed out: no connection to its host");
        }
        if (said(all, "connection reset") || said(all, "broken pipe")) {
            return Optional.of("connection reset by the other side");
        }
        if (said(all, "received no bytes")) {
            return Optional.of("the connection ended without an answer");
        }
        return all.stream()
                .flatMap(each -> Optional.ofNullable(each.getMessage()).stream())
                .filter(said -> said.startsWith(TUNNEL))
                .findFirst()
                .map(said -> "the proxy answers with status " + Printable.line(said.substring(TUNNEL.length())));
    }

    /** A refused connection, and one to a network that is not there, has no message and a closed channel as its cause. */
    private static Optional<String> without(List<Throwable> all) {
        if (all.stream().anyMatch(EOFException.class::isInstance)) {
            return Optional.of("the connection ended within the answer");
        }
        if (all.get(0) instanceof ConnectException && message(all).isEmpty()) {
            return Optional.of("connection refused, or its host cannot be reached");
        }
        return all.stream().anyMatch(ClosedChannelException.class::isInstance)
                        || (all.get(0) instanceof IOException && said(all, "closed"))
                ? Optional.of("the connection was closed")
                : Optional.empty();
    }

    private static boolean said(List<Throwable> all, String words) {
        return all.stream()
                .anyMatch(each -> each.getMessage() != null
                        && each.getMessage().toLowerCase(Locale.ROOT).contains(words.toLowerCase(Locale.ROOT)));
    }

    /** The first one's that has one; of a cause that repeats its own cause with its class' name in front, that cause's. */
    private static Optional<String> message(List<Throwable> all) {
        return all.stream()
                .flatMap(each -> Optional.ofNullable(each.getMessage())
                        .filter(text -> each.getCause() == null
                                || !text.equals(each.getCause().toString()))
                        .stream())
                .findFirst()
                .map(Printable::line);
    }
}
