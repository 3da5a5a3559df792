package io.fleetcron.output;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Copies a growing file to a stream until it is notified that the file is complete. */
public final class FileTail {

    private static final Logger LOG = LoggerFactory.getLogger(FileTail.class);
    private static final long PAUSE_MILLIS = 50;

    private final Path file;
    private final OutputStream out;
    private final Thread thread;
    private volatile boolean complete;

    private FileTail(Path file, OutputStream out) {
        this.file = file;
        this.out = out;
        this.thread = new Thread(this::copy, "tail");
        thread.setDaemon(true);
    }

    public static FileTail follow(Path file, OutputStream out) {
        FileTail tail = new FileTail(file, out);
        tail.thread.start();
        return tail;
    }

    /** The file will not grow any more: copies the rest, then returns. */
    public void finish() {
        complete = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void copy() {
        try {
            while (!Files.exists(file) && !complete) {
                Thread.sleep(PAUSE_MILLIS);
            }
            try (InputStream in = Files.newInputStream(file)) {
                boolean last;
                do {
                    last = complete;
                    in.transferTo(out);
                    out.flush();
                    if (!last) {
                        Thread.sleep(PAUSE_MILLIS);
                    }
                } while (!last);
            }
        } catch (NoSuchFileException e) {
            LOG.debug("no output file", e);
        } catch (IOException e) {
            LOG.warn("output not shown: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
