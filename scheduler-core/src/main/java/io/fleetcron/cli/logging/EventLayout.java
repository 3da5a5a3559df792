package io.fleetcron.cli.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import io.fleetcron.config.Printable;
import io.fleetcron.json.TimeText;
import java.time.Instant;
import java.util.stream.Collectors;

/**
 * One event as text. For the journal it is one line with its priority in front (sd-daemon(3)) and without a time, which
 * the journal has; otherwise it begins with the time in UTC.
 */
public final class EventLayout extends LayoutBase<ILoggingEvent> {

    /** Of a time in whole seconds. */
    private static final int WHOLE = "0000-00-00T00:00:00Z".length();

    private final boolean journal;

    public EventLayout(boolean journal) {
        this.journal = journal;
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder text = new StringBuilder();
        if (journal) {
            text.append('<').append(priority(event.getLevel())).append('>');
        } else {
            text.append(time(event.getTimeStamp())).append(' ');
        }
        String level = event.getLevel().toString();
        text.append(level).append(" ".repeat(6 - level.length())).append(printable(event.getFormattedMessage(), " "));
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            String trace = ThrowableProxyUtil.asString(thrown).strip();
            text.append(journal ? ": " + printable(trace, " | ") : "\n" + lines(trace));
        }
        return text.append('\n').toString();
    }

    /** In UTC, always with three digits of milliseconds. */
    private static String time(long millis) {
        String text = TimeText.of(Instant.ofEpochMilli(millis));
        return text.length() == WHOLE ? text.substring(0, WHOLE - 1) + ".000Z" : text;
    }

    /** One line, in which nothing steers a terminal: words of other hosts and of jobs may be in it. */
    private static String printable(String text, String between) {
        String safe = Printable.line(text);
        return safe.equals(text)
                ? text // as nearly every line is; line ends and tabs are controls, too
                : Printable.line(text.replaceAll("\\s*\\R\\s*", between).replace('\t', ' '));
    }

    private static String lines(String trace) {
        return trace.lines().map(line -> printable(line, " ")).collect(Collectors.joining("\n"));
    }

    /** The numbers of syslog(3). */
    private static int priority(Level level) {
        return switch (level.toInt()) {
            case Level.ERROR_INT -> 3;
            case Level.WARN_INT -> 4;
            case Level.INFO_INT -> 6;
            default -> 7;
        };
    }
}
