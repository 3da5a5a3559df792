package io.fleetcron.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Slow;
import io.fleetcron.observe.Lines;
import io.fleetcron.observe.SharedDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of MIGRATION.md, run in their order as they stand there. Each host is a folder; what a host alone can do
 * (systemctl, crontab, journalctl) are programs of the test, fleetcron is the product.
 */
@Slow
@Timeout(180)
class WayOverTest {
    private static final Path PAGE = Path.of("../packaging/docs/MIGRATION.md");
    private static final Pattern BLOCK = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path folder;

    private SharedDirectory shadow;

    /** Below a host's root, but for what is not part of any host. */
    private static final String SSH = """
            #!/bin/sh
            host=${1#root@}; shift
            root=ROOT/hosts/$host
            here() { sed -e "s#cd / #cd $root #" -e "s# /\\\\(etc\\\\|var\\\\)/# $root/\\\\1/#g" \\
              -e "s#/usr/share/doc/fleetcron/examples/#PACKAGING/src/main/systemd/#"; }
            export HOST="$host" HOSTROOT="$root"
            words=$(printf '%s' "$*" | here)
            case $words in
              'sh -s '*) here > "ROOT/script.$$"; exec sh "ROOT/script.$$" ${words#sh -s } ;;
              *) exec sh -c "$words" ;;
            esac
            """;

    private static final String CRONTAB = """
            #!/bin/sh
            file=$HOSTROOT/var/spool/cron/crontabs/$2
            [ "$2" != gone ] || { echo "crontab: user \\`gone' unknown" >&2; exit 1; }
            if [ "$3" = -l ]; then cat "$file"; else cat "$3" > "$file"; fi
            """;

    @BeforeEach
    void hosts() throws IOException {
        shadow = new SharedDirectory(folder.resolve("shared/shadow"));
        Files.writeString(folder.resolve("fleetcron.yaml"), """
                shared_dir: shared
                storage: local
                state_dir: state
                jobs: [hosts/web1/etc/fleetcron/jobs.d]
                """);
        program("ssh", SSH);
        program("crontab", CRONTAB);
        program(
                "systemctl",
                "#!/bin/sh\necho \"$HOST $* $(ls $HOSTROOT/etc/systemd/system/*.d 2>&1)\" >> ROOT/systemctl.log\n");
        program("journalctl", "#!/bin/sh\ncat $HOSTROOT/journal\n");
        program("sleep", "#!/bin/sh\n[ \"$1\" -lt 60 ]\n");
        program("date", "#!/bin/sh\n[ \"$1\" = -u ] && echo 2026-11-23T00:00:00Z || exec /bin/date \"$@\"\n");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        program(
                "fleetcron",
                "#!/bin/sh\ncommand=$1; shift\ncase $command in import) set -- \"$@\" ;; validate) set -- ROOT/fleetcron.yaml ;;"
                        + " *) set -- --config ROOT/fleetcron.yaml \"$@\" ;; esac\nexec " + java
                        + " -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto -cp '"
                        + System.getProperty("java.class.path") + "' " + Main.class.getName() + " $command \"$@\"\n");
        for (String host : List.of("web1", "web2")) {
            file(host + "/etc/debian_version", "12.7\n", "rw-r--r--");
            file(host + "/etc/timezone", "UTC\n", "rw-r--r--");
            file(host + "/etc/passwd", "root:x:0:0::/root:/bin/sh\nbob:x:1000:1000::/tmp:/bin/sh\n", "rw-r--r--");
            file(
                    host + "/etc/crontab",
                    "SHELL=/bin/sh\n\n# m h\n17 * * * * root /opt/sweep\n \t30 1 * * * root /opt/all%in\n",
                    "rw-r--r--");
            file(host + "/etc/cron.d/app", "#app\n0 1 * * * root /opt/app " + host + "\n", "rw-r-----");
            file(
                    host + "/var/spool/cron/crontabs/bob",
                    "MAILTO=\"\"\n  # bob\n*/30 * * * * /opt/bob \\% x\n@daily /opt/day\n",
                    "rw-------");
            file(host + "/etc/fleetcron/jobs.d/README", "", "rw-r--r--");
            file(host + "/journal", journal(host), "rw-r--r--");
        }
        file("web2/var/spool/cron/crontabs/gone", "@daily /opt/gone\n", "rw-------");
        file("web1/opt/link-target", "5 5 * * * root /opt/linked\n", "rw-r--r--");
        Files.createSymbolicLink(host("web1/etc/cron.d/linked"), host("web1/opt/link-target"));
    }

    /** What crond did in the first three hours of the day, on each host. */
    private static String journal(String host) {
        StringBuilder text = new StringBuilder("-- Boot 1234 --\n");
        for (int hour = 0; hour < 3; hour++) {
            line(text, host, hour + ":00:01", "bob", "/opt/bob % x");
            line(text, host, hour + ":17:01", "root", "/opt/sweep");
            line(text, host, hour + ":30:01", "bob", "/opt/bob % x");
            if (hour == 1) {
                line(text, host, "1:00:01", "root", "/opt/app " + host);
                line(text, host, "1:30:01", "root", "/opt/all");
            }
        }
        line(text, host, "0:00:01", "bob", "/opt/day");
        return text.append("2026-11-23T04:00:01+0000 " + host + " CRON[1]: pam_unix(cron:session): session closed\n")
                .toString();
    }

    private static void line(StringBuilder text, String host, String time, String user, String command) {
        text.append("2026-11-23T0" + time + "+0000 " + host + " CRON[7]: (" + user + ") CMD (" + command + ")\n");
    }

    private Path host(String name) {
        return folder.resolve("hosts").resolve(name);
    }

    private void file(String name, String text, String mode) throws IOException {
        Files.createDirectories(host(name).getParent());
        Files.writeString(host(name), text);
        Files.setPosixFilePermissions(host(name), PosixFilePermissions.fromString(mode));
    }

    private void program(String name, String text) throws IOException {
        Files.createDirectories(folder.resolve("bin"));
        Path file = Files.writeString(
                folder.resolve("bin").resolve(name),
                text.replace("ROOT/", folder + "/")
                        .replace(
                                "PACKAGING",
                                Path.of("../packaging")
                                        .toAbsolutePath()
                                        .normalize()
                                        .toString())
                        .replace("HOST" + folder + "/", "HOSTROOT/"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static List<String> blocks() throws IOException {
        Matcher found = BLOCK.matcher(Files.readString(PAGE));
        List<String> blocks = new ArrayList<>();
        while (found.find()) {
            blocks.add(found.group(1));
        }
        return blocks;
    }

    /** In a shell that knows what the blocks before it have set. */
    private String run(String block) throws IOException, InterruptedException {
        return run(block, 0);
    }

    private String run(String block, int status) throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        ProcessBuilder shell = new ProcessBuilder(
                "sh", "-c", "set -e; [ ! -f vars ] || . ./vars\n" + block + "\nset | grep -e '^host' > vars");
        shell.environment().merge("PATH", folder.resolve("bin") + ":", (path, bin) -> bin + path);
        Process process = shell.directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertTrue(process.waitFor(2, TimeUnit.MINUTES));
        String said = Files.readString(log);
        assertEquals(status, process.exitValue(), block + "\n" + said);
        return said;
    }

    /** Every crontab of a host, with its mode. */
    private Map<String, String> crontabs(String host) throws IOException {
        Map<String, String> all = new TreeMap<>();
        for (String place : List.of("etc", "etc/cron.d", "var/spool/cron/crontabs", "opt")) {
            if (!Files.isDirectory(host(host).resolve(place))) {
                continue;
            }
            try (Stream<Path> files = Files.list(host(host).resolve(place))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    all.put(
                            host(host).relativize(file).toString(),
                            Files.isSymbolicLink(file)
                                    + PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                                    + Files.readString(file));
                }
            }
        }
        all.keySet().removeIf(name -> name.contains("debian") || name.contains("timezone") || name.contains("passwd"));
        return all;
    }

    /** The shadow claimed what crond ran; where the same line stood on both hosts, on both or on one of them. */
    private void shadowRan() throws IOException {
        for (String host : List.of("web1", "web2")) {
            for (int hour = 0; hour < 3; hour++) {
                ran("bob", 3600 * hour, host);
                ran("bob", 3600 * hour + 1800, host);
                ran("sweep", 3600 * hour + 17 * 60, host);
            }
            ran("day", 0, host);
            ran("all", 5400, host);
            ran(host.equals("web1") ? "app" : "app-web2", 3600, host);
        }
    }

    private void ran(String job, int second, String host) throws IOException {
        shadow.history(host, "2026-11-23", Lines.ran(job, second, 1, host));
    }

    @Test
    void leadsOverAndBack() throws Exception {
        List<String> blocks = blocks();
        assertEquals(9, blocks.size());
        Map<String, String> web1 = crontabs("web1");
        Map<String, String> web2 = crontabs("web2");

        run(blocks.get(0)); // collect
        String imported = run(blocks.get(1), 1);
        assertTrue(
                imported.contains("/gone: no job, as crond ignored this file with its 1 line: user `gone`"), imported);
        assertTrue(imported.contains("imported 7 jobs of 11 lines of 2 hosts"), imported);
        String review = run(blocks.get(2));
        assertTrue(review.contains("decide:"), review);
        run(blocks.get(3)); // distribute, validate
        assertEquals(
                Files.readString(folder.resolve("imported.yaml")),
                Files.readString(host("web2/etc/fleetcron/jobs.d/imported.yaml")));
        run(blocks.get(4)); // shadow
        assertTrue(Files.readString(host("web1/etc/systemd/system/fleetcron.service.d/shadow.conf"))
                .contains("ExecStart=/usr/bin/fleetcron shadow"));
        shadowRan();
        String compared = run(blocks.get(5));
        assertTrue(compared.contains("Crond and fleetcron started the same: 24 times."), compared);
        assertTrue(compared.contains("This is the shadow"), compared);

        run(blocks.get(6)); // the command
        assertEquals(web1, crontabs("web1"), "so far crond runs what it always ran");
        run(blocks.get(7)); // switch web1 over
        assertEquals(List.of(), live("web1"), "crond runs nothing more there");
        assertEquals(web2, crontabs("web2"), "and all of it on the host that is not switched over");
        assertNotEquals(web1, crontabs("web1"));
        assertFalse(Files.exists(host("web1/etc/systemd/system/fleetcron.service.d/shadow.conf")));
        assertTrue(Files.readString(folder.resolve("systemctl.log")).endsWith("web1 restart fleetcron \n"));
        Cli none = Cli.run("import", "--host", "web1=" + host("web1"));
        assertTrue(none.err().contains("imported 0 jobs"), none.err());

        String again =
                blocks.get(7).lines().filter(line -> line.contains("sh -s off")).collect(Collectors.joining());
        run(again); // twice does no harm
        run(blocks.get(8)); // back
        assertEquals(web1, crontabs("web1"), "exactly as before");

        // A crontab of nobody, as crond ignores it, stays as it is.
        String said = run("host=web2\n" + again);
        assertTrue(said.contains("the crontab of gone is as it was"), said);
        assertEquals(List.of("@daily /opt/gone"), live("web2"));
        run("host=web2\n" + blocks.get(8));
        assertEquals(web2, crontabs("web2"));
    }

    private List<String> live(String host) throws IOException {
        return crontabs(host).values().stream()
                .flatMap(text -> text.replaceFirst("^(true|false)[rwx-]{9}", "").lines())
                .filter(line -> !line.isBlank() && !line.strip().startsWith("#"))
                .toList();
    }
}
