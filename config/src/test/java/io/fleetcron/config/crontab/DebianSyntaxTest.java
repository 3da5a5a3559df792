package io.fleetcron.config.crontab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetcron.config.crontab.CronTable.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** For what Debian's cron ignores a whole file: the answers of {@code crontab -n} of its cron 3.0pl1-162. */
class DebianSyntaxTest {
    private static final Accounts ACCOUNTS =
            new Accounts(Map.of("root", new Accounts.Account(0, "/root")), true, Set.of());

    private static Optional<Ignored> ignored(Kind kind, String text) {
        return CronTable.of("x", kind, Optional.empty(), text.getBytes(StandardCharsets.UTF_8))
                .by(Crond.DEBIAN)
                .ignored(ACCOUNTS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MAILTO=\"\"",
                "\uFEFFA=b",
                "A = b",
                "my-var=1",
                "=b",
                "@daily x\r",
                "0 0 2 * * 1 cmd",
                "*5 * * * * x",
                "5;35 * * * * x",
                "* * * * *",
                "@daily",
                "5,* * * * * x",
                "0 0 31 2 * x",
                "22-2 * * * * x",
                "* * * * * %in",
                "* * * * * -n x",
                "PATH=$HOME/x",
                "\t@daily x",
                " # x",
                "@midnight x",
                "0-59/70 * * * * x",
                "*-5 * * * * x",
                "*/5;7 * * * * x",
                "5-10;3 * * * * x",
                "* * * * mon,fri x",
                "* * * * mon-fri/2 x",
                "* * * JAN * x",
                "*,5 * * * * x",
                "* * * * 5-1 x",
                "",
                "* * * * 7 x"
            })
    void takes(String line) {
        assertEquals(Optional.empty(), ignored(Kind.USER, "@daily good\n" + line + "\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MAILTO=",
                "\uFEFF# x",
                "\uFEFF@daily x",
                "\r",
                "0 0 2 * * * cmd",
                "@daily * x",
                "@DAILY x",
                "@dayly x",
                "@every x",
                "0 0 * * monday x",
                "5,,6 * * * * x",
                "*/0 * * * * x",
                "5/20 * * * * x",
                "~ * * * * x",
                "hello",
                "A B=c",
                "A='b",
                "A='b' c",
                "0 0 ? * 1 x",
                "0 0 0 * * x",
                "* * * * 8 x",
                "5-10x * * * * x",
                "5x * * * * x",
                "* * * jan x",
                "5, * * * * x",
                "*/ * * * * x",
                "61 * * * * x",
                "0-60 * * * * x",
                "-* * * * * x",
                "* * *"
            })
    void ignoresTheFileFor(String line) {
        assertEquals(
                Optional.of(2),
                ignored(Kind.USER, "@daily good\n" + line + "\n").map(Ignored::line));
    }

    @ParameterizedTest
    @CsvSource({"997, false", "998, false", "999, true", "1000, true"})
    void aLongCommand(int length, boolean ignored) {
        assertEquals(
                ignored,
                ignored(Kind.USER, "@daily " + "a".repeat(length) + "\n").isPresent());
    }

    @Test
    void users() {
        assertEquals(Optional.empty(), ignored(Kind.SYSTEM, "@daily root x\n0 1 * * * root x\n"));
        assertEquals(
                Optional.of(new Ignored(2, "user `joe` does not exist")),
                ignored(Kind.SYSTEM, "@daily root x\n@daily joe x\n"));
    }

    @Test
    void theEnd() {
        assertEquals(Optional.empty(), ignored(Kind.USER, ""));
        assertEquals(Optional.of(2), ignored(Kind.USER, "@daily x\n# end").map(Ignored::line));
        assertEquals(Optional.empty(), ignored(Kind.USER, "@daily x\n".repeat(10_000)));
        assertEquals(
                Optional.of(10_001),
                ignored(Kind.USER, "@daily x\n".repeat(10_001)).map(Ignored::line));
    }

    /** Anacron reads its own file; and of another crond nothing is said here. */
    @Test
    void onlyWhatDebiansCronReads() {
        assertEquals(Optional.empty(), ignored(Kind.ANACRON, "1 5 x /opt/x"));
        CronTable bad = CronTable.of("x", Kind.USER, Optional.empty(), "bad\n".getBytes(StandardCharsets.UTF_8));
        assertEquals(Optional.empty(), bad.ignored(ACCOUNTS));
        assertEquals(Optional.of(1), bad.doubtful(ACCOUNTS).map(Ignored::line));
        assertEquals(Optional.empty(), bad.by(Crond.CRONIE).ignored(ACCOUNTS));
        assertEquals(Optional.empty(), bad.by(Crond.CRONIE).doubtful(ACCOUNTS));
    }
}
