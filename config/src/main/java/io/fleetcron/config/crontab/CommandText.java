package io.fleetcron.config.crontab;

import java.util.Optional;

/**
 * What crond makes of the rest of a line (crontab(5)): the first {@code %} ends the command, what follows is its
 * standard input, in which each further {@code %} is a line end; {@code \%} is a percent sign.
 *
 * @param command for the shell
 * @param stdin with a line end after its last line, as crond sends it; absent if there is nothing to send
 */
public record CommandText(String command, Optional<String> stdin) {

    /**
     * Reads what follows the times.
     *
     * @param debian whether Debian's cron read it, which makes one backslash of two
     */
    public static CommandText of(String rest, boolean debian) {
        StringBuilder command = new StringBuilder();
        boolean escaped = false;
        for (int i = 0; i < rest.length(); i++) {
            char c = rest.charAt(i);
            if (c == '%' && !escaped) {
                return new CommandText(command.toString(), stdin(rest.substring(i + 1)));
            }
            if (c == '%' || (debian && c == '\\' && escaped)) {
                command.setLength(command.length() - 1);
            }
            command.append(c);
            // A backslash after a backslash escapes nothing: crond takes the % after it.
            escaped = c == '\\' && !escaped;
        }
        return new CommandText(command.toString(), Optional.empty());
    }

    /** Here, unlike in the command, crond lets every backslash escape a percent sign, also the second of two. */
    private static Optional<String> stdin(String rest) {
        StringBuilder input = new StringBuilder();
        for (int i = 0; i < rest.length(); i++) {
            char c = rest.charAt(i);
            boolean escaped = i > 0 && rest.charAt(i - 1) == '\\';
            if (c == '%' && escaped) {
                input.setLength(input.length() - 1);
                input.append('%');
            } else {
                input.append(c == '%' ? '\n' : c);
            }
        }
        if (input.length() > 0 && input.charAt(input.length() - 1) != '\n') {
            input.append('\n');
        }
        return input.length() == 0 ? Optional.empty() : Optional.of(input.toString());
    }
}
