package io.fleetcron.cli;

import static io.fleetcron.observe.Lines.at;
import static io.fleetcron.observe.Lines.missed;
import static io.fleetcron.observe.Lines.ran;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.observe.SharedDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code fleetcron page} on directories as agents leave them. */
class PageCommandTest {

    @TempDir
    private Path folder;

    private FleetFolder fleet;
    private SharedDirectory shared;

    @BeforeEach
    void write() throws IOException {
        fleet = new FleetFolder(folder);
        shared = fleet.shared();
    }

    private static void assertShows(Cli cli, String regex) {
        assertTrue(Pattern.compile(regex).matcher(cli.out()).find(), regex + " is not in " + cli.out());
    }

    @Test
    void itShowsWhatHistoryAndLedgersHold() throws IOException {
        shared.member("x", "other");
        shared.history("x", "2026-11-23", ran("one", 1, 1, "x"), missed("one", 5, 9, 3, 10));
        shared.history("x", "2026-11-23", ran("removed", 2, 1, "x"), ran("one", 900_000_000, 2, "x"));
        shared.ledger(
                "two",
                Optional.of(new CurrentRun(at(8), 9, RunOrigin.SCHEDULE, "x", "host-x", 1, at(8), 0)),
                List.of(ran("two", 4, 8, "y").settlement()),
                "{\"token\":9,\"attempt\":2,\"beat\":1700000000000}",
                "");

        Cli cli = fleet.run("page", "--days", "30000");

        assertEquals(ExitCode.OK, cli.status(), cli.err());
        assertEquals("", cli.err());
        assertShows(cli, "Last 2 fires: 1 missed, 1 succeeded");
        assertShows(cli, "2026-11-23 00:00:09 missed, 3 fires");
        assertShows(cli, "Last 2 fires: 1 succeeded, 1 running");
        assertShows(cli, "<dt>Hosts alive</dt><dd>1 of 1</dd>");
        assertShows(cli, "<dt>Definitions</dt><dd>differ on 1 host</dd>");
        assertEquals(-1, cli.out().indexOf("removed"), "nobody has configured it");
        assertEquals(-1, cli.out().indexOf("2055-"), "nobody has lived to see it");
    }

    @Test
    void withoutHistoryThereIsWhatLedgersRemember() throws IOException {
        shared.history("x", "2026-11-20", ran("one", 1, 1, "x")); // misplaced, so that one sees whether it is read
        shared.ledger("two", Optional.empty(), List.of(ran("two", 4, 8, "y").settlement()), "", "");

        Cli cli = fleet.run("page", "--days", "1");

        assertEquals(-1, cli.out().indexOf("2026-11-23 00:00:01"));
        assertShows(cli, "2026-11-23 00:00:04 succeeded, 1.0 s, y");
    }

    @Test
    void withoutAShareItSaysSoAndShowsThisHostsPart() throws IOException {
        Files.delete(shared.layout().fleetFile());

        Cli cli = fleet.run("page");

        assertEquals(ExitCode.PROBLEM, cli.status());
        assertShows(
                cli,
                "role=\"alert\">The shared directory .*holds no fleet.* What is shown is this host&#39;s part alone");
        assertShows(cli, "Nothing runs on host ");
        assertShows(cli, "<th scope=\"row\">one</th>");
    }

    @Test
    void daysAreCountedFromOne() {
        Cli cli = fleet.run("page", "--days", "0");

        assertEquals(ExitCode.USAGE, cli.status());
        assertEquals("", cli.out());
        assertTrue(cli.err().contains("--days must be at least 1, found 0"), cli.err());
    }
}
