package io.fleetcron.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.cli.option.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of IMPORT.md that collect a host's crontabs, run as they stand there, with a folder as the host. */
class CollectedHostTest {
    private static final Path PAGE = Path.of("../packaging/docs/IMPORT.md");

    @TempDir
    private Path folder;

    private void file(String name, String text, String mode) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private static String commands() throws IOException {
        String page = Files.readString(PAGE);
        int start = page.indexOf("mkdir -p crontabs/web1\n");
        return page.substring(start, page.indexOf("fleetcron import", start));
    }

    /** {@code ssh HOST COMMAND}, on this machine and below the folder that is the host's root. */
    private void collect() throws IOException, InterruptedException {
        Path host = folder.resolve("host");
        file(
                "bin/ssh",
                "#!/bin/sh\nexec sh -c \"$(printf '%s' \"$2\" | sed 's#cd / #cd " + host + " #')\"\n",
                "rwxr-xr-x");
        ProcessBuilder shell = new ProcessBuilder("sh", "-e", "-c", commands());
        shell.environment().merge("PATH", folder.resolve("bin") + ":", (path, bin) -> bin + path);
        shell.directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
        Process process = shell.start();
        assertTrue(process.waitFor(1, TimeUnit.MINUTES));
        assertEquals(0, process.exitValue(), Files.readString(folder.resolve("log")));
    }

    @Test
    void bringsAllThatIsImported() throws IOException, InterruptedException {
        file("host/etc/redhat-release", "9\n", "rw-r--r--");
        file("host/etc/timezone", "Asia/Tokyo\n", "rw-r--r--");
        file("host/etc/crontab", "@hourly root /opt/from-crontab\n", "rw-r--r--");
        file("host/etc/cron.d/app", "@hourly app /opt/from-folder\n", "rw-r--r--");
        file("host/etc/anacrontab", "1 5 cron.daily run-parts /etc/cron.daily\n", "rw-r--r--");
        file("host/etc/cron.daily/sweep", "#!/bin/sh\n", "rwxr-xr-x");
        file("host/var/spool/cron/bob", "@hourly /opt/of-bob\n", "rw-------");

        collect();
        Cli cli = Cli.run("import", "--host", "web1=" + folder.resolve("crontabs/web1"));

        assertEquals(ExitCode.OK, cli.status(), cli.err());
        for (String part : new String[] {
            "from-crontab:\n", "from-folder:\n", "daily-sweep:\n", "of-bob:\n", "user: bob\n", "Asia/Tokyo"
        }) {
            assertTrue(cli.out().contains(part), part + " is not in " + cli.out());
        }
    }

    @Test
    void bringsWhichHomesAreMissing() throws IOException, InterruptedException {
        file("host/etc/debian_version", "12\n", "rw-r--r--");
        file("host/etc/timezone", "UTC\n", "rw-r--r--");
        file("host/etc/cron.d/app", "HOME = '/gone/app' \n@daily root /opt/a\n# end", "rw-r--r--");
        file("host/etc/cron.d/etc", "HOME=/etc\n@daily root /opt/b\n", "rw-r--r--");
        file("host/var/spool/cron/crontabs/root", "HOME=\"/gone/root\"\n@daily /opt/c\n", "rw-------");

        collect();

        List<String> missing = Files.readAllLines(folder.resolve("crontabs/web1/missing-homes"));
        assertEquals(
                List.of("/gone/app", "/gone/root"),
                missing.stream().filter(name -> name.startsWith("/")).toList());
    }
}
