package io.fleetcron.config.load;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** What a pattern cannot say of the URL of an HTTP request. */
final class HttpUrl {

    private static final int LARGEST_PORT = 65_535;

    private HttpUrl() {}

    /** What is wrong with a URL that looks like one. {@code ${NAME}} in it stands for something that is not known. */
    static Optional<String> fault(String text) {
        String known = text.startsWith("$") ? "http://host" + text.substring(text.indexOf('}') + 1) : text;
        URI url;
        try {
            url = new URI(known.replaceAll(":\\$\\{[^}]*\\}", ":1").replaceAll("\\$\\{[^}]*\\}", "x"));
        } catch (URISyntaxException e) {
            return Optional.of("it is not valid: " + e.getReason());
        }
        if (url.getRawUserInfo() != null) {
            return Optional.of("a user and password in it are not sent; write a header `Authorization`");
        }
        if (url.getHost() == null) {
            return Optional.of("its host or port is not valid");
        }
        return url.getPort() == 0 || url.getPort() > LARGEST_PORT
                ? Optional.of("its port is not from 1 to " + LARGEST_PORT)
                : Optional.empty();
    }
}
