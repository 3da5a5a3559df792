package io.fleetcron.config.crontab.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.crontab.Accounts;
import io.fleetcron.config.crontab.CronFiles;
import io.fleetcron.config.crontab.CronTable;
import io.fleetcron.config.crontab.CronTable.Kind;
import io.fleetcron.config.crontab.CrontabSources;
import io.fleetcron.config.crontab.Ignored;
import io.fleetcron.config.crontab.Ownerless;
import io.fleetcron.config.crontab.SystemFacts;
import io.fleetcron.config.crontab.Whose;
import io.fleetcron.config.crontab.jobs.ImportedItem.Job;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole systems on disk. */
class CronFilesTest {

    @TempDir
    private Path root;

    private void file(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        mode(name, name.startsWith("var/spool/") ? "rw-------" : "rw-r--r--");
    }

    private void mode(String name, String permissions) throws IOException {
        Files.setPosixFilePermissions(root.resolve(name), PosixFilePermissions.fromString(permissions));
    }

    private void script(String name) throws IOException {
        file(name, "#!/bin/sh\n");
        mode(name, "rwxr-xr-x");
    }

    private ImportResult system() {
        CrontabSources found = new CronFiles(root, Optional.empty()).system();
        assertEquals(List.of(), found.problems());
        SourceHost host = new SourceHost(ZoneId.of("Europe/Berlin"), "root", Accounts.of(root, found.tables()));
        return CrontabImport.of(found.tables(), found.folders(), host);
    }

    private static List<String> names(ImportResult imported) {
        return imported.jobs().stream().map(Job::name).toList();
    }

    private static final String DAILY =
            "25 6 * * * root test -x /usr/sbin/anacron || { cd / && run-parts /etc/cron.daily; }\n";

    @Test
    void everythingOfADebianSystem() throws IOException {
        file("etc/debian_version", "12\n");
        file("etc/crontab", DAILY);
        file("etc/cron.d/one", "@daily root /opt/one\n");
        file("etc/cron.d/.placeholder", "x");
        file("etc/cron.d/two.disabled", "@daily root /opt/two\n");
        script("etc/cron.daily/logrotate");
        script("etc/cron.daily/not.run");
        file("etc/cron.daily/not-executable", "x");
        file("var/spool/cron/crontabs/bob", "@daily /opt/of-bob\n");
        file("var/spool/cron/crontabs/john.doe", "@daily /opt/of-john\n");
        file("var/spool/cron/crontabs/.hidden", "x");

        ImportResult imported = system();

        assertEquals(List.of("daily-logrotate", "one", "of-bob", "of-john"), names(imported));
        Map<String, JobDefinition> jobs = Fixtures.load(imported.yaml());
        JobDefinition script = java.util.Objects.requireNonNull(jobs.get("daily-logrotate"));
        assertEquals("/etc/cron.daily/logrotate", script.command().argv().get(2));
        assertEquals(Optional.of(Path.of("/")), script.environment().workingDir());
        assertEquals("25 6 * * *", script.source().schedule());
        assertTrue(imported.yaml().contains("    user: bob\n"), imported.yaml());
    }

    @Test
    void anacronTakesTheFoldersOver() throws IOException {
        file("etc/crontab", DAILY);
        file("etc/cron.d/anacron", "30 7-23 * * * root [ -x /etc/init.d/anacron ] && invoke-rc.d anacron start\n");
        file("etc/anacrontab", "1 5 cron.daily run-parts --report /etc/cron.daily\n3 1 other /opt/other\n");
        script("etc/cron.daily/0anacron");
        script("etc/cron.daily/man-db");

        ImportResult imported = system();

        assertEquals(List.of("daily-man-db", "other"), names(imported));
        assertEquals(
                List.of("35 7 * * *", "every 3d"),
                imported.jobs().stream().map(Job::schedule).toList());
        assertEquals(3, imported.leftOut().size());
        Fixtures.load(imported.yaml());
    }

    @Test
    void aFolderThatNoCrontabRunsIsNamed() throws IOException {
        file("etc/crontab", "@daily root /opt/x\n");
        script("etc/cron.weekly/man-db");

        String yaml = system().yaml();

        assertTrue(yaml.contains("# /etc/cron.weekly: no crontab runs its scripts (man-db)"), yaml);
    }

    @Test
    void cronieReadsNamesWithADot() throws IOException {
        file("etc/cron.d/a.cron", "@daily root /opt/a\n");
        file("etc/cron.d/b.rpmsave", "@daily root /opt/b\n");
        file("var/spool/cron/carol", "@daily /opt/c\n");

        assertEquals(List.of("a", "c"), names(system()));
    }

    @Test
    void aFilesPlaceSaysWhatItIs() throws IOException {
        file("etc/cron.d/x", "@daily joe /opt/x\n");
        file("etc/crontab", "@daily ann /opt/y\n");
        file("crontabs/joe", "@daily /opt/joe\n");
        script("etc/cron.weekly/sweep");

        CrontabSources found = Fixtures.found(root, "", "etc/cron.d", "etc/crontab", "crontabs/joe", "etc/cron.weekly");

        assertEquals(List.of(), found.problems());
        assertEquals(List.of(), found.ownerless());
        assertEquals(
                List.of(Kind.SYSTEM, Kind.SYSTEM, Kind.USER, Kind.SYSTEM),
                found.tables().stream().map(CronTable::kind).toList());
        assertEquals(Optional.of("joe"), found.tables().get(2).owner());
        ImportResult imported = CrontabImport.of(found.tables(), found.folders(), Fixtures.HOST);
        assertTrue(names(imported).contains("weekly-sweep"), imported.yaml());
        assertEquals(List.of(), imported.refused());
    }

    /** A user's crontab may hold a line that begins with the word root: content proves nothing. */
    @Test
    void aFilesContentDoesNotSayWhatItIs() throws IOException {
        file("of-alice", "0 1 * * * /opt/report\n0 2 * * * root /opt/anything\n");

        CrontabSources found = Fixtures.found(root, "0 1 * * * root /opt/anything\n", "of-alice", "-");

        assertEquals(List.of(), found.tables());
        assertEquals(
                List.of(
                        new Ownerless("/of-alice", Optional.empty()),
                        new Ownerless("standard input", Optional.of("root"))),
                found.ownerless());
    }

    @Test
    void theOperatorSaysWhatItIs() throws IOException {
        file("copy", "0 1 * * * ann /opt/copied\n");
        List<String> names = List.of(root.resolve("copy").toString());

        CronTable column = new CronFiles(root, Optional.empty())
                .files(names, Whose.USER_COLUMN, InputStream.nullInputStream())
                .tables()
                .get(0);
        CronTable own = new CronFiles(root, Optional.empty())
                .files(names, Whose.of("joe"), InputStream.nullInputStream())
                .tables()
                .get(0);

        assertEquals(Kind.SYSTEM, column.kind());
        assertEquals(Kind.USER, own.kind());
        assertEquals(Optional.of("joe"), own.owner());
    }

    @Test
    void whatCannotBeReadIsNamedAndTheRestRead() throws IOException {
        Files.createDirectory(root.resolve("folder"));
        file("huge", "#".repeat((4 << 20) + 1));

        file("etc/cron.d/good", "@daily root /opt/good\n");
        CrontabSources found = Fixtures.found(root, "", "missing", "folder", "huge", "etc/cron.d/good");

        assertEquals(1, found.tables().size());
        assertEquals(
                List.of(
                        root.resolve("missing") + ": no such file",
                        root.resolve("folder")
                                + ": this folder is neither cron.d, a spool of crontabs nor one of cron.hourly,"
                                + " cron.daily, cron.weekly, cron.monthly, cron.yearly; name the files in it",
                        root.resolve("huge") + ": this is larger than 4 MiB; no crontab is"),
                found.problems());
    }

    /** A large crontab that was cut would lose its last jobs without a word. */
    @Test
    void standardInputIsReadWholeOrRefused() {
        String line = "@daily root /opt/job\n";
        String most = line.repeat((4 << 20) / line.length());
        CrontabSources whole = input(most);
        assertEquals((4 << 20) / line.length(), whole.tables().get(0).lines().size());
        assertEquals(List.of(), whole.problems());

        CrontabSources refused = input(most + line);
        assertEquals(List.of(), refused.tables());
        assertEquals(List.of("standard input: this is larger than 4 MiB; no crontab is"), refused.problems());
    }

    private CrontabSources input(String text) {
        return new CronFiles(root, Optional.empty())
                .files(
                        List.of("-"),
                        Whose.USER_COLUMN,
                        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aUsersOwnCrontab() throws IOException {
        file("var/spool/cron/crontabs/bob", "@daily /opt/x\n");

        assertEquals(
                Optional.of("bob"),
                new CronFiles(root, Optional.empty())
                        .ofUser("bob")
                        .tables()
                        .get(0)
                        .owner());
        assertTrue(new CronFiles(root, Optional.empty())
                .ofUser("eve")
                .problems()
                .get(0)
                .startsWith("no crontab of eve in "));
        assertTrue(new CronFiles(root.resolve("var"), Optional.empty())
                .system()
                .problems()
                .get(0)
                .startsWith("no crontab found"));
    }

    @Test
    void zoneOfTheSystem() throws IOException {
        Files.createDirectories(root.resolve("etc"));
        Files.createSymbolicLink(root.resolve("etc/localtime"), Path.of("/usr/share/zoneinfo/Asia/Kolkata"));

        assertEquals(Optional.of(ZoneId.of("Asia/Kolkata")), SystemFacts.timezone(root));
        Files.delete(root.resolve("etc/localtime"));
        file("etc/timezone", "America/New_York\n");
        assertEquals(Optional.of(ZoneId.of("America/New_York")), SystemFacts.timezone(root));
        file("etc/timezone", "Nowhere\n");
        assertEquals(Optional.empty(), SystemFacts.timezone(root));
    }

    @Test
    void cronieKeepsCrontabsInAFolderOfItsOwn() throws IOException {
        file("var/spool/cron/bob", "@daily /opt/x\n");
        file("var/spool/cron/root", "@daily /opt/y\n");

        CrontabSources file = Fixtures.found(root, "", "var/spool/cron/bob");
        CrontabSources folder = Fixtures.found(root, "", "var/spool/cron");

        assertEquals(
                List.of(Optional.of("bob")),
                file.tables().stream().map(CronTable::owner).toList());
        assertEquals(
                List.of(Optional.of("bob"), Optional.of("root")),
                folder.tables().stream().map(CronTable::owner).toList());
    }

    @Test
    void theSpoolsFolderIsThatOfDebianWhereThereIsOne() throws IOException {
        file("var/spool/cron/crontabs/bob", "@daily /opt/x\n");
        file("var/spool/cron/.SEQ", "1\n");

        CrontabSources found = Fixtures.found(root, "", "var/spool/cron");

        assertEquals(
                List.of(Optional.of("bob")),
                found.tables().stream().map(CronTable::owner).toList());
    }

    private static final String USERS = "root:x:0:0::/:/bin/sh\nbob:x:1000:1000::/nowhere:/bin/sh\n";

    @Test
    void debiansCronIgnoresAFileAsAWhole() throws IOException {
        file("etc/debian_version", "12\n");
        file("etc/passwd", USERS);
        file("etc/cron.d/bad", "A=1\n@daily root /opt/fine\n61 * * * * root /opt/bad\n");
        file("etc/cron.d/gone", "@daily former /opt/gone\n");
        file("etc/cron.d/good", "@daily root /opt/good\n");
        file("etc/cron.d/open", "@daily root /opt/open\n");
        mode("etc/cron.d/open", "rw-rw-r--");
        file("var/spool/cron/crontabs/bob", "@daily /opt/of-bob");
        file("var/spool/cron/crontabs/former", "@daily /opt/of-former\n");
        file("var/spool/cron/crontabs/root", "@daily /opt/of-root\n");
        mode("var/spool/cron/crontabs/root", "rw-r--r--");

        ImportResult imported = system();

        assertEquals(List.of("good"), names(imported));
        assertEquals(
                List.of(
                        "/etc/cron.d/bad:3: `61` is not a minute",
                        "/etc/cron.d/gone:1: user `former` does not exist",
                        "/etc/cron.d/open: its mode is 0664",
                        "/var/spool/cron/crontabs/bob:1: the last line does not end with a line end",
                        "/var/spool/cron/crontabs/former: user `former` does not exist",
                        "/var/spool/cron/crontabs/root: its mode is 0644"),
                imported.dropped().stream()
                        .map(file -> file.place() + ": " + file.why().reason())
                        .toList());
        assertEquals(2, imported.dropped().get(0).entries());
        String yaml = imported.yaml();
        assertTrue(yaml.contains("""
                  # /etc/cron.d/bad:3: no job: crond ignored this whole file: `61` is not a minute.
                  # A=1
                  # @daily root /opt/fine
                  # 61 * * * * root /opt/bad
                """), yaml);
        assertEquals(1, Fixtures.load(yaml).size());
    }

    @Test
    void cronieIgnoresALine() throws IOException {
        file("etc/redhat-release", "9\n");
        file("etc/passwd", USERS);
        file(
                "etc/cron.d/mixed",
                "@daily root /opt/fine\n61 * * * * root /opt/bad\n@daily former /opt/gone\n@daily bob x");
        file("etc/cron.d/run", "@daily root /opt/run\n");
        mode("etc/cron.d/run", "rwxr-xr-x");

        ImportResult imported = system();

        assertEquals(List.of("fine"), names(imported));
        assertEquals(
                List.of(2, 3, 4),
                imported.refused().stream().map(line -> line.origin().line()).toList());
        assertEquals(
                List.of("its mode is 0755"),
                imported.dropped().stream().map(file -> file.why().reason()).toList());
    }

    /** The script that somebody put there, and that never ran. */
    @Test
    void whatDebianIgnoresForItsNameIsNamed() throws IOException {
        file("etc/debian_version", "12\n");
        file("etc/crontab", DAILY);
        file("etc/cron.d/back.up", "@daily root /opt/back-up\n");
        file("etc/cron.d/x.dpkg-old", "@daily root /opt/x\n");
        file("etc/cron.d/.placeholder", "");
        script("etc/cron.daily/clean.sh");
        script("etc/cron.daily/clean");

        ImportResult imported = system();

        assertEquals(List.of("daily-clean"), names(imported));
        assertEquals(
                List.of("/etc/cron.d/back.up", "/etc/cron.daily/clean.sh"),
                imported.dropped().stream().map(ImportedItem.Dropped::place).toList());
    }

    @Test
    void aNameThatOnlyOneCrondReadsIsAQuestion() throws IOException {
        file("etc/cron.d/back.up", "@daily root /opt/back-up\n");
        file("etc/cron.d/fine", "@daily root /opt/fine\n");

        CrontabSources found = new CronFiles(root, Optional.empty()).collected();

        assertEquals(
                List.of(Optional.of(0), Optional.empty()),
                found.tables().stream()
                        .map(table -> table.doubtful(Accounts.UNKNOWN).map(Ignored::line))
                        .toList());
    }

    /** A directory service may have more users than passwd(5). */
    @Test
    void aUserThatIsNotInPasswdMayExistElsewhere() throws IOException {
        file("etc/debian_version", "12\n");
        file("etc/passwd", USERS);
        file("etc/nsswitch.conf", "passwd: files sss\n");
        file("etc/cron.d/far", "@daily far /opt/far\n");

        assertEquals(List.of("far"), names(system()));
        file("etc/nsswitch.conf", "passwd:\tfiles systemd # local\ngroup: files sss\n");
        assertEquals(1, system().dropped().size());
    }

    private ImportResult collected() {
        CrontabSources found = new CronFiles(root, Optional.empty()).collected();
        Accounts accounts = Accounts.collected(root);
        assertEquals(
                List.of(),
                found.tables().stream()
                        .flatMap(table -> table.doubtful(accounts).stream())
                        .toList());
        return CrontabImport.of(List.of(new HostCrontabs(
                "web1",
                found.tables(),
                found.folders(),
                new SourceHost(ZoneId.of("Europe/Berlin"), "root", accounts))));
    }

    /** Of whom crond ran nothing, nothing comes alive, whichever crond it was; owners and modes of a copy say nothing. */
    @Test
    void theCrontabOfAUserThatACollectedHostDoesNotHaveIsIgnored() throws IOException {
        file("etc/passwd", USERS);
        file("var/spool/cron/former", "@daily /opt/of-former\n");
        file("var/spool/cron/bob", "@daily /opt/of-bob\n");
        mode("var/spool/cron/bob", "rw-r--r--");

        for (String release : List.of("etc/debian_version", "etc/redhat-release", "etc/unknown")) {
            file(release, "12\n");

            ImportResult imported = collected();

            assertEquals(List.of("of-bob"), names(imported));
            assertEquals(
                    List.of("/var/spool/cron/former: user `former` does not exist"),
                    imported.dropped().stream()
                            .map(file -> file.place() + ": " + file.why().reason())
                            .toList());
            Files.delete(root.resolve(release));
        }
    }

    @Test
    void aCollectedUserWhoMayExistElsewhereIsTakenAndNamed() throws IOException {
        file("etc/redhat-release", "9\n");
        file("etc/passwd", USERS);
        file("etc/nsswitch.conf", "passwd: files ldap\n");
        file("etc/cron.d/far", "@daily far /opt/far\n@daily bob /opt/near\n");
        file("var/spool/cron/far", "@daily /opt/of-far\n");

        ImportResult imported = collected();

        assertEquals(List.of("far", "near", "of-far"), names(imported));
        assertEquals(
                List.of(true, false, true),
                imported.jobs().stream()
                        .map(job -> job.notes().stream()
                                .anyMatch(note -> note.startsWith("user far is not in passwd of its host")))
                        .toList());
    }

    /** What a link led to on its host is lost, or is a file of this host: both must be known. */
    @Test
    void linksOutOfACollectedFolderAreNamedAndNotFollowed() throws IOException {
        Path host = Files.createDirectory(root.resolve("host"));
        file("secret", "root:x:1\n");
        file("host/etc/debian_version", "12\n");
        file("host/etc/crontab", "25 6 * * * root run-parts /etc/cron.daily\n");
        file("host/etc/cron.d/inside", "@daily root /opt/inside\n");
        Files.createSymbolicLink(host.resolve("etc/cron.d/again"), Path.of("inside"));
        Files.createSymbolicLink(host.resolve("etc/cron.d/secret"), root.resolve("secret"));
        Files.createSymbolicLink(host.resolve("etc/cron.d/gone"), Path.of("/srv/app/no-such-crontab"));
        Files.createDirectories(host.resolve("etc/cron.daily"));
        Files.createSymbolicLink(host.resolve("etc/cron.daily/browser"), Path.of("/opt/no-such-browser/cron"));
        Files.createSymbolicLink(host.resolve("etc/cron.hourly"), root);

        CrontabSources found = new CronFiles(host, Optional.empty()).collected();

        assertEquals(
                List.of("/etc/crontab", "/etc/cron.d/again", "/etc/cron.d/inside"),
                found.tables().stream().map(CronTable::name).toList());
        assertEquals(List.of("browser"), found.folders().get("/etc/cron.daily"));
        assertFalse(found.folders().containsKey("/etc/cron.hourly"), "what a link leads to is unknown");
        assertEquals(
                List.of("etc/cron.d/gone", "etc/cron.d/secret", "etc/cron.hourly"),
                found.problems().stream()
                        .map(problem -> host.relativize(
                                        Path.of(problem.replaceFirst(": this is a symbolic link.*", "")))
                                .toString())
                        .toList());
    }

    @Test
    void withoutPasswdEveryUserIsTaken() throws IOException {
        file("etc/redhat-release", "9\n");
        file("etc/cron.d/far", "@daily far /opt/far\n");
        file("var/spool/cron/far", "@daily /opt/of-far\n");

        assertEquals(List.of("far", "of-far"), names(collected()));
    }

    @Test
    void aMissingHomeBecomesTheRootFolder() throws IOException {
        file("etc/debian_version", "12\n");
        file("etc/passwd", USERS);
        file("etc/cron.d/a", "@daily bob /opt/a\n@daily root /opt/b\nHOME=/srv\n@daily bob /opt/c\n");
        Files.createDirectories(root.resolve("srv"));

        ImportResult imported = system();

        assertEquals(
                List.of(Optional.of("/"), Optional.empty(), Optional.of("/srv")),
                imported.jobs().stream().map(job -> job.task().workingDir()).toList());
        assertTrue(
                imported.yaml()
                        .contains(
                                "# the user's home /nowhere does not exist: Debian's cron started this in its own folder"),
                imported.yaml());
        assertEquals(1, imported.yaml().split("does not exist", -1).length - 1);
    }

    @Test
    void aHomeOfTheCrontabThatIsMissingBecomesTheRootFolder() throws IOException {
        file("etc/debian_version", "12\n");
        file("etc/passwd", USERS);
        file("etc/cron.d/a", "HOME=/gone\n@daily root /opt/a\nHOME=/etc\n@daily root /opt/b\n");

        for (ImportResult imported : List.of(system(), collectedWithout("/gone\n"))) {
            assertEquals(
                    List.of(Optional.of("/"), Optional.of("/etc")),
                    imported.jobs().stream().map(job -> job.task().workingDir()).toList());
            assertEquals(Optional.of("/gone"), imported.jobs().get(0).task().home(), "crond set it all the same");
            assertTrue(
                    imported.yaml()
                            .contains("# HOME=/gone does not exist: Debian's cron started this in its own folder"),
                    imported.yaml());
        }
    }

    private ImportResult collectedWithout(String missing) throws IOException {
        file("missing-homes", missing);
        return collected();
    }

    /** anacron starts everything in the root folder, whatever HOME is ({@code run_job} in runjob.c). */
    @Test
    void anacronsJobsStartInTheRootFolder() throws IOException {
        file("etc/redhat-release", "9\n");
        file("etc/anacrontab", "1 5 a /opt/a\nHOME=/srv/b\n1 5 b /opt/b\n1 5 c nice run-parts /etc/cron.daily\n");
        script("etc/cron.daily/sweep");

        assertEquals(
                List.of(Optional.of("/"), Optional.of("/"), Optional.of("/")),
                system().jobs().stream().map(job -> job.task().workingDir()).toList());
    }

    /** Debian's own crontab names folders that a host may not have: nothing runs, so there is nothing to decide. */
    @Test
    void aRunPartsFolderThatIsMissingOrEmptyIsNoJob() throws IOException {
        file("etc/debian_version", "12\n");
        file("etc/crontab", "17 * * * * root run-parts /etc/cron.hourly\n47 6 * * 7 root run-parts /etc/cron.weekly\n");
        script("etc/cron.daily/sweep");
        file("etc/cron.weekly/.placeholder", "");

        for (ImportResult imported : List.of(system(), collected())) {
            assertEquals(List.of(), names(imported));
            assertEquals(
                    List.of(
                            "there is no script to run in /etc/cron.hourly",
                            "there is no script to run in /etc/cron.weekly"),
                    imported.leftOut().stream()
                            .map(ImportedItem.LeftOut::reason)
                            .toList());
        }
    }

    /** Where no such folder came with the crontabs, nobody knows what is in it. */
    @Test
    void aRunPartsFolderThatWasNotCollectedIsAJob() throws IOException {
        file("etc/debian_version", "12\n");
        file("etc/crontab", "17 * * * * root run-parts /etc/cron.hourly\n");

        assertEquals(List.of("run-parts"), names(collected()));
    }

    /** A pipe would be read for ever. */
    @Test
    void whatIsNeitherAFileNorAFolderIsNotRead() throws IOException, InterruptedException {
        file("etc/debian_version", "12\n");
        file("etc/cron.d/a", "@daily root /opt/a\n");
        for (String name : List.of("etc/crontab", "etc/cron.d/pipe", "etc/passwd", "etc/timezone", "missing-homes")) {
            assertEquals(
                    0,
                    new ProcessBuilder("mkfifo", root.resolve(name).toString())
                            .start()
                            .waitFor());
        }

        CrontabSources found = new CronFiles(root, Optional.empty()).collected();

        assertEquals(1, found.tables().size());
        assertEquals(
                List.of(
                        root.resolve("etc/passwd") + ": this cannot be read, so every user counts as one of this host",
                        root.resolve("etc/crontab") + ": this is neither a file nor a folder"),
                found.problems());
        assertTrue(Accounts.collected(root).mayHave("anybody"));
        assertEquals(Optional.empty(), SystemFacts.timezone(root));
    }

    @Test
    void aFolderThatMayNotBeEnteredIsNamed() throws IOException {
        file("etc/debian_version", "12\n");
        file("etc/crontab", "@daily root /opt/a\n");
        file("var/spool/cron/crontabs/root", "@daily /opt/b\n");
        mode("etc", "---------");
        try {
            assumeFalse(Files.isExecutable(root.resolve("etc")), "root may enter everything");
            assertEquals(
                    List.of(root.resolve("etc") + ": permission denied; try as root"),
                    new CronFiles(root, Optional.empty()).collected().problems());
        } finally {
            mode("etc", "rwxr-xr-x");
        }
    }

    @Test
    void anEmptyStandardInputIsNamed() {
        assertEquals(
                List.of("standard input is empty; has the command before the pipe failed?"),
                Fixtures.found(root, "", "-").problems());
    }

    @Test
    void aFolderAboveOrBelowACollectedOneIsTold() throws IOException {
        file("web1/etc/crontab", "@daily root /opt/a\n");
        Path web1 = root.resolve("web1");

        for (Path wrong : List.of(root, web1.resolve("etc"))) {
            List<String> problems =
                    new CronFiles(wrong, Optional.empty()).collected().problems();
            assertEquals(1, problems.size(), problems.toString());
            assertTrue(problems.get(0).endsWith("; " + web1 + " may be meant"), problems.get(0));
        }
    }
}
