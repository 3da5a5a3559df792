package io.fleetcron.ledger.file;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.LedgerState;
import io.fleetcron.ledger.Repair;
import io.fleetcron.ledger.TakenRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The highest sequence and fencing token that this instance has seen in each ledger. A ledger never goes backwards: one that
 * shows less was replaced, restored from a copy or rolled back, and what it does not show may have run.
 *
 * <p>Across restarts it remembers what is on stable storage only: what was written, and what was read past the page cache.
 * Local storage shows a record that is being written before it has reached the disk, and a host that loses its power then
 * has the one before. Thread-safe; only {@link #load} and {@link #store} do I/O, on the local disk.
 */
public final class LedgerMemory {

    private static final Logger LOG = LoggerFactory.getLogger(LedgerMemory.class);

    private record Mark(long sequence, long token) {
        Mark max(Mark other) {
            return new Mark(Math.max(sequence, other.sequence), Math.max(token, other.token));
        }
    }

    private final Optional<Path> file;
    private final String directory;
    private final boolean direct;
    private final Map<String, Mark> marks = new HashMap<>();
    private final Map<String, Mark> lasting = new HashMap<>();
    private boolean changed;
    private volatile BiConsumer<String, LedgerRecord> watcher = (job, record) -> {};

    private LedgerMemory(Optional<Path> file, String directory, boolean direct) {
        this.file = file;
        this.directory = directory;
        this.direct = direct;
    }

    /** One that ends with this process. */
    public static LedgerMemory ofThisProcess() {
        return new LedgerMemory(Optional.empty(), "", false);
    }

    /**
     * What an earlier process left there.
     *
     * @param directory the lock files' directory: marks of another one say nothing about it
     * @param direct whether ledgers are read past the page cache
     */
    public static LedgerMemory load(Path file, Path directory, boolean direct) {
        LedgerMemory memory = new LedgerMemory(Optional.of(file), directory.toString(), direct);
        try {
            memory.lasting.putAll(memory.read());
            memory.marks.putAll(memory.lasting);
        } catch (IOException e) {
            LOG.warn("what was seen of the ledgers before this start cannot be read: {}", e.getMessage());
        }
        return memory;
    }

    /** From now on that one hears of each record that is read or written, on the thread that does so. */
    public void watch(BiConsumer<String, LedgerRecord> by) {
        watcher = by;
    }

    /** Why a ledger that was just read is not to be believed, if so. */
    public synchronized Optional<String> doubt(String job, LedgerState decoded) {
        Mark mark = marks.get(job);
        if (mark == null || decoded instanceof LedgerState.Corrupt) {
            return Optional.empty();
        }
        String seen = "this instance has seen sequence " + mark.sequence + " and token " + mark.token;
        if (decoded instanceof LedgerState.Valid valid) {
            LedgerRecord record = valid.record();
            return record.sequence() < mark.sequence || record.token() < mark.token
                    ? Optional.of("it goes backwards: its sequence is " + record.sequence() + " and its token "
                            + record.token() + ", but " + seen + ". It was replaced or restored from an older copy")
                    : Optional.empty();
        }
        return Optional.of("it is empty, but " + seen + ". Its lock file was deleted or moved away");
    }

    /** What this instance has seen of a ledger, together with what others know. */
    public synchronized Repair.Known known(String job, long token, Optional<Instant> ran, List<TakenRequest> requests) {
        Mark mark = marks.getOrDefault(job, new Mark(0, 0));
        return new Repair.Known(mark.sequence, Math.max(mark.token, token), ran, requests);
    }

    /** That record was read, with or without its lock. */
    public void seen(String job, LedgerRecord record) {
        synchronized (this) {
            raise(marks, job, record);
            if (direct) {
                changed |= raise(lasting, job, record);
            }
        }
        watcher.accept(job, record);
    }

    /** That record was written, to stable storage. */
    public void written(String job, LedgerRecord record) {
        synchronized (this) {
            raise(marks, job, record);
            changed |= raise(lasting, job, record);
        }
        watcher.accept(job, record);
    }

    private static boolean raise(Map<String, Mark> marks, String job, LedgerRecord record) {
        Mark mark = new Mark(record.sequence(), record.token());
        return !mark.equals(marks.put(job, mark.max(marks.getOrDefault(job, mark))));
    }

    /** Writes what is new since the last call. Another process of this instance may do so as well. */
    public void store() throws IOException {
        Map<String, Mark> all;
        synchronized (this) {
            if (!changed || file.isEmpty()) {
                return;
            }
            all = new TreeMap<>(lasting);
            changed = false;
        }
        try {
            read().forEach((job, mark) -> all.merge(job, mark, Mark::max));
            write(file.get(), all);
        } catch (IOException e) {
            synchronized (this) {
                changed = true;
            }
            throw e;
        }
    }

    private void write(Path to, Map<String, Mark> all) throws IOException {
        JsonObject ledgers = new JsonObject();
        all.forEach((job, mark) -> {
            JsonObject json = new JsonObject();
            json.addProperty("seq", mark.sequence);
            json.addProperty("token", mark.token);
            ledgers.add(job, json);
        });
        JsonObject json = new JsonObject();
        json.addProperty("directory", directory);
        json.add("ledgers", ledgers);
        Path draft = to.resolveSibling(
                to.getFileName() + "." + ProcessHandle.current().pid());
        Files.writeString(draft, json + "\n");
        Files.move(draft, to, StandardCopyOption.ATOMIC_MOVE);
    }

    private Map<String, Mark> read() throws IOException {
        Map<String, Mark> found = new HashMap<>();
        if (file.isEmpty()) {
            return found;
        }
        try {
            JsonObject json =
                    JsonParser.parseString(Files.readString(file.get())).getAsJsonObject();
            if (!json.get("directory").getAsString().equals(directory)) {
                return found;
            }
            for (Map.Entry<String, JsonElement> ledger :
                    json.getAsJsonObject("ledgers").entrySet()) {
                JsonObject mark = ledger.getValue().getAsJsonObject();
                found.put(
                        ledger.getKey(),
                        new Mark(mark.get("seq").getAsLong(), mark.get("token").getAsLong()));
            }
            return found;
        } catch (NoSuchFileException e) {
            return found;
        } catch (JsonParseException
                | IllegalStateException
                | NullPointerException
                | NumberFormatException
                | UnsupportedOperationException e) { // how Gson says null
            throw new IOException(file.get() + ": not what this program writes there", e);
        }
    }
}
