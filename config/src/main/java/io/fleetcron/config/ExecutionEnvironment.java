package io.fleetcron.config;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * As whom, where and within what limits a command runs. Whatever is absent is as crond has it. Immutable and
 * thread-safe.
 *
 * @param user the user's name or number; absent means the agent's own user
 * @param group the primary group's name or number; absent means the user's own
 * @param workingDir where the command starts; absent means the home directory of the user it runs as
 * @param env variables added to the default environment
 * @param envFiles files of further variables, read at each start; a later file wins over an earlier one, {@code env}
 *     over all of them
 * @param stdin what the command reads from its standard input; absent means nothing
 * @param umask the mode bits that new files do not get; absent means 022
 * @param nice the scheduling priority, from -20 (first) to 19 (last)
 * @param ionice how its disk accesses are ranked
 * @param limits what it may use
 */
public record ExecutionEnvironment(
        Optional<String> user,
        Optional<String> group,
        Optional<Path> workingDir,
        Map<String, String> env,
        List<Path> envFiles,
        Optional<String> stdin,
        OptionalInt umask,
        OptionalInt nice,
        Optional<IoNice> ionice,
        Limits limits) {

    /** As crond has it. */
    public static final ExecutionEnvironment USUAL = new ExecutionEnvironment(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            List.of(),
            Optional.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            Limits.NONE);

    public ExecutionEnvironment {
        env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
        envFiles = List.copyOf(envFiles);
    }

    /** The same in another directory and with other variables. */
    public ExecutionEnvironment with(Optional<Path> otherDir, Map<String, String> otherEnv) {
        return new ExecutionEnvironment(user, group, otherDir, otherEnv, envFiles, stdin, umask, nice, ionice, limits);
    }

    /**
     * A class and a level of ioprio_set(2).
     *
     * @param ioClass who is served first
     * @param level 0 (first) to 7 (last) within best effort; 0 for idle
     */
    public record IoNice(IoClass ioClass, int level) {}

    /** The classes of ioprio_set(2) that do no harm to a host. */
    public enum IoClass {
        /** By turns, in the order of levels. */
        BEST_EFFORT,
        /** Only while nobody else wants the disk. */
        IDLE
    }

    /**
     * What a run with all its processes may use; kept by a control group of its own.
     *
     * @param memory bytes; beyond them the kernel ends it
     * @param cpu processors, such as 0.5 or 2
     * @param tasks processes and threads at one time
     */
    public record Limits(OptionalLong memory, OptionalDouble cpu, OptionalInt tasks) {
        /** As much as there is. */
        public static final Limits NONE = new Limits(OptionalLong.empty(), OptionalDouble.empty(), OptionalInt.empty());
    }
}
