package io.fleetcron.config.load;

import io.fleetcron.config.Metrics;
import io.fleetcron.config.yaml.Quote;
import io.fleetcron.config.yaml.YamlField;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the main file's key {@code metrics}. */
final class MetricsReader {

    private static final String TEXTFILE = "textfile";
    private static final String LISTEN = "listen";

    /** What node_exporter's textfile collector reads; it passes all other files over. */
    private static final String COLLECTED = ".prom";

    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern ADDRESS = Pattern.compile(
            "(?<host>localhost|\\[::1?\\]|" + OCTET + "(\\." + OCTET + "){3}):(?<port>[1-9][0-9]{0,4})");
    private static final int LARGEST_PORT = 65_535;

    private MetricsReader() {}

    static Metrics read(YamlField field) {
        return field.fields(List.of(TEXTFILE, LISTEN))
                .map(given -> {
                    given.requireAny("neither `textfile` nor `listen`", TEXTFILE, LISTEN);
                    return new Metrics(
                            given.get(TEXTFILE).flatMap(MetricsReader::textfile),
                            given.get(LISTEN).flatMap(MetricsReader::address));
                })
                .orElse(Metrics.NONE);
    }

    /** An absolute path: whoever reads the file is another program. */
    private static Optional<Path> textfile(YamlField field) {
        return field.rawPath()
                .flatMap(
                        path -> path.isAbsolute() && path.toString().endsWith(COLLECTED)
                                ? Optional.of(YamlField.tidy(path))
                                : field.bad(
                                        Quote.of(path.toString())
                                                + " is not an absolute path that ends in .prom, which is what"
                                                + " node_exporter collects, for example /var/lib/prometheus/node-exporter/fleetcron.prom"));
    }

    /** An address and not a name, so that no name server is asked. */
    private static Optional<InetSocketAddress> address(YamlField field) {
        return field.text().flatMap(text -> {
            Matcher form = ADDRESS.matcher(text);
            if (!form.matches() || Integer.parseInt(form.group("port")) > LARGEST_PORT) {
                return field.bad(Quote.of(text) + " is not an address and a port; write it like 127.0.0.1:9464");
            }
            String host = form.group("host");
            try {
                return Optional.of(new InetSocketAddress(
                        InetAddress.getByName(host.equals("localhost") ? "127.0.0.1" : host),
                        Integer.parseInt(form.group("port"))));
            } catch (UnknownHostException e) {
                throw new IllegalStateException(e); // it is a literal
            }
        });
    }
}
