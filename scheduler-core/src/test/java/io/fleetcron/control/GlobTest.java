package io.fleetcron.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {

    @ParameterizedTest
    @CsvSource({
        "*,         backup,       true",
        "backup,    backup,       true",
        "backup,    backup2,      false",
        "back*,     backup,       true",
        "back*,     back,         true",
        "*up,       backup,       true",
        "*up,       backup-hour,  false",
        "b*k*p,     backup,       true",
        "b*k*p,     bkp,          true",
        "b*k*p,     bpk,          false",
        "b?ckup,    backup,       true",
        "b?ckup,    bckup,        false",
        "?,         a,            true",
        "?,         ab,           false",
        "a.b,       axb,          false",
        "**,        x,            true"
    })
    void matches(String glob, String name, boolean expected) {
        assertEquals(expected, Glob.matches(glob, name));
    }

    @ParameterizedTest
    @CsvSource({
        "backup,  true",
        "*,       true",
        "web-?.*, true",
        "Backup,  false",
        "back/*,  false",
        "-x,      false",
        "'*\u001b',  false",
        "'* ',    false",
        "'',      false"
    })
    void problems(String text, boolean good) {
        assertEquals(good, Glob.problem(text).isEmpty(), text);
    }

    @Test
    void whatOthersWroteCannotMakeItSlow() {
        assertTimeoutPreemptively(
                Duration.ofSeconds(60), () -> assertEquals(false, Glob.matches("*a".repeat(31) + "b", "a".repeat(63))));
    }
}
