package io.fleetcron.config.load;

import io.fleetcron.config.Delivery.Heartbeat;
import io.fleetcron.config.NameRules;
import io.fleetcron.config.Receiver;
import io.fleetcron.config.Receiver.MailBox;
import io.fleetcron.config.Receiver.Program;
import io.fleetcron.config.Receiver.Webhook;
import io.fleetcron.config.yaml.Quote;
import io.fleetcron.config.yaml.YamlField;
import io.fleetcron.config.yaml.YamlFields;
import io.fleetcron.config.yaml.YamlValue.Entry;
import io.fleetcron.config.yaml.YamlValue.Mapping;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the main file's receivers of notifications. */
final class ReceiverReader {

    private static final List<String> KINDS = List.of("webhook", "command", "mail");
    private static final List<String> OF_WEBHOOKS = List.of("headers", "body", "env_file");
    private static final List<String> KEYS =
            Stream.concat(KINDS.stream(), OF_WEBHOOKS.stream()).toList();

    private static final String VARIABLE = "\\$\\{[A-Za-z_][A-Za-z0-9_]*\\}";
    private static final Pattern WITH_VARIABLE = Pattern.compile(VARIABLE);
    private static final Pattern URL = Pattern.compile("(https?://[A-Za-z0-9\\[]|(https?://)?" + VARIABLE
            + ")([A-Za-z0-9._~:/?#\\[\\]@!$&'()*+,;=%-]|" + VARIABLE + ")*");
    private static final Pattern FIXED_URL =
            Pattern.compile("https?://[A-Za-z0-9\\[][A-Za-z0-9._~:/?\\[\\]@!$&'()*+,;=%-]*");
    private static final Duration USUAL_BEAT = Duration.ofMinutes(1);
    private static final Duration LEAST_BEAT = Duration.ofSeconds(10);
    private static final Duration MOST_BEAT = Duration.ofDays(1);
    private static final Pattern PROXY = Pattern.compile("http://[A-Za-z0-9][A-Za-z0-9.-]*:[1-9][0-9]{0,4}");
    private static final int LARGEST_PORT = 65_535;

    /** RFC 9110 (5.6.2) calls it a token. */
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    /** Of the connection, not of the message: java.net.http sets these itself, or breaks the message when it is given one. */
    private static final Set<String> OF_THE_CONNECTION =
            Set.of("connection", "content-length", "expect", "host", "transfer-encoding", "upgrade");

    private ReceiverReader() {}

    static Map<String, Receiver> read(YamlField field, Path folder) {
        if (!(field.value() instanceof Mapping mapping)) {
            field.bad("needs names, each with its keys below it, found "
                    + field.value().kind());
            return Map.of();
        }
        Map<String, Receiver> all = new LinkedHashMap<>();
        for (Entry entry : mapping.entries()) {
            String name = entry.key().text();
            Optional<String> wrong = name.equals(NoticesReader.NONE)
                    ? Optional.of("it means nobody in `notify: none`; choose another name")
                    : NameRules.host(name);
            wrong.ifPresent(why -> field.log().error(entry.key().at(), "receivers: " + Quote.of(name) + ": " + why));
            Optional<Receiver> receiver = YamlFields.of(
                            entry.value(),
                            "receiver " + Quote.of(name),
                            entry.key().at(),
                            KEYS,
                            field.log())
                    .flatMap(given -> receiver(given, folder));
            // A receiver that is wrong is still one that jobs may name.
            all.put(name, receiver.orElse(new Program(List.of())));
        }
        return all;
    }

    private static Optional<Receiver> receiver(YamlFields given, Path folder) {
        given.requireAny("none of `webhook`, `command` and `mail`", "webhook", "command", "mail");
        List<YamlField> kinds =
                KINDS.stream().flatMap(kind -> given.get(kind).stream()).toList();
        if (kinds.size() > 1) {
            YamlField second = kinds.get(1);
            second.log()
                    .error(
                            second.keyAt(),
                            "a receiver is one of `webhook`, `command` and `mail`; found `"
                                    + kinds.get(0).name() + "` and `" + second.name() + "`");
        }
        if (given.get("webhook").isEmpty()) {
            OF_WEBHOOKS.stream()
                    .flatMap(key -> given.get(key).stream())
                    .forEach(f -> f.log().error(f.keyAt(), f.name() + ": only a `webhook` has it"));
        }
        return given.get("webhook")
                .flatMap(f -> webhook(f, given, folder))
                .or(() -> given.get("command")
                        .flatMap(f -> f.list(YamlField::word))
                        .map(Program::new))
                .or(() -> given.get("mail").flatMap(MailReader::addresses).map(MailBox::new));
    }

    private static Optional<Receiver> webhook(YamlField field, YamlFields given, Path folder) {
        Optional<String> url = field.text()
                .flatMap(text -> URL.matcher(text).matches()
                        ? usable(field, text)
                        : field.bad(Quote.of(text)
                                + " is not a URL such as https://chat.example.com/hooks/x; a secret one is written"
                                + " ${NAME}, with `NAME=URL` in a file that `env_file` names"));
        Optional<YamlField> headers = given.get("headers");
        Optional<YamlField> body = given.get("body");
        Optional<Path> secrets = given.get("env_file").flatMap(f -> f.path(folder));
        Webhook webhook = new Webhook(
                url.orElse(""),
                headers.flatMap(f -> f.texts(ReceiverReader::header, ReceiverReader::headerValue))
                        .orElse(Map.of()),
                body.flatMap(YamlField::word),
                secrets);
        if (given.get("env_file").isEmpty()) {
            refuseVariables(field, webhook.url());
            webhook.headers().values().forEach(value -> headers.ifPresent(f -> refuseVariables(f, value)));
            webhook.body().ifPresent(text -> body.ifPresent(f -> refuseUnknown(f, text)));
        }
        return url.map(text -> webhook);
    }

    private static void refuseVariables(YamlField field, String text) {
        if (WITH_VARIABLE.matcher(text).find()) {
            field.bad(Quote.of(text) + ": ${NAME} stands for a variable of `env_file`, which is not there");
        }
    }

    private static void refuseUnknown(YamlField field, String text) {
        WITH_VARIABLE
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .filter(found -> !Webhook.FIELDS.contains(found.substring("${".length(), found.length() - 1)))
                .findFirst()
                .ifPresent(found -> field.bad(
                        found + " is not a field of a notification, which are " + String.join(", ", Webhook.FIELDS)
                                + "; it may be a variable of `env_file`, which is not there"));
    }

    private static Optional<String> header(String name) {
        if (OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
            return Optional.of("it belongs to the connection; remove it");
        }
        return HEADER.matcher(name).matches()
                ? Optional.empty()
                : Optional.of("not the name of an HTTP header; write one such as Authorization");
    }

    private static Optional<String> headerValue(String value) {
        return value.chars().allMatch(c -> c >= ' ' && c <= '~')
                ? Optional.empty()
                : Optional.of("a header has one line of ASCII characters");
    }

    /** A URL, or a mapping with one. */
    static Optional<Heartbeat> heartbeat(YamlField field) {
        if (!(field.value() instanceof Mapping)) {
            return fixedUrl(field).map(url -> new Heartbeat(url, USUAL_BEAT));
        }
        return field.fields(List.of("url", "every")).flatMap(given -> {
            Optional<String> url = given.require("url").flatMap(ReceiverReader::fixedUrl);
            Duration every = given.get("every")
                    .flatMap(f -> f.seconds(LEAST_BEAT, MOST_BEAT))
                    .orElse(USUAL_BEAT);
            return url.map(text -> new Heartbeat(text, every));
        });
    }

    private static Optional<String> fixedUrl(YamlField field) {
        return field.text()
                .flatMap(text -> FIXED_URL.matcher(text).matches()
                        ? usable(field, text)
                        : field.bad(Quote.of(text) + " is not a URL such as https://hc-ping.com/UUID"));
    }

    static Optional<String> usable(YamlField field, String url) {
        Optional<String> fault = HttpUrl.fault(url);
        return fault.isEmpty() ? Optional.of(url) : field.bad(Quote.of(url) + ": " + fault.get());
    }

    /** The HTTP proxy. */
    static Optional<URI> proxy(YamlField field) {
        return field.text().flatMap(text -> {
            boolean good = PROXY.matcher(text).matches()
                    && Integer.parseInt(text.substring(text.lastIndexOf(':') + 1)) <= LARGEST_PORT;
            return good
                    ? Optional.of(URI.create(text))
                    : field.bad(Quote.of(text) + " is not a proxy; write http://HOST:PORT");
        });
    }
}
