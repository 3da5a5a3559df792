package io.fleetcron.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.fleet.MemberTable;
import io.fleetcron.fleet.OutputName;
import io.fleetcron.observe.Lines;
import io.fleetcron.observe.SharedDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another host's root, and a job, write escape sequences wherever they may write. A terminal must never get one. */
class HostileTextTest {

    private static final String CLEAR = "\u001b[2J\u009b31m\u202e";

    /** The same, as strict JSON has it. */
    private static final String ESCAPED = "\\u001b[2J\\u009b31m\\u202e";

    @TempDir
    private Path folder;

    private Path main;
    private SharedDirectory shared;

    @BeforeEach
    void write() throws IOException {
        shared = new SharedDirectory(folder.resolve("shared"));
        main = Files.writeString(
                folder.resolve("fleetcron.yaml"),
                "shared_dir: shared\nstorage: local\nstate_dir: state\njobs: [jobs.yaml]\n");
        Files.writeString(folder.resolve("jobs.yaml"), "jobs:\n  one: {every: 1h, command: \"true\"}\n");
        Files.createDirectories(folder.resolve("state"));
        poison();
    }

    private void poison() throws IOException {
        String now = Instant.now().toString();
        for (String instance : List.of("web9", "web9" + CLEAR)) {
            member("{\"instance\":\"" + instance + "\",\"host\":\"h\",\"boot\":\"b\",\"pid\":1,\"version\":\"9\","
                    + "\"state\":\"bad\nok  alive" + ESCAPED + "\",\"running\":0,\"definitions\":\"00\",\"since\":\""
                    + now
                    + "\",\"flushed\":\"" + now + "\",\"activity\":{\"running\":{\"one\":3},\"settled\":{}},\"at\":\""
                    + now + "\",\"beat\":1");
        }
        shared.history(
                "x", "2026-11-23", Lines.ran("one", 1, 1, "x").toJson().replace("\"x\"", "\"x" + CLEAR + "\"") + "\n");
        shared.history("x", "2026-11-23", Lines.ran("one", 2, 2, "x"));
        Path other = Files.createDirectories(shared.layout().history().resolve("y" + CLEAR));
        Files.writeString(
                other.resolve("2026-11-23.jsonl"), Lines.ran("one", 3, 3, "y").toJson() + "\n");
        Files.writeString(shared.layout().jobs().resolve("a" + CLEAR + ".lock"), CLEAR);
        Files.writeString(shared.layout().jobs().resolve("one.lock"), CLEAR);
        Path output = Files.createDirectories(shared.layout().output("one"));
        Files.writeString(output.resolve(new OutputName(Lines.at(2), 2, "x").text()), "hello" + CLEAR + "\n");
        Files.writeString(output.resolve("20261124T000000.000Z-0000000009-x" + CLEAR + ".log"), "no");
        Files.writeString(shared.layout().root().resolve("doctor.lock"), "{\"host\":\"" + CLEAR + "\"}");
    }

    private void member(String body) throws IOException {
        String text = body.replace("\n", "\\n");
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        byte[] line =
                (text + ",\"sum\":\"" + String.format("%08x", crc.getValue()) + "\"}").getBytes(StandardCharsets.UTF_8);
        byte[] slot = Arrays.copyOf(line, MemberTable.SLOT);
        Arrays.fill(slot, line.length, slot.length, (byte) ' ');
        Files.write(shared.layout().memberTable(), slot, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private List<String> command(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(1, List.of("--config", main.toString()));
        return all;
    }

    @Test
    void noCommandPassesItOn() {
        for (String[] words : new String[][] {
            {"status"},
            {"status", "--json"},
            {"history"},
            {"history", "--json"},
            {"history", "a" + CLEAR},
            {"doctor"},
            {"doctor", "--json"},
            {"doctor", "--probe"},
            {"logs", "one"},
            {"logs", "one" + CLEAR},
            {"run", "nothing" + CLEAR},
            {CLEAR},
        }) {
            Cli cli = Cli.onTerminal(command(words).toArray(String[]::new));

            String all = cli.out() + cli.err();
            assertTrue(
                    all.chars().noneMatch(c -> (Character.isISOControl(c) && c != '\n') || c == '\u202e'),
                    String.join(" ", words) + ":\n" + all.replace('\u001b', '^'));
        }
    }

    @Test
    void oneInstanceIsOneLine() {
        List<String> lines =
                Cli.onTerminal(command("status").toArray(String[]::new)).lines();

        assertTrue(lines.get(1).startsWith("web9 ") && lines.get(1).contains("bad\\u000aok  alive"), lines.toString());
        assertEquals("", lines.get(2));
    }

    @Test
    void outputOfAJobIsAsItIsOnlyWhereNoTerminalIs() {
        String written = "hello" + CLEAR + "\n";

        assertEquals(
                written, Cli.run(command("logs", "one").toArray(String[]::new)).out());
        assertEquals(
                written,
                Cli.onTerminal(command("logs", "--raw", "one").toArray(String[]::new))
                        .out());
        assertEquals(
                "hello" + ESCAPED + "\n",
                Cli.onTerminal(command("logs", "one").toArray(String[]::new)).out());
    }
}
