package io.fleetcron.ledger;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * A fire that is to be started next. It stays in the ledger until it is claimed or settled, so that a stop, a crash or a
 * run by hand in between loses nothing. Immutable.
 *
 * @param fire its scheduled time; of queued fires, the newest one when it was recorded
 * @param why what makes it owed
 * @param since its lateness counts from then: no instance was free to start it before
 * @param reruns how often it was started before and lost
 */
public record Owed(Instant fire, Why why, Instant since, int reruns) {

    /** What makes a fire owed. */
    public enum Why {
        /** Its run was lost, and the job asks for another one. */
        RERUN,
        /** It came due while the job ran; the newest such fire is started. */
        QUEUED,
        /** It was about to be started when a person started the job by hand. */
        DUE;

        /** The word used in the ledger. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The reason that {@link #word} names. */
        static Optional<Why> of(String word) {
            for (Why why : values()) {
                if (why.word().equals(word)) {
                    return Optional.of(why);
                }
            }
            return Optional.empty();
        }
    }

    Owed withFire(Instant newest) {
        return new Owed(newest, why, since, reruns);
    }

    /** The same, not started before {@code instant} because the job ran. */
    Owed notBefore(Instant instant) {
        return instant.isAfter(since) ? new Owed(fire, why, instant, reruns) : this;
    }
}
