package io.fleetcron.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Why a receiver was not reached, in words. */
@Timeout(60)
class ConnectionTroubleTest {

    private static final HttpSender SENDER = new HttpSender(Optional.empty(), Duration.ofSeconds(20));

    private static Throwable caused(Throwable thrown, Throwable cause) {
        thrown.initCause(cause);
        return thrown;
    }

    static Stream<Arguments> thrown() {
        return Stream.of(
                Arguments.of(
                        caused(new ConnectException(), new ClosedChannelException()),
                        "connection refused, or its host cannot be reached"),
                Arguments.of(new ConnectException("Connection refused"), "connection refused"),
                Arguments.of(
                        caused(new ConnectException(), new ConnectException("Connection refused")),
                        "connection refused"),
                Arguments.of(
                        caused(new ConnectException(), new UnresolvedAddressException()),
                        "no such host: its name cannot be resolved"),
                Arguments.of(new UnknownHostException("x"), "no such host: its name cannot be resolved"),
                Arguments.of(
                        caused(
                                new HttpConnectTimeoutException("HTTP connect timed out"),
                                new ConnectException("HTTP connect timed out")),
                        "timed out: no connection to its host"),
                Arguments.of(new ConnectException("Connection timed out"), "timed out: no connection to its host"),
                Arguments.of(new HttpTimeoutException("request timed out"), "timed out: no answer"),
                Arguments.of(new NoRouteToHostException("No route to host"), "no route to its host"),
                Arguments.of(new ConnectException("No route to host"), "no route to its host"),
                Arguments.of(new ConnectException("Network is unreachable"), "its network cannot be reached"),
                Arguments.of(new SocketException("Connection reset"), "connection reset by the other side"),
                Arguments.of(new IOException("Broken pipe"), "connection reset by the other side"),
                Arguments.of(
                        caused(
                                new IOException("HTTP/1.1 header parser received no bytes"),
                                new EOFException("EOF reached while reading")),
                        "the connection ended without an answer"),
                Arguments.of(
                        caused(
                                new IOException("parsing HTTP/1.1 header, receiving [Conte], parser state [HEADER]"),
                                new EOFException("EOF reached while reading")),
                        "the connection ended within the answer"),
                Arguments.of(
                        new ProtocolException("Invalid status line: \"SSH-2.0-x\""),
                        "what answers there does not speak HTTP"),
                Arguments.of(new IOException("Tunnel failed, got: 403"), "the proxy answers with status 403"),
                Arguments.of(new ClosedChannelException(), "the connection was closed"),
                Arguments.of(new IOException("connection closed locally"), "the connection was closed"),
                Arguments.of(
                        new SSLException("Unrecognized SSL message, plaintext connection?"),
                        "it does not speak TLS: perhaps its URL begins with http:// and not with https://"),
                Arguments.of(
                        new SSLHandshakeException("Remote host terminated the handshake"),
                        "it ended the connection before TLS was agreed on"),
                Arguments.of(
                        caused(new SSLHandshakeException("x"), new CertificateExpiredException("NotAfter: yesterday")),
                        "its certificate has expired"),
                Arguments.of(
                        caused(new SSLHandshakeException("x"), new CertificateNotYetValidException("NotBefore")),
                        "its certificate is not valid yet, by this host's clock"),
                Arguments.of(
                        caused(
                                new SSLHandshakeException("No name matching a.example found"),
                                new CertificateException("No name matching a.example found")),
                        "its certificate is not accepted: No name matching a.example found"),
                Arguments.of(
                        caused(
                                new SSLHandshakeException("PKIX path building failed: unable to find a path"),
                                new CertPathBuilderException("unable to find a path")),
                        "its certificate is not accepted: PKIX path building failed: unable to find a path"),
                Arguments.of(
                        new SSLHandshakeException("Received fatal alert: protocol_version"),
                        "TLS failed: Received fatal alert: protocol_version"),
                Arguments.of(new SocketException("Too many open files"), "the connection failed: Too many open files"),
                Arguments.of(new IOException(new IllegalStateException("a reason")), "the connection failed: a reason"),
                Arguments.of(new IOException(), "the connection failed"));
    }

    @ParameterizedTest
    @MethodSource("thrown")
    void allThatIsThrown(Throwable thrown, String words) {
        assertEquals(words, ConnectionTrouble.words(thrown));
    }

    private static String why(String url) {
        String why = SENDER.post(url, Map.of(), "{}").orElseThrow().why();
        assertFalse(why.contains("Exception"), why);
        assertFalse(why.contains(URI.create(url).getAuthority()), "a URL may be a secret: " + why);
        return why;
    }

    @Test
    void nobodyListens() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        assertEquals("connection refused, or its host cannot be reached", why("http://127.0.0.1:" + port + "/"));
    }

    @Test
    void whatAnswersSomethingElse() throws Exception {
        assertEquals("the connection ended without an answer", whyAnswered("http", ""));
        assertEquals("the connection ended within the answer", whyAnswered("http", "HTTP/1.1 200 OK\r\nConte"));
        assertEquals("what answers there does not speak HTTP", whyAnswered("http", "SSH-2.0-x\r\n"));
        assertEquals(
                "it does not speak TLS: perhaps its URL begins with http:// and not with https://",
                whyAnswered("https", "HTTP/1.1 400 Bad Request\r\n\r\n"));
    }

    /** Of a server that reads something, answers with that and ends the connection. */
    private static String whyAnswered(String scheme, String answer) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            FutureTask<Integer> serving = new FutureTask<>(() -> {
                try (Socket client = server.accept();
                        InputStream in = client.getInputStream()) {
                    int read = in.read(new byte[1 << 16]);
                    client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                    return read;
                }
            });
            new Thread(serving).start();
            String why = why(scheme + "://127.0.0.1:" + server.getLocalPort() + "/");
            serving.get();
            return why;
        }
    }
}
