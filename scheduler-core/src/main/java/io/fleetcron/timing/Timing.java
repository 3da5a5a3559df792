package io.fleetcron.timing;

import io.fleetcron.config.schedule.Schedule;
import java.time.Instant;
import java.util.Map;

/** Tells when scheduled times come due. Thread-safe. */
public interface Timing extends AutoCloseable {

    /** Learns that a scheduled time has come. Called on a timing thread: hand over and return at once. */
    interface Listener {
        /**
         * @param job the job's name
         * @param fire the scheduled time, which is not later than the clock's now
         */
        void due(String job, Instant fire);
    }

    /** Replaces the set of jobs. A job whose schedule stays equal keeps its next fire. */
    void schedule(Map<String, Schedule> jobs);

    /** Computes every next fire again, because the clock was set. */
    void clockChanged();

    /** Stops for good; no call to the listener begins afterwards. */
    @Override
    void close();
}
