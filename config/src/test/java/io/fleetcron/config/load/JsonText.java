package io.fleetcron.config.load;

import io.fleetcron.config.yaml.YamlValue;
import io.fleetcron.config.yaml.YamlValue.Mapping;
import io.fleetcron.config.yaml.YamlValue.Scalar;
import io.fleetcron.config.yaml.YamlValue.Sequence;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What an editor hands to its schema validator: YAML 1.2's core schema (section 10.3.2) decides the types. */
final class JsonText {
    private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]+");
    private static final Pattern DECIMAL = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
    private static final Pattern TRUTH = Pattern.compile("true|True|TRUE|false|False|FALSE");

    private JsonText() {}

    static String of(YamlValue value) {
        if (value instanceof Sequence list) {
            return list.items().stream().map(JsonText::of).collect(Collectors.joining(",", "[", "]"));
        }
        if (value instanceof Mapping mapping) {
            return mapping.entries().stream()
                    .map(e -> quoted(e.key().text()) + ":" + of(e.value()))
                    .collect(Collectors.joining(",", "{", "}"));
        }
        return scalar((Scalar) value);
    }

    private static String scalar(Scalar scalar) {
        String text = scalar.text();
        if (scalar.isNull()) {
            return "null";
        }
        if (scalar.plain() && TRUTH.matcher(text).matches()) {
            return text.toLowerCase(Locale.ROOT);
        }
        if (scalar.plain() && WHOLE.matcher(text).matches()) {
            return new BigInteger(text).toString();
        }
        if (scalar.plain() && DECIMAL.matcher(text).matches()) {
            return new BigDecimal(text).toString();
        }
        return quoted(text);
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            out.append(
                    c >= ' ' && c < 127 && c != '"' && c != '\\'
                            ? String.valueOf(c)
                            : String.format(Locale.ROOT, "\\u%04x", (int) c));
        }
        return out.append('"').toString();
    }
}
