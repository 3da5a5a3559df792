package io.fleetcron.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChildrenTest {
    @TempDir
    Path dir;

    /** The numbers here are whatever the process has free: each may be one that the child shall have for something else. */
    @Test
    void aDescriptorMayHaveTheNumberThatAnotherGetsInTheChild() throws Exception {
        int first = sealed("first ");
        int second = sealed("second ");
        int third = sealed("third ");
        try {
            assertEquals(
                    "second third first ",
                    seen(Map.of(first, second, second, third, third, first), first, second, third));
            assertEquals("second first ", seen(Map.of(second, first, first, second), first, second));
            assertEquals("first first ", seen(Map.of(second, first, first, first), first, second));
        } finally {
            Descriptors.close(first);
            Descriptors.close(second);
            Descriptors.close(third);
        }
    }

    private static int sealed(String content) throws Exception {
        return Descriptors.sealed("test", content.getBytes(StandardCharsets.UTF_8));
    }

    /** What a child reads from these numbers, one after the other. */
    private String seen(Map<Integer, Integer> descriptors, int... numbers) throws Exception {
        Path result = dir.resolve("seen");
        StringBuilder line = new StringBuilder("cat");
        for (int number : numbers) {
            line.append(" /proc/$$/fd/").append(number);
        }
        int child = Children.spawn("/bin/sh", List.of("sh", "-c", line + " >" + result), descriptors);
        assertEquals(0, Children.reap(child));
        return Files.readString(result);
    }
}
