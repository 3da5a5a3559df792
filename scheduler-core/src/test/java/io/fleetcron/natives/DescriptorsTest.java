package io.fleetcron.natives;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.sun.jna.Memory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a disk asks of memory under O_DIRECT is met wherever the allocator puts a buffer. */
class DescriptorsTest {
    private static final int BLOCK = 512;

    @TempDir
    private Path folder;

    @Test
    void readsAndWritesDirectlyWhereverMemoryLies() throws IOException {
        int descriptor = direct(Files.createFile(folder.resolve("file")));
        byte[] block = "x".repeat(BLOCK).getBytes(StandardCharsets.US_ASCII);
        List<Memory> between = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                between.add(new Memory(BLOCK)); // so that buffers come to lie anywhere, across the end of a page too
                Descriptors.write(descriptor, 0, block);
                assertArrayEquals(block, Descriptors.read(descriptor, 0, BLOCK));
                assertArrayEquals(block, Descriptors.readOnce(descriptor, 0, BLOCK));
            }
        } finally {
            Descriptors.close(descriptor);
            between.forEach(Memory::close);
        }
    }

    private static int direct(Path file) throws ErrnoException {
        try {
            return Descriptors.open(file, true);
        } catch (ErrnoException e) {
            Assumptions.abort("no direct reads here: " + e.getMessage());
            throw e;
        }
    }
}
