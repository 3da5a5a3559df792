package io.fleetcron.observe;

import io.fleetcron.fleet.RunId;
import io.fleetcron.observe.OutputFiles.Stored;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The output of one run, piece by piece as it grows. For one thread. */
public interface OutputSource extends AutoCloseable {

    /** What came since the last call; nothing if there is nothing new. */
    byte[] next() throws IOException, SharedDirectoryUnavailable;

    @Override
    default void close() throws IOException {}

    /** A file on this host, which may be removed meanwhile. */
    static OutputSource here(Path file) throws IOException {
        InputStream in = Files.newInputStream(file);
        return new OutputSource() {
            @Override
            public byte[] next() throws IOException {
                return in.readNBytes(Math.max(0, Math.min(in.available(), 1 << 20)));
            }

            @Override
            public void close() throws IOException {
                in.close();
            }
        };
    }

    /** A file in the shared directory, which need not be there yet. */
    static OutputSource shared(OutputFiles files, Deadline deadline, RunId run) {
        return new OutputSource() {
            private @Nullable Stored found;
            private long at;

            @Override
            public byte[] next() throws SharedDirectoryUnavailable {
                Stored known = found;
                if (known == null) {
                    known = find().orElse(null);
                    found = known;
                }
                if (known == null) {
                    return new byte[0];
                }
                Stored file = known;
                byte[] piece = deadline.ask(() -> file.read(at));
                at += piece.length;
                return piece;
            }

            private Optional<Stored> find() throws SharedDirectoryUnavailable {
                return deadline.ask(() -> files.of(run.job())).stream()
                        .filter(stored -> stored.name().token() == run.token()
                                && stored.name().instance().equals(run.instance()))
                        .findFirst();
            }
        };
    }
}
