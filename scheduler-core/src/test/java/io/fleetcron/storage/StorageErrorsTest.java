package io.fleetcron.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetcron.natives.Errno;
import io.fleetcron.natives.ErrnoException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator reads when a call on a shared file fails: the file, the call, and what to do. */
class StorageErrorsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ENOENT | is the shared directory mounted?
            EACCES | the agent's user needs read and write permission there
            EROFS  | mount it with `rw`
            ENOSPC | free some space, the agent tries again by itself
            EDQUOT | lower max_running or spread the jobs over more hosts
            ENOLCK | lower max_running or spread the jobs over more hosts
            """, quoteCharacter = '"')
    void saysWhatToDo(String errno, String advice) {
        StorageException failed =
                StorageErrors.of(Path.of("/share/fleet.json"), new ErrnoException("open", number(errno)));

        String message = String.valueOf(failed.getMessage());
        assertEquals(errno, failed.errno());
        assertEquals("/share/fleet.json: open: " + errno, message.substring(0, message.indexOf(" (")));
        assertEquals("); " + advice, message.substring(message.lastIndexOf(");")));
    }

    private static int number(String errno) {
        return IntStream.rangeClosed(1, Errno.EDQUOT)
                .filter(number -> Errno.name(number).equals(errno))
                .findFirst()
                .orElseThrow();
    }
}
