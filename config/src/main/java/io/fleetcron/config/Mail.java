package io.fleetcron.config;

import java.util.List;

/**
 * Who gets word of a run by mail. Immutable.
 *
 * @param to addresses or local users, at least one
 * @param on after which runs
 */
public record Mail(List<String> to, MailOn on) {

    public Mail {
        to = List.copyOf(to);
    }

    /** After which runs a mail is sent. */
    public enum MailOn {
        /** After those that did not succeed. */
        FAILURE,
        /** After those that wrote anything, as crond does, and those that did not succeed. */
        OUTPUT,
        /** After each. */
        ALWAYS
    }
}
