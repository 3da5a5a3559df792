package io.fleetcron.audit.crond;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A command that crond has started. Immutable.
 *
 * @param at when, by the clock of its host
 * @param user whose command it was
 * @param command as crond prints it
 */
public record CrondStart(Instant at, String user, String command) {

    private static final int DELETE = 0x7f;

    /** The minute for which crond started it. */
    Instant minute() {
        return at.truncatedTo(ChronoUnit.MINUTES);
    }

    /** As crond prints a command: mkprint() of Debian's cron and of cronie (misc.c). Blanks around it do not count. */
    static String printed(String command) {
        StringBuilder text = new StringBuilder();
        for (byte b : command.strip().getBytes(StandardCharsets.UTF_8)) {
            int c = b & 0xff;
            if (c < ' ') {
                text.append('^').append((char) (c + '@'));
            } else if (c == DELETE) {
                text.append("^?");
            } else if (c < DELETE) {
                text.append((char) c);
            } else {
                text.append('\\').append(Integer.toOctalString(c)); // three digits, for all from 0200 on
            }
        }
        return text.toString();
    }
}
