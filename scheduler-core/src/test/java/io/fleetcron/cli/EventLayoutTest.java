package io.fleetcron.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.fleetcron.cli.logging.EventLayout;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an operator sees of an event. */
final class EventLayoutTest {

    @Test
    void journalGetsPrioritiesAndNoTime() {
        assertEquals("<6>INFO  run ended job=a\n", journal(Level.INFO, "run ended job={}", null, "a"));
        assertEquals("<4>WARN  late\n", journal(Level.WARN, "late", null));
        assertEquals("<7>DEBUG detail\n", journal(Level.DEBUG, "detail", null));
    }

    @Test
    void oneEventIsOneLineOfTheJournal() {
        String line = journal(Level.ERROR, "two\nlines", new IllegalStateException("why\nnot"));
        assertTrue(line.startsWith("<3>ERROR two lines: java.lang.IllegalStateException: why | not | at "), line);
        assertEquals(line.length() - 1, line.indexOf('\n'));
    }

    @Test
    void terminalGetsTheTimeInUtc() {
        LoggingEvent event = event(Level.INFO, "hello", null);
        event.setTimeStamp(0);
        assertEquals("1970-01-01T00:00:00.000Z INFO  hello\n", new EventLayout(false).doLayout(event));
    }

    private static String journal(Level level, String message, @Nullable Throwable thrown, Object... arguments) {
        return new EventLayout(true).doLayout(event(level, message, thrown, arguments));
    }

    private static LoggingEvent event(Level level, String message, @Nullable Throwable thrown, Object... arguments) {
        return new LoggingEvent("", new LoggerContext().getLogger("test"), level, message, thrown, arguments);
    }
}
