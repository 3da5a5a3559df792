package io.fleetcron.audit;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Something that an audit found. Immutable.
 *
 * @param kind what it is
 * @param job which job's
 * @param fire which fire's, if it is about one
 * @param detail a sentence without a full stop
 */
public record Finding(Kind kind, String job, Optional<Instant> fire, String detail) {

    /** What an audit finds. */
    public enum Kind {
        /** A fire was started more than once, and no definition asks for that. */
        DOUBLED(true),
        /** Two runs of one job at once. */
        OVERLAPPING(true),
        /** A fire was due, and nothing says what became of it. */
        UNACCOUNTED(true),
        /** What is on record does not tell. */
        UNKNOWN(false);

        private final boolean wrong;

        Kind(boolean wrong) {
            this.wrong = wrong;
        }

        /** Whether it breaks what the fleet promises; else nobody can tell. */
        public boolean isWrong() {
            return wrong;
        }

        /** As it is printed. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
