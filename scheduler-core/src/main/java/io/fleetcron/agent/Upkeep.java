package io.fleetcron.agent;

import io.fleetcron.loop.EventLoop;
import io.fleetcron.storage.StorageHealth;
import io.fleetcron.storage.StorageHealth.Kind;
import java.io.IOException;

/**
 * Work on storage that is done again and again, but never twice at once: whatever goes wrong with it is reported, and it
 * is done again. For the loop alone; the work itself may block.
 */
final class Upkeep implements Runnable {

    /** What is done. */
    interface Work {
        void run() throws IOException;
    }

    private final EventLoop loop;
    private final StorageHealth health;
    private final Kind kind;
    private final Work work;
    private final Runnable after;
    private boolean busy;

    /**
     * @param kind what of the storage does not work if this does not
     * @param after done on the loop at the end of each time
     */
    Upkeep(EventLoop loop, StorageHealth health, Kind kind, Work work, Runnable after) {
        this.loop = loop;
        this.health = health;
        this.kind = kind;
        this.work = work;
        this.after = after;
    }

    Upkeep(EventLoop loop, StorageHealth health, Kind kind, Work work) {
        this(loop, health, kind, work, () -> {});
    }

    /** True while it is being done. */
    boolean isBusy() {
        return busy;
    }

    /** Begins it once more, unless it is under way. */
    @Override
    public void run() {
        if (!busy) {
            busy = true;
            loop.tend(this::work, () -> {
                busy = false;
                after.run();
            });
        }
    }

    private void work() {
        try {
            work.run();
            health.worked(kind);
        } catch (IOException e) {
            health.failed(kind, e);
        } catch (RuntimeException | Error e) {
            health.failed(kind, "internal error: " + e);
            throw e;
        }
    }
}
