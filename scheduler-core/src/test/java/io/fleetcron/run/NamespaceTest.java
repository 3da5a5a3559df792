package io.fleetcron.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fleetcron.Slow;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs in a process namespace of their own, as in a container. */
@Timeout(60)
@Slow
class NamespaceTest {
    @TempDir
    Path dir;

    private final List<Process> agents = new ArrayList<>();

    @BeforeEach
    void look() throws Exception {
        NativeHelper.Result result =
                NativeHelper.run(new byte[0], List.of("unshare", "--pid", "--fork", "--mount-proc", "true"));
        assumeTrue(result.status() == 0, "no process namespace can be made here: " + result.output());
    }

    @AfterEach
    void end() {
        agents.forEach(agent -> agent.descendants().forEach(ProcessHandle::destroyForcibly));
        agents.forEach(Process::destroyForcibly);
    }

    @Test
    void aRunEndsAsItsCommandDidAndNothingOutlivesTheNamespace() throws Exception {
        Process agent = agent("setsid sleep 94.1 & exit 5", "--mount-proc");
        BufferedReader said = agent.inputReader(StandardCharsets.UTF_8);
        assertTrue(Integer.parseInt(said.readLine()) < 1000, "a number of the namespace");
        assertEquals("FAILED", said.readLine());
        assertEquals(1, RunHarness.count("sleep\u000094.1"), "a daemon");
        agent.descendants().forEach(ProcessHandle::destroyForcibly); // the first process of the namespace
        RunHarness.awaitGone("sleep\u000094.1");
    }

    /** The numbers in such a /proc name other processes: ending the run would end strangers, or nothing. */
    @Test
    void aProcOfAnotherNamespaceIsRefused() throws Exception {
        Process agent = agent("echo started");
        BufferedReader said = agent.inputReader(StandardCharsets.UTF_8);
        said.readLine();
        assertEquals("FAILED", said.readLine());
        assertEquals(
                "fleetcron: the run cannot start: /proc is missing, or that of another process namespace; mount it\n",
                Files.readString(dir.resolve("state/runs/job@17/output")),
                "nothing was started");
    }

    private Process agent(String command, String... options) throws Exception {
        List<String> words = new ArrayList<>(List.of("unshare", "--pid", "--fork"));
        Collections.addAll(words, options);
        Collections.addAll(
                words,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-XX:TieredStopAtLevel=1",
                Starter.class.getName(),
                dir.toString(),
                command);
        Process agent = new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        agents.add(agent);
        return agent;
    }
}
