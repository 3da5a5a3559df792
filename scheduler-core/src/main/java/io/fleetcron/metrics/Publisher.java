package io.fleetcron.metrics;

import io.fleetcron.config.Metrics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes metrics where the main file says: what fails is reported once and tried again. On a thread of its own, since the
 * folder of the file may hang.
 */
final class Publisher {

    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

    /** With a client of the HTTP server. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Metrics wanted;
    private final Duration interval;
    private final Supplier<byte[]> text;
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, work -> {
        Thread made = new Thread(work, "metrics");
        made.setDaemon(true);
        return made;
    });
    private volatile Optional<Future<?>> publishing = Optional.empty();
    private volatile Optional<ScrapeServer> server = Optional.empty();
    private String fileTrouble = "";
    private String listenTrouble = "";

    /**
     * @param interval how often the file is written
     */
    Publisher(Metrics wanted, Duration interval, Supplier<byte[]> text) {
        this.wanted = wanted;
        this.interval = interval;
        this.text = text;
    }

    void start() {
        publishing = Optional.of(
                thread.scheduleWithFixedDelay(this::publish, 0, interval.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void publish() {
        try {
            if (server.isEmpty()) {
                wanted.listen().ifPresent(this::listen);
            }
            write();
        } catch (RuntimeException e) {
            LOG.error("internal error, please report it", e); // else it would not be done again
        }
    }

    private void listen(InetSocketAddress address) {
        try {
            server = Optional.of(ScrapeServer.start(address, PATIENCE, text));
            listenTrouble = "";
            LOG.info("metrics served at {}", address);
        } catch (IOException e) {
            listenTrouble = report(listenTrouble, "metrics not served at " + address + ": " + e.getMessage());
        }
    }

    private void write() {
        wanted.textfile().ifPresent(path -> {
            try {
                new Textfile(path).write(text.get());
                if (!fileTrouble.isEmpty()) {
                    LOG.info("metrics written again to {}", path);
                }
                fileTrouble = "";
            } catch (IOException e) {
                fileTrouble = report(fileTrouble, "metrics not written to " + path + ": " + e.getMessage());
            }
        });
    }

    private static String report(String before, String trouble) {
        if (!trouble.equals(before)) {
            LOG.warn("{}; tried again", trouble);
        }
        return trouble;
    }

    /** Begins to write the file for the last time. Returns at once. */
    Future<?> finish() {
        publishing.ifPresent(again -> again.cancel(false));
        Future<?> last = thread.submit(() -> {
            write();
            server.ifPresent(ScrapeServer::close);
        });
        thread.shutdown();
        return last;
    }

    /** Waits for that, but not for a folder that hangs. */
    static void await(Future<?> last, Duration atMost) throws InterruptedException {
        try {
            last.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("metrics not written in time: {}", e.toString());
        }
    }
}
