package io.fleetcron.config.load;

import io.fleetcron.config.Mail;
import io.fleetcron.config.Mail.MailOn;
import io.fleetcron.config.NameRules;
import io.fleetcron.config.yaml.Quote;
import io.fleetcron.config.yaml.YamlField;
import io.fleetcron.config.yaml.YamlFields;
import io.fleetcron.config.yaml.YamlValue.Scalar;
import io.fleetcron.config.yaml.YamlValue.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the key {@code mail}. */
final class MailReader {
    private static final String NOBODY = "none";

    private MailReader() {}

    /** Who gets mail; where the key says nothing usable, as {@code base} has it. */
    static Optional<Mail> with(Optional<Mail> base, YamlFields given) {
        Optional<YamlField> field = given.get("mail");
        if (field.isPresent()
                && field.get().value() instanceof Scalar scalar
                && scalar.text().equals(NOBODY)) {
            return Optional.empty();
        }
        return field.flatMap(MailReader::mail).or(() -> base);
    }

    private static Optional<Mail> mail(YamlField field) {
        return field.fields(List.of("to", "on")).flatMap(given -> {
            Optional<List<String>> to = given.require("to").flatMap(MailReader::addresses);
            MailOn on = given.get("on").flatMap(f -> f.choice(MailOn.values())).orElse(MailOn.FAILURE);
            return to.map(addresses -> new Mail(addresses, on));
        });
    }

    /** A list of addresses, or text with commas. */
    static Optional<List<String>> addresses(YamlField field) {
        if (field.value() instanceof Sequence) {
            return field.list(f -> f.text().flatMap(address -> address(f, address)));
        }
        return field.word().flatMap(text -> {
            List<String> found = new ArrayList<>();
            String[] parts = text.split(",", -1);
            for (String part : parts) {
                address(field, part.strip()).ifPresent(found::add);
            }
            return found.size() == parts.length ? Optional.of(found) : Optional.empty();
        });
    }

    private static Optional<String> address(YamlField field, String address) {
        Optional<String> wrong = NameRules.address(address);
        return wrong.isEmpty() ? Optional.of(address) : field.bad(Quote.of(address) + ": " + wrong.get());
    }
}
