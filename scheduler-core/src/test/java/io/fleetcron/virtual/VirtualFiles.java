package io.fleetcron.virtual;

import io.fleetcron.storage.SharedFiles;
import io.fleetcron.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The small files on the simulated server, as one process sees them. */
final class VirtualFiles implements SharedFiles {
    private static final int LIMIT = 64 << 10;

    private final VirtualWorld world;
    private final VirtualServer server;
    private final VirtualProcess process;

    VirtualFiles(VirtualWorld world, VirtualServer server, VirtualProcess process) {
        this.world = world;
        this.server = server;
        this.process = process;
    }

    private interface Use<T> {
        T of(VirtualServer.Open file) throws StorageException;
    }

    private <T> T with(Path file, Use<T> use) throws StorageException {
        VirtualServer.Open open = server.open(process, file.toString());
        try {
            return use.of(open);
        } finally {
            open.close(process);
        }
    }

    @Override
    public Instant write(Path file, byte[] content) throws StorageException {
        return with(file, open -> process.host().plantTime(server.write(process, open, 0, content)));
    }

    @Override
    public Appender appender(Path file) throws StorageException {
        VirtualServer.Open open = server.open(process, file.toString());
        boolean history = file.startsWith(VirtualFleet.HISTORY);
        return new Appender() {
            private long end = history ? 0 : server.size(open);

            @Override
            public void append(byte[] content) throws StorageException {
                if (!history) {
                    server.write(process, open, end, content);
                    end += content.length;
                    return;
                }
                // What history says is handed to the judge when it is written, and kept nowhere else.
                server.write(process, open, 0, new byte[0]);
                end += content.length;
                if (!world.plants(Plant.HISTORY_NOT_WRITTEN) || !world.chance(0.05)) {
                    world.judge().history(new String(content, StandardCharsets.UTF_8));
                }
            }

            @Override
            public long end() {
                return end;
            }

            @Override
            public void close() {
                open.close(process);
            }
        };
    }

    @Override
    public InPlace inPlace(Path file) throws StorageException {
        VirtualServer.Open open = server.open(process, file.toString());
        return new InPlace() {
            @Override
            public void write(long offset, byte[] content) throws StorageException {
                server.write(process, open, offset, content);
            }

            @Override
            public byte[] read(int most) throws StorageException {
                byte[] content = server.read(process, open, 0, most);
                if (world.plants(Plant.CONTROLS_UNREAD) && file.endsWith("control/table")) {
                    return new byte[content.length];
                }
                return file.endsWith("members/table") ? world.plantMembers(content, most) : content;
            }

            @Override
            public Instant modified() throws StorageException {
                return process.host().plantTime(server.modified(process, open));
            }

            @Override
            public void close() {
                open.close(process);
            }
        };
    }

    @Override
    public Optional<String> read(Path file) throws StorageException {
        return beginning(file, LIMIT).map(found -> new String(found.bytes(), StandardCharsets.UTF_8));
    }

    @Override
    public String createOnce(Path file, String content) throws StorageException {
        Optional<String> there = read(file);
        if (there.isPresent()) {
            return there.get();
        }
        write(file, content.getBytes(StandardCharsets.UTF_8));
        return read(file).orElse("");
    }

    @Override
    public List<String> names(Path directory) throws StorageException {
        return server.names(process, directory.toString());
    }

    @Override
    public void delete(Path file) throws StorageException {
        server.delete(process, file.toString());
    }

    @Override
    public Optional<Beginning> beginning(Path file, int most) throws StorageException {
        Optional<VirtualServer.Open> open = server.find(process, file.toString());
        if (open.isEmpty()) {
            return Optional.empty();
        }
        try {
            byte[] all = server.read(process, open.get(), 0, Integer.MAX_VALUE);
            return Optional.of(new Beginning(Arrays.copyOf(all, Math.min(all.length, most)), all.length));
        } finally {
            open.get().close(process);
        }
    }

    @Override
    public void createDirectories(Path directory) {
        // a path of the simulated server is there
    }
}
