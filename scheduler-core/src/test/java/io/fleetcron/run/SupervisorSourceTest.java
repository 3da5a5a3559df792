package io.fleetcron.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.run.NativeHelper.Result;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What can be said of the supervisor's source and of the program that is shipped without running it. */
@Timeout(120)
class SupervisorSourceTest {
    // elf.h
    private static final int ET_DYN = 3;
    private static final int PT_INTERP = 3;
    private static final int PT_GNU_STACK = 0x6474e551;
    private static final int PT_GNU_RELRO = 0x6474e552;
    private static final int PF_X = 1;

    @TempDir
    Path dir;

    @Test
    void theCompilersAnalyzerFindsNothing() throws Exception {
        for (String source : NativeHelper.supervisorSources()) {
            assertEquals(new Result(0, ""), analyze(Path.of(source)), source);
        }
    }

    @Test
    void theAnalyzerIsAtWork() throws Exception {
        Path leak = Files.writeString(
                dir.resolve("leak.c"),
                "#include <stdlib.h>\nint main(int c, char **v) { (void)v; char *p = malloc(1); if (c > 1) free(p);"
                        + " free(p); return 0; }\n");
        assertEquals(1, analyze(leak).status());
    }

    /** Without optimization: the compiler proves more away than it reports otherwise. */
    private Result analyze(Path source) throws Exception {
        return NativeHelper.run(
                new byte[0],
                List.of(
                        "cc",
                        "-std=c17",
                        "-D_GNU_SOURCE",
                        "-O0",
                        "-Wall",
                        "-Wextra",
                        "-Wshadow",
                        "-Wconversion",
                        "-Wno-sign-conversion",
                        "-Werror",
                        "-fanalyzer",
                        "-c",
                        "-o",
                        "/dev/null",
                        source.toString()));
    }

    /** Reading them waits for the memory of the process, which may itself wait for a page that never comes. */
    @Test
    void onlyTheSweepReadsTheMemoryOfOtherProcesses() throws Exception {
        List<String> readers = new ArrayList<>();
        for (String source : NativeHelper.supervisorSources()) {
            String text = Files.readString(Path.of(source));
            if (text.matches("(?s).*\"[^\"\n]*/(environ|cmdline|maps|smaps|mem|exe|auxv|numa_maps)\".*")) {
                readers.add(Path.of(source).getFileName().toString());
            }
        }
        assertEquals(List.of("sweep.c"), readers);
    }

    @Test
    void theProgramIsHardenedAndNeedsNothing() throws Exception {
        ByteBuffer elf;
        try (InputStream in = SupervisorProgram.class.getResourceAsStream(
                System.getProperty("os.arch").replace("amd64", "x86_64") + "/" + SupervisorProgram.NAME)) {
            elf = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
        }
        Map<Integer, Integer> flags = segments(elf);
        assertEquals(ET_DYN, elf.getShort(16), "position-independent");
        assertFalse(flags.containsKey(PT_INTERP), "linked statically");
        assertTrue(flags.containsKey(PT_GNU_RELRO), "relocations are read-only");
        assertEquals(0, flags.getOrDefault(PT_GNU_STACK, PF_X) & PF_X, "no executable stack");
        String bytes = new String(elf.array(), java.nio.charset.StandardCharsets.ISO_8859_1);
        assertTrue(bytes.contains("stack smashing detected"), "stack protector");
        assertTrue(bytes.contains("buffer overflow detected"), "checked string functions");
    }

    /** The flags of each type of segment; the layout is that of Elf64_Ehdr and Elf64_Phdr. */
    private static Map<Integer, Integer> segments(ByteBuffer elf) {
        Map<Integer, Integer> flags = new TreeMap<>();
        int table = Math.toIntExact(elf.getLong(32));
        for (int i = 0; i < elf.getShort(56); i++) {
            int at = table + i * elf.getShort(54);
            flags.put(elf.getInt(at), elf.getInt(at + 4));
        }
        return flags;
    }
}
