package io.fleetcron.page;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The page for those who look at it again and again: reads at most every two seconds, whoever asks, and shows what was read
 * last while the shared directory does not answer. Thread-safe; one caller reads, the others wait for it.
 */
public final class LivePage {

    private static final Duration FRESH = Duration.ofSeconds(2);

    private final Supplier<Snapshot> reader;
    private final LongSupplier nanos;
    private final Drawn drawn = new Drawn();
    private @Nullable String shown;
    private @Nullable Snapshot good;
    private long readAt;
    private long goodAt;

    /**
     * @param reader reads what is to be shown, within a deadline
     * @param nanos a clock for lengths of time
     */
    public LivePage(Supplier<Snapshot> reader, LongSupplier nanos) {
        this.reader = reader;
        this.nanos = nanos;
    }

    /** One HTML document. */
    public synchronized String html() {
        String last = shown;
        if (last != null && nanos.getAsLong() - readAt < FRESH.toNanos()) {
            return last;
        }
        String made = Page.live(snapshot(), drawn);
        shown = made;
        return made;
    }

    private Snapshot snapshot() {
        Snapshot read = reader.get();
        readAt = nanos.getAsLong();
        Optional<Snapshot.Outage> outage = read.outage();
        Snapshot next = read;
        if (outage.isEmpty()) {
            good = read;
            goodAt = readAt;
        } else if (good != null) {
            next = good.during(new Snapshot.Outage(
                    outage.get().problem(),
                    Optional.of(Duration.ofNanos(readAt - goodAt)),
                    outage.get().here()));
        }
        return next;
    }
}
