package io.fleetcron.config.crontab.jobs;

import io.fleetcron.config.Mail;
import io.fleetcron.config.Mail.MailOn;
import io.fleetcron.config.NameRules;
import io.fleetcron.config.crontab.CrontabLine;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Who gets a command's output by mail: the addresses in MAILTO, nobody if it is empty, else the crontab's owner
 * (crontab(5), anacron(8)).
 */
final class Mails {
    private static final Predicate<String> USABLE =
            address -> NameRules.address(address).isEmpty() && address.indexOf('$') < 0;

    private Mails() {}

    static Optional<Mail> of(CrontabLine entry, SourceHost host) {
        List<String> to = addresses(entry, host).stream().filter(USABLE).toList();
        MailOn on = entry.options().contains('n') ? MailOn.FAILURE : MailOn.OUTPUT;
        return to.isEmpty() ? Optional.empty() : Optional.of(new Mail(to, on));
    }

    /** What stands in MAILTO and cannot get mail; cronie alone expands a {@code $} there. */
    static List<String> unusable(CrontabLine entry, SourceHost host) {
        return addresses(entry, host).stream().filter(USABLE.negate()).toList();
    }

    private static List<String> addresses(CrontabLine entry, SourceHost host) {
        if (!entry.variables().getOrDefault("NO_MAIL_OUTPUT", "").isEmpty()) {
            return List.of();
        }
        String to = entry.variables().getOrDefault("MAILTO", entry.user().orElse(host.user()));
        return Arrays.stream(to.split(","))
                .map(String::strip)
                .filter(address -> !address.isEmpty())
                .toList();
    }
}
