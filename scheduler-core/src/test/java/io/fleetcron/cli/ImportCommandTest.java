package io.fleetcron.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.fleetcron.cli.option.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code fleetcron import} from outside. */
class ImportCommandTest {

    @TempDir
    private Path folder;

    private Path crontab(String text) throws IOException {
        return Files.writeString(folder.resolve("crontab"), text);
    }

    @Test
    void printsAJobFileThatValidateAccepts() throws IOException {
        Path crontab = crontab("# Nightly copy\n30 2 * * * /opt/copy --all\n*/5 * * * * /usr/sbin/logrotate /etc/x\n");

        Cli cli = Cli.run("import", "--user", "root", "--timezone", "Asia/Tokyo", crontab.toString());

        assertEquals(ExitCode.OK, cli.status(), cli.err());
        assertTrue(
                cli.err()
                        .endsWith(
                                "imported 2 jobs; 1 decision open; refused 0 lines; 0 lines without a job of its own\n"),
                cli.err());
        assertTrue(cli.out().contains("    timezone: Asia/Tokyo\n"), cli.out());
        Path jobs = Files.writeString(folder.resolve("jobs.yaml"), cli.out());
        Cli valid = Cli.run("validate", jobs.toString());
        assertEquals(ExitCode.OK, valid.status(), valid.out());
        assertTrue(valid.err().endsWith("valid: 1 file, 2 jobs\n"), valid.err());
    }

    @Test
    void namesAndCountsWhatItCannotTake() throws IOException {
        Path crontab = crontab("@daily /opt/a\n61 * * * * /opt/b\n@dayly /opt/c\n");

        Cli cli = Cli.run("import", "--crond", "cronie", "--user", "root", "--timezone", "UTC", crontab.toString());

        assertEquals(ExitCode.PROBLEM, cli.status());
        assertTrue(cli.err().contains(crontab + ":2: refused: \"61\" is not a valid minute"), cli.err());
        assertTrue(cli.err().contains(crontab + ":3: refused: crond does not know @dayly"), cli.err());
        assertTrue(cli.err().contains("imported 1 job; 1 decision open; refused 2 lines"), cli.err());
        assertTrue(cli.out().contains("  # refused: 61 * * * * /opt/b\n"), cli.out());
    }

    @Test
    void takesTheRestWhereAFileCannotBeRead() throws IOException {
        Path crontab = crontab("@daily /opt/a\n");
        Path missing = folder.resolve("missing");

        Cli cli = Cli.run("import", "--user", "root", "--timezone", "UTC", missing.toString(), crontab.toString());

        assertEquals(ExitCode.PROBLEM, cli.status());
        assertTrue(cli.err().contains(missing + ": no such file\n"), cli.err());
        assertTrue(cli.out().contains("/opt/a"), cli.out());
    }

    @Test
    void saysWhoseCrontabItIs() throws IOException {
        Path crontab = crontab("MAILTO=\"\"\n@daily sort%b%a\n@reboot /opt/warm-up\n");

        Cli cli = Cli.run("import", "--timezone", "UTC", "--user", "bob", crontab.toString());

        assertEquals(ExitCode.OK, cli.status(), cli.err());
        assertTrue(
                cli.out()
                        .contains("    user: bob\n    command: sort\n    stdin: |\n      b\n      a\n    mail: none\n"),
                cli.out());
        assertTrue(cli.out().contains("    run_on: every # it belongs to the boot of a host\n"), cli.out());
        Path jobs = Files.writeString(folder.resolve("jobs.yaml"), cli.out());
        assertEquals(ExitCode.OK, Cli.run("validate", jobs.toString()).status());
    }

    @Test
    void reportsEachLineToPrograms() throws IOException {
        Path crontab = crontab("@daily logrotate x\nnonsense\n");

        Cli cli = Cli.run("import", "--json", "--crond=cronie", "--timezone=UTC", "--user=root", crontab.toString());

        List<JsonObject> lines = cli.json();
        assertEquals(3, lines.size(), cli.out());
        assertEquals("summary", lines.get(2).get("result").getAsString());
        assertEquals(1, lines.get(2).get("jobs").getAsInt());
        assertEquals(1, lines.get(2).get("refused").getAsInt());
        assertEquals("job", lines.get(0).get("result").getAsString());
        assertEquals("every", lines.get(0).get("run_on").getAsString());
        assertEquals("refused", lines.get(1).get("result").getAsString());
        assertEquals(2, lines.get(1).get("line").getAsInt());
        assertEquals("nonsense", lines.get(1).get("text").getAsString());
    }

    /** Alice's crontab, with the one line that once made all of it a system crontab, and all of it root's. */
    @Test
    void refusesACrontabThatNobodyOwns() throws IOException {
        Path crontab = crontab("0 1 * * * /home/alice/report\n0 2 * * * root /home/alice/anything\n");

        Cli cli = Cli.run("import", "--timezone", "UTC", crontab.toString());

        assertEquals(ExitCode.USAGE, cli.status());
        assertEquals("", cli.out());
        assertTrue(cli.err().contains(crontab + ": nothing says whose crontab this is; add --user NAME"), cli.err());
    }

    @Test
    void takesAllOfAUsersCrontabForThatUsers() throws IOException {
        Path crontab = crontab("0 1 * * * /home/alice/report\n0 2 * * * root /home/alice/anything\n");

        Cli cli = Cli.run("import", "--user", "alice", "--timezone", "UTC", crontab.toString());

        assertEquals(2, cli.out().split("    user: alice\n", -1).length - 1, cli.out());
        assertEquals(2, cli.out().split("    user: ", -1).length - 1, cli.out());
    }

    @Test
    void takesTheUsersThatEachLineNames() throws IOException {
        Path crontab = crontab("0 1 * * * bob /opt/report\n");

        Cli cli = Cli.run("import", "--user-column", "--timezone", "UTC", crontab.toString());

        assertEquals(ExitCode.OK, cli.status(), cli.err());
        assertTrue(cli.out().contains("    user: bob\n    command: /opt/report\n"), cli.out());
    }

    @Test
    void asksWhichCrondItWasWhereThatMatters() throws IOException {
        Path crontab = crontab("@daily /opt/a\n61 * * * * /opt/b\n");

        Cli unsaid = Cli.run("import", "--user", "root", "--timezone", "UTC", crontab.toString());
        Cli debian = Cli.run("import", "--crond", "debian", "--user", "root", "--timezone", "UTC", crontab.toString());
        Cli wrong = Cli.run("import", "--crond", "vixie", "--user", "root", crontab.toString());

        assertEquals(ExitCode.USAGE, unsaid.status());
        assertEquals("", unsaid.out());
        assertTrue(
                unsaid.err()
                        .contains(crontab + ":2: `61` is not a minute: for this, Debian's cron ignores the whole file"),
                unsaid.err());
        assertEquals(ExitCode.PROBLEM, debian.status());
        assertTrue(debian.out().contains("  # @daily /opt/a\n") && debian.out().contains("jobs: {}"), debian.out());
        assertTrue(
                debian.err().contains("imported 0 jobs; 0 decisions open; refused 0 lines; 1 file that crond ignored;"),
                debian.err());
        assertEquals(ExitCode.USAGE, wrong.status());
        assertTrue(wrong.err().contains("`vixie` is neither debian nor cronie"), wrong.err());
    }

    @Test
    void reportsAnIgnoredFileToPrograms() throws IOException {
        Path crontab = crontab("@daily /opt/a\n61 * * * * /opt/b\n");

        Cli cli = Cli.run("import", "--json", "--crond=debian", "--user=root", "--timezone=UTC", crontab.toString());

        JsonObject line = cli.json().get(0);
        assertEquals("ignored file", line.get("result").getAsString());
        assertEquals(2, line.get("line").getAsInt());
        assertEquals(2, line.get("lines").getAsInt());
    }

    @Test
    void asksWhetherUsersStandInEachLine() throws IOException {
        Path crontab = crontab("0 1 * * * www-data /usr/bin/php /srv/a.php\n0 2 * * * root /opt/b\n");

        Cli own = Cli.run("import", "--user", "bob", "--timezone", "UTC", crontab.toString());
        Cli column = Cli.run("import", "--system-format", "--timezone", "UTC", crontab.toString());

        assertEquals(ExitCode.USAGE, own.status());
        assertEquals("", own.out());
        assertTrue(own.err().contains("what seems to be a user (root, www-data)"), own.err());
        assertEquals(ExitCode.OK, column.status(), column.err());
        assertTrue(column.out().contains("    user: www-data\n"), column.out());
    }

    private Path collected(String host, String crontab) throws IOException {
        Path root = folder.resolve(host);
        Files.createDirectories(root.resolve("etc/cron.d"));
        Files.writeString(root.resolve("etc/debian_version"), "12\n");
        Files.writeString(root.resolve("etc/passwd"), "root:x:0:0::/root:/bin/sh\nlist:x:38:38::/var/list:/bin/sh\n");
        Files.writeString(root.resolve("missing-homes"), "list\n");
        Files.writeString(root.resolve("etc/timezone"), "Asia/Tokyo\n");
        Files.writeString(root.resolve("etc/cron.d/app"), crontab);
        return root;
    }

    @Test
    void makesOneJobOfTheEqualLinesOfSeveralHosts() throws IOException {
        String common = "*/5 * * * * root /usr/sbin/logrotate /etc/x\n";
        Path web1 = collected("web1", common + "@daily root /opt/send-newsletter\n@daily list /opt/tick\n");
        Path web2 = collected("web2", common + "@daily root /opt/send-newsletter\n61 * * * * root /opt/bad\n");
        Path web3 = collected("web3", common + "@daily root /opt/send-newsletter --test\n");

        Cli cli = Cli.run("import", "--host", "web1=" + web1, "--host", "web2=" + web2, "--host", "web3=" + web3);

        assertEquals(ExitCode.PROBLEM, cli.status(), cli.err());
        assertTrue(
                cli.err().contains("web2:/etc/cron.d/app:3: no job, as crond ignored this file with its 3 lines"),
                cli.err());
        assertTrue(
                cli.err()
                        .endsWith(
                                "imported 4 jobs of 5 lines of 3 hosts; 0 decisions open; refused 0 lines; 1 file that crond"
                                        + " ignored; 0 lines without a job of its own\n"),
                cli.err());
        assertTrue(
                cli.out().contains("  # web1:/etc/cron.d/app:1: */5 * * * * root /usr/sbin/logrotate /etc/x\n"),
                cli.out());
        assertTrue(cli.out().contains("    # its line stood on web1, web3 of 3 hosts.\n"), cli.out());
        assertTrue(cli.out().contains("    hosts: [web1, web3] #"), cli.out());
        assertTrue(cli.out().contains("    timezone: Asia/Tokyo\n"), cli.out());
        assertTrue(cli.out().contains("    working_dir: /\n"), cli.out());
        assertTrue(cli.out().contains("  send-newsletter-web3:\n"), cli.out());
        Path jobs = Files.writeString(folder.resolve("jobs.yaml"), cli.out());
        assertEquals(ExitCode.OK, Cli.run("validate", jobs.toString()).status());
    }

    @Test
    void countsTheLinesOfHostsForPrograms() throws IOException {
        Path web1 = collected("web1", "@daily root /opt/tick\n");
        Path web2 = collected("web2", "@daily root /opt/tick\n");

        List<JsonObject> lines = Cli.run("import", "--json", "--host", "web1=" + web1, "--host", "web2=" + web2)
                .json();

        assertEquals(2, lines.size());
        assertEquals("every", lines.get(0).get("run_on").getAsString());
        assertTrue(!lines.get(0).get("run_on_sure").getAsBoolean());
        JsonObject summary = lines.get(1);
        assertEquals(2, summary.get("hosts").getAsInt());
        assertEquals(2, summary.get("lines").getAsInt());
        assertEquals(1, summary.get("jobs").getAsInt());
        assertEquals(1, summary.get("merged_lines").getAsInt());
        assertEquals(1, summary.get("decisions").getAsInt());
    }

    @Test
    void takesAUsersCrontabFromSeveralHosts() throws IOException {
        Path crontab = crontab("@daily /opt/a\n");
        Path other = Files.writeString(folder.resolve("other"), "@daily /opt/a\n");

        Cli cli = Cli.run("import", "--user=bob", "--timezone=UTC", "--host", "a=" + crontab, "--host", "b=" + other);

        assertEquals(ExitCode.OK, cli.status(), cli.err());
        assertTrue(cli.out().contains("    # its line stood on all 2 hosts.\n"), cli.out());
    }

    @Test
    void refusesHostsThatItCannotTellApart() throws IOException {
        Path crontab = crontab("@daily /opt/a\n");

        for (List<String> wrong : List.of(
                List.of("--host", "a=" + crontab, "--host", "a=" + crontab),
                List.of("--host", "a=-", "--host", "b=-"),
                List.of("--host", "a=" + folder, "--host", "b=" + folder.resolve(".")),
                List.of("--host", "a=" + folder.resolve("missing")),
                List.of("--host", "=x"),
                List.of("--host", "x"),
                List.of("--host", "a b=x"),
                List.of("--host", "a=x", "--system"),
                List.of("--host", "a=x", "y"))) {
            List<String> all = new ArrayList<>(List.of("import"));
            all.addAll(wrong);
            Cli cli = Cli.run(all.toArray(String[]::new));
            assertEquals(ExitCode.USAGE, cli.status(), wrong.toString());
            assertTrue(cli.err().contains("--host"), cli.err());
        }
    }

    /** One job less, and every placement is another: a name with a typing error must not pass as a host without lines. */
    @Test
    void importsNothingWhereAHostsFolderIsMissing() throws IOException {
        Path web1 = collected("web1", "@daily root /opt/tick\n");

        Cli cli = Cli.run("import", "--host", "web1=" + web1, "--host", "web2=" + folder.resolve("wbe2"));

        assertEquals(ExitCode.USAGE, cli.status());
        assertEquals("", cli.out());
        assertTrue(cli.err().contains("--host web2=" + folder.resolve("wbe2") + ": no such file or folder"), cli.err());
    }

    /** As it is where ssh has failed. */
    @Test
    void importsNothingWhereAHostsFolderIsEmpty() throws IOException {
        Path web1 = collected("web1", "@daily root /opt/tick\n");
        Path web2 = Files.createDirectory(folder.resolve("web2"));

        Cli cli = Cli.run("import", "--host", "web1=" + web1, "--host", "web2=" + web2);

        assertEquals(ExitCode.USAGE, cli.status());
        assertEquals("", cli.out());
        assertTrue(cli.err().contains("web2: no crontab found in " + web2), cli.err());
    }

    @Test
    void saysEachReasonOfAFileOnce() throws IOException {
        Path crontab = crontab("nonsense\n".repeat(300) + "61 * * * * /opt/b\n");

        Cli cli = Cli.run("import", "--crond", "cronie", "--user", "root", "--timezone", "UTC", crontab.toString());

        List<String> refused =
                cli.err().lines().filter(line -> line.contains("refused: ")).toList();
        assertEquals(2, refused.size(), cli.err());
        assertTrue(refused.get(0).startsWith("fleetcron: " + crontab + ":1: refused: "), cli.err());
        assertTrue(refused.get(0).endsWith("; so are 299 more lines of this file, up to 300"), cli.err());
    }
}
