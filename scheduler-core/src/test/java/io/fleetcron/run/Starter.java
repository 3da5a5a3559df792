package io.fleetcron.run;

import java.nio.file.Path;

/** An agent to be killed: starts one run in a virtual machine of its own and then waits for its end, of which it says no word. */
final class Starter {
    private Starter() {}

    /**
     * Arguments: directory, shell command line.
     */
    public static void main(String[] args) throws Exception {
        RunHarness harness = new RunHarness(Path.of(args[0]));
        Run run = harness.shell(args[1]).start();
        System.out.println(run.pid());
        System.out.println(run.await().outcome());
        Thread.sleep(60_000); // says nothing of that end to anybody
    }
}
