package io.fleetcron.observe;

import io.fleetcron.control.ControlLine;
import io.fleetcron.control.ControlTable;
import io.fleetcron.control.ControlTable.Corrupt;
import io.fleetcron.control.ControlTable.Found;
import io.fleetcron.control.ControlTable.Valid;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.storage.PlantedFileException;
import io.fleetcron.storage.SharedRoot;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What people ask of the fleet, and all that they have ever asked. */
public final class ControlFiles {

    /** A read may meet a write in progress; the next one does not meet the same. */
    private static final int TRIES = 3;

    private static final String ENDING = ".jsonl";
    private static final Logger LOG = LoggerFactory.getLogger(ControlFiles.class);

    private final SharedRoot root;
    private final SharedLayout layout;

    /** Of a shared directory. */
    public ControlFiles(SharedRoot root, SharedLayout layout) {
        this.root = root;
        this.layout = layout;
    }

    /** What is in force. */
    public Found table() throws IOException {
        Found found = tableOnce();
        for (int i = 1; i < TRIES && found instanceof Corrupt; i++) {
            found = tableOnce();
        }
        return found;
    }

    private Found tableOnce() throws IOException {
        try {
            return ControlTable.decode(root.read(layout.controlTable(), 0, ControlTable.SIZE));
        } catch (NoSuchFileException e) {
            return new Valid(ControlTable.NONE);
        } catch (PlantedFileException e) {
            return new Corrupt(String.valueOf(e.getMessage()));
        }
    }

    /** All that was asked then or later, in the order of the files. A line that is torn or foreign is passed over. */
    public List<ControlLine> log(Optional<Instant> since, Predicate<ControlLine> wanted) throws IOException {
        List<ControlLine> lines = new ArrayList<>();
        for (String name : names()) {
            if (name.endsWith(ENDING)) {
                read(layout.control().resolve(name), since, wanted, lines);
            }
        }
        return lines;
    }

    private List<String> names() throws IOException {
        try {
            return DirectoryListing.names(root, layout.control());
        } catch (PlantedFileException e) {
            LOG.warn("controls passed over: {}", e.getMessage());
            return List.of();
        }
    }

    private void read(Path file, Optional<Instant> since, Predicate<ControlLine> wanted, List<ControlLine> into)
            throws IOException {
        try {
            root.lines(
                    file,
                    text -> ControlLine.parse(text)
                            .filter(line ->
                                    since.filter(line.asked().at()::isBefore).isEmpty())
                            .filter(wanted)
                            .ifPresent(into::add));
        } catch (NoSuchFileException e) {
            return; // removed in the meantime
        } catch (PlantedFileException e) {
            LOG.warn("controls passed over: {}", e.getMessage());
        }
    }
}
