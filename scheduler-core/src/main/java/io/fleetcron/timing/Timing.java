package io.fleetcron.timing;

import io.fleetcron.config.schedule.Schedule;
import io.fleetcron.fleet.Fire;
import java.util.Map;

/** Tells when scheduled times come due. Thread-safe. */
public interface Timing extends AutoCloseable {

    /** Learns that a scheduled time has come. Called on a timing thread: hand over and return at once. */
    interface Listener {
        /**
         * @param fire its time is not later than the clock's now
         */
        void due(Fire fire);
    }

    /** Replaces the set of jobs. A job whose schedule stays equal keeps its next fire. */
    void schedule(Map<String, Schedule> jobs);

    /** Computes every next fire again, because the clock was set. */
    void clockChanged();

    /** Stops for good; no call to the listener begins afterwards. */
    @Override
    void close();
}
