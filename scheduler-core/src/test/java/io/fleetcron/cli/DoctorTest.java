package io.fleetcron.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.doctor.TwoHostProof;
import io.fleetcron.lock.HeldLock;
import io.fleetcron.observe.SharedDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What doctor finds on sound and on unsound hosts. */
class DoctorTest {

    @TempDir
    private Path folder;

    private Path main;
    private SharedDirectory shared;

    @BeforeEach
    void write() throws IOException {
        main = folder.resolve("fleetcron.yaml");
        shared = new SharedDirectory(folder.resolve("shared"));
        configure("local");
        Files.writeString(folder.resolve("jobs.yaml"), "jobs:\n  one: {every: 1h, command: x}\n");
        for (Path path : List.of(main, folder.resolve("jobs.yaml"))) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
        }
    }

    private void configure(String storage) throws IOException {
        Files.writeString(main, "shared_dir: shared\nstorage: " + storage + "\nstate_dir: state\njobs: [jobs.yaml]\n");
    }

    private Cli doctor(String... more) {
        String[] args = new String[more.length + 3];
        args[0] = "doctor";
        args[1] = "-c";
        args[2] = main.toString();
        System.arraycopy(more, 0, args, 3, more.length);
        return Cli.run(args);
    }

    private static List<String> levels(Cli cli, String check) {
        return cli.json().stream()
                .filter(json -> json.get("check").getAsString().equals(check))
                .map(json -> json.get("level").getAsString())
                .toList();
    }

    @Test
    void aSoundHostFailsNothing() throws IOException {
        shared.member("other", "differs");

        Cli cli = doctor("--json");

        assertEquals(ExitCode.OK, cli.status(), cli.out());
        for (String check :
                List.of("config", "permissions", "supervisor", "state_dir", "shared_dir", "lock", "clock", "ledgers")) {
            assertEquals(List.of("ok"), levels(cli, check), cli.out());
        }
        assertEquals(List.of("ok", "warn"), levels(cli, "instances"), cli.out());
        try (var files = Files.list(folder.resolve("shared"))) {
            assertEquals(0, files.filter(f -> f.toString().contains("doctor")).count(), "leaves nothing behind");
        }
    }

    @Test
    void aLocalDirectoryIsNoNfs() throws IOException {
        configure("nfs");

        Cli cli = doctor("--json");

        assertEquals(ExitCode.PROBLEM, cli.status());
        assertTrue(cli.out().contains("not on NFSv4"), cli.out());
    }

    @Test
    void directoriesAndFilesOpenToOthersFail() throws IOException {
        Files.setPosixFilePermissions(folder.resolve("shared"), PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(folder.resolve("jobs.yaml"), PosixFilePermissions.fromString("rw-rw-rw-"));

        Cli cli = doctor("--json");

        assertEquals(ExitCode.PROBLEM, cli.status());
        assertEquals(List.of("fail"), levels(cli, "permissions"));
        assertEquals(List.of("fail"), levels(cli, "shared_dir"));
        assertTrue(cli.out().contains("chmod go-w"), cli.out());
    }

    @Test
    void aBrokenConfigurationFails() throws IOException {
        Files.writeString(main, "shared_dir: shared\nstorage: floppy\n");

        Cli cli = doctor("--json");

        assertEquals(ExitCode.PROBLEM, cli.status());
        assertTrue(levels(cli, "config").contains("fail"), cli.out());
    }

    @Test
    void aMissingSharedDirectoryFails() throws IOException {
        Files.writeString(main, "shared_dir: nowhere\nstorage: local\njobs: [jobs.yaml]\n");

        assertEquals(List.of("fail"), levels(doctor("--json"), "shared_dir"));
    }

    @Test
    void aProbeMustBeRefused() throws IOException {
        FleetConfig config = new ConfigLoader().load(main).config().orElseThrow();
        assertEquals("fail", probe(), "nobody holds it");

        HeldLock held = new TwoHostProof(config).hold(Instant.now()).orElseThrow();
        assertEquals("warn", probe(), "refused, but by this very host");
        Path file = folder.resolve("shared/doctor.lock");
        held.write(
                0,
                Files.readString(file)
                        .replaceFirst("\"host\":\"[^\"]*\"", "\"host\":\"another\"")
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertEquals("ok", probe(), "refused by another host");

        assertEquals(ExitCode.PROBLEM, doctor("--hold").status(), "held already");
        TwoHostProof.release(held);
        assertEquals("fail", probe(), "given back");
    }

    private String probe() {
        Cli cli = doctor("--probe", "--json");
        JsonObject finding = cli.json().get(0);
        String level = finding.get("level").getAsString();
        assertEquals(level.equals("fail") ? ExitCode.PROBLEM : ExitCode.OK, cli.status());
        return level;
    }

    @Test
    void holdAndProbeAreForTwoHosts() {
        assertEquals(ExitCode.USAGE, doctor("--hold", "--probe").status());
    }
}
