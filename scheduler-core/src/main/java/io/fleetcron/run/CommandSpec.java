package io.fleetcron.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a run starts, as whom and with what around it. Immutable.
 *
 * @param argv the words to execute
 * @param env the command's whole environment, without the FLEETCRON_ variables, which the launcher adds
 * @param workingDir where the command starts; entered with its own rights
 * @param account whose rights it gets; absent means those of this process
 * @param umask the mode bits that new files do not get
 * @param nice its scheduling priority, -20 to 19; a smaller number than this process' own needs root
 * @param ioPriority how its disk accesses are ranked
 * @param stdin what it reads from its standard input; absent means nothing
 * @param groups where its run gets a control group; absent means none
 * @param limits what the run may use; needs {@code groups}
 */
public record CommandSpec(
        List<String> argv,
        Map<String, String> env,
        Path workingDir,
        Optional<Account> account,
        int umask,
        int nice,
        Optional<IoPriority> ioPriority,
        Optional<String> stdin,
        Optional<Cgroups> groups,
        ResourceLimits limits) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    public CommandSpec {
        argv = List.copyOf(argv);
        env = Map.copyOf(env);
    }

    /** Whether a command can be given a variable of this name. */
    public static boolean isVariableName(String name) {
        return NAME.matcher(name).matches();
    }

    /** Without the variables and the input, which may be secret. */
    @Override
    public String toString() {
        return "CommandSpec" + argv;
    }

    /**
     * A class and a level of ioprio_set(2).
     *
     * @param ioClass 2 for best effort, 3 for idle
     * @param level 0 (first) to 7 (last) within best effort
     */
    public record IoPriority(int ioClass, int level) {}
}
