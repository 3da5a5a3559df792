package io.fleetcron.timing;

import org.quartz.spi.ThreadPool;

/**
 * Runs Quartz' jobs on Quartz' own thread, which waits for the next fire: they only hand the fire over and never block, so
 * that another thread would cost more than they do. Public because Quartz sets its name by reflection.
 */
public final class CallerThread implements ThreadPool {

    static final int MOST_AT_ONCE = 50;

    @Override
    public boolean runInThread(Runnable job) {
        job.run();
        return true;
    }

    /** As many fires as come due at one time are taken from the store at once. */
    @Override
    public int blockForAvailableThreads() {
        return MOST_AT_ONCE;
    }

    @Override
    public int getPoolSize() {
        return 1;
    }

    @Override
    public void initialize() {
        // there is nothing to start
    }

    @Override
    public void shutdown(boolean waitForJobsToComplete) {
        // there is nothing to stop
    }

    @Override
    public void setInstanceId(String id) {
        // not wanted
    }

    @Override
    public void setInstanceName(String name) {
        // not wanted
    }
}
