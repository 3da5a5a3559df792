package io.fleetcron.late;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** One thing about a job that is late by its definition. Immutable. */
public sealed interface Late {

    /** The key of the job's definition by which it is late. */
    String key();

    /** Since when it is late. */
    Instant since();

    /** Whether it is over: nobody can see it any more, but whoever wants to be told shall be. */
    boolean isOver();

    /** What is late, in words for people, without the job's name. */
    String words();

    /** The same for the same thing of one job, whoever tells it and how often. */
    String id();

    /**
     * A fire that had not started in time.
     *
     * @param limit how long after its scheduled time it was to have started
     * @param started when it did; empty if it has not
     */
    record NotStarted(Instant fire, Duration limit, Optional<Instant> started) implements Late {
        @Override
        public String key() {
            return "late_after";
        }

        @Override
        public Instant since() {
            return fire.plus(limit);
        }

        @Override
        public boolean isOver() {
            return started.isPresent();
        }

        @Override
        public String words() {
            return started.map(time -> "fire " + fire + " started only at " + time)
                    .orElse("fire " + fire + " has not started");
        }

        @Override
        public String id() {
            return "late_after/" + fire;
        }
    }

    /**
     * No scheduled fire has succeeded for too long.
     *
     * @param last when the last one succeeded; if the ledger does not know that any more, a later time: that of the first fire
     *     that did not, or from when on the job is known
     * @param limit how long there may be no success
     * @param exact whether the ledger knows it
     */
    record NoSuccess(Instant last, Duration limit, boolean exact) implements Late {
        @Override
        public String key() {
            return "no_success_for";
        }

        @Override
        public Instant since() {
            return last.plus(limit);
        }

        @Override
        public boolean isOver() {
            return false;
        }

        @Override
        public String words() {
            return "no success since " + last;
        }

        @Override
        public String id() {
            return "no_success_for/" + last;
        }
    }

    /**
     * A run that takes longer than it should, or did.
     *
     * @param instance where it runs
     * @param limit how long it was to take
     * @param isOver whether it has ended
     */
    record TooLong(Instant fire, long token, String instance, Instant started, Duration limit, boolean isOver)
            implements Late {
        @Override
        public String key() {
            return "expected";
        }

        @Override
        public Instant since() {
            return started.plus(limit);
        }

        @Override
        public String words() {
            return "the run of fire " + fire + " on " + instance + (isOver ? " took" : " takes") + " longer than "
                    + limit.toString().substring(2).toLowerCase(java.util.Locale.ROOT);
        }

        @Override
        public String id() {
            return "expected/" + token;
        }
    }
}
