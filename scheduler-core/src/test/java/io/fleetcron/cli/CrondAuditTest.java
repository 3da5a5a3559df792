package io.fleetcron.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.fleetcron.fleet.ThisHost;
import io.fleetcron.observe.Lines;
import java.io.BufferedWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The history of a fleet against the logs of crond, by the command. */
final class CrondAuditTest {

    @TempDir
    private Path folder;

    private FleetFolder fleet;

    @BeforeEach
    void write() throws IOException {
        fleet = new FleetFolder(folder);
        Files.writeString(folder.resolve("jobs.yaml"), """
                jobs:
                  one: {schedule: "0 * * * *", user: root, command: backup}
                  two: {schedule: "0 * * * *", user: root, run_on: every, command: clean}
                """);
        fleet.shared()
                .history("web1", "2026-11-23", Lines.ran("one", 3600, 1, "web1"), Lines.ran("two", 3600, 1, "web1"));
        fleet.shared().history("web2", "2026-11-23", Lines.ran("two", 3600, 1, "web2"));
    }

    private String log(String host, String... lines) throws IOException {
        List<String> all = new ArrayList<>(List.of("Nov 23 00:00:01 " + host + " CRON[1]: (root) INFO (started)"));
        all.addAll(List.of(lines));
        all.add("Nov 23 03:00:01 " + host + " CRON[1]: pam_unix(cron:session): session closed for user root");
        return host + "=" + Files.write(folder.resolve(host + ".log"), all);
    }

    private static String started(String host, String time, String command) {
        return "Nov 23 " + time + " " + host + " CRON[9]: (root) CMD (" + command + ")";
    }

    private Cli audit(String... more) {
        List<String> words = new ArrayList<>(List.of(
                "--against",
                "crond-log",
                "--timezone",
                "UTC",
                "--since",
                "2026-11-23",
                "--until",
                "2026-11-23T03:00:00Z"));
        words.addAll(List.of(more));
        return fleet.run("audit", words.toArray(String[]::new));
    }

    @Test
    void bothStartedTheSame() throws IOException {
        String web1 = log("web1", started("web1", "01:00:01", "backup"), started("web1", "01:00:01", "clean"));
        String web2 = log("web2", started("web2", "01:00:01", "backup"), started("web2", "01:00:02", "clean"));
        Cli cli = audit("--host", web1, "--host", web2);
        assertEquals(0, cli.status(), cli.out() + cli.err());
        assertTrue(cli.out().contains("Crond and fleetcron started the same: 3 times."), cli.out());
        assertTrue(
                cli.out().contains("Started by crond on further hosts, where the fleet starts it once: 1."), cli.out());
        JsonObject json = audit("--json", "--host", web1, "--host", web2).json().get(0);
        assertEquals("same", json.get("result").getAsString());
        assertEquals(3, json.getAsJsonObject("all").get("both").getAsInt());
        assertEquals(
                "2026-11-23T00:00:01Z",
                json.getAsJsonObject("logs").getAsJsonObject("web1").get("from").getAsString());
    }

    @Test
    void whatOnlyOneOfThemStartedIsNamed() throws IOException {
        String web1 = log("web1", started("web1", "01:00:01", "backup"), started("web1", "02:00:01", "backup"));
        String web2 = log("web2", started("web2", "01:00:02", "clean"), started("web2", "02:10:01", "tidy"));
        Cli cli = audit("--host", web1, "--host", web2);
        assertEquals(1, cli.status());
        for (String line : List.of(
                "crond alone: one 2026-11-23T02:00:00Z on web1: no fire of the job is on record for that minute",
                "crond alone: no job 2026-11-23T02:10:00Z on web2: once, no job of user root has this command: tidy",
                "fleetcron alone: two 2026-11-23T01:00:00Z on web1: crond did not start its command there",
                "Crond and fleetcron did NOT start the same.")) {
            assertTrue(cli.out().contains(line), cli.out());
        }
        JsonObject json = audit("--json", "--host", web1, "--host", web2).json().get(0);
        assertEquals(3, json.getAsJsonArray("differences").size());
        assertEquals(1, audit("--host", web1, "--host", web2, "two").status(), "of the jobs that are asked for");
    }

    /** Far more than the lines that are kept, and one line without an end. */
    @Test
    void aLongLogIsReadAsAStream() throws IOException {
        Path file = folder.resolve("long.log");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int i = 0; i < 100_000; i++) {
                out.write("2026-11-23T01:00:01.000000+00:00 web1 CRON[9]: pam_unix(cron:session): session opened\n");
            }
            out.write(started("web1", "01:00:01", "backup") + "\n" + started("web1", "01:00:01", "clean") + "\n");
            for (int i = 0; i < 100; i++) {
                out.write("x".repeat(100_000));
            }
            out.write("\n" + started("web1", "02:59:01", "clean"));
        }
        assertTrue(Files.size(file) > 4 << 20);
        Cli cli = audit("--host", "web1=" + file);
        assertEquals(1, cli.status(), cli.out());
        assertTrue(cli.out().contains("crond alone: two 2026-11-23T02:59:00Z on web1"), cli.out());
        assertTrue(cli.out().contains("Not compared, because no log tells of that time and host: 1 fires."), cli.out());
    }

    @Test
    void standardInputIsTheLogOfThisHost() throws IOException {
        fleet.shared().history(ThisHost.name(), "2026-11-23", Lines.ran("two", 7200, 1, ThisHost.name()));
        String lines = started("x", "00:00:01", "other") + "\n" + started("x", "02:00:01", "clean") + "\n"
                + "Nov 23 02:59:59 x CRON[1]: (root) INFO (x)\n";
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)));
        try {
            Cli cli = audit("two");
            assertTrue(cli.out().contains("Log of " + ThisHost.name()), cli.out());
            assertEquals(0, cli.status(), "of other commands nothing is said where jobs are named" + cli.out());
            assertTrue(cli.out().contains("two  1"), cli.out());
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void whatCannotBeSaidIsSaidSo() throws IOException {
        assertEquals(2, audit("--host", "web1=" + folder.resolve("none")).status());
        assertEquals(2, audit("--host", "web1=" + folder).status(), "a folder");
        Path empty = Files.writeString(folder.resolve("empty"), "");
        Cli cli = audit("--host", "web1=" + empty);
        assertEquals(2, cli.status());
        assertTrue(cli.err().contains("holds no line that can be read"), cli.err());
        assertEquals(2, audit("--host", "web1").status());
        assertEquals(2, audit("--host", "web1=").status());
        assertEquals(2, audit("--host", "web1=a", "--host", "web1=b").status());
        assertEquals(2, audit("--host", "web1=-", "--host", "web2=-").status());
        String quiet = log("web3");
        cli = audit("--host", quiet, "none*");
        assertEquals(2, cli.status(), "nothing was started by either");
        assertTrue(cli.out().contains("It cannot be said"), cli.out());
        Files.delete(fleet.shared().layout().fleetFile());
        assertEquals(2, audit("--host", quiet).status());
    }
}
