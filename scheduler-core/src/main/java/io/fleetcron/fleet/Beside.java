package io.fleetcron.fleet;

import java.util.regex.Pattern;

/** Names of processes beside an instance's agent, such as that of {@code fleetcron run}: {@code web1~4711}, by the process id. */
public final class Beside {

    private static final Pattern PROCESS = Pattern.compile("~[0-9]{1,10}$");

    private Beside() {}

    /** What follows the instance's id in the name of that process. Sorts behind the agent's, which is the id alone. */
    public static String process(long pid) {
        return "~" + pid;
    }

    /** The instance beside whose agent a process of that name is, or the agent's own instance. */
    public static String instanceOf(String name) {
        return name.indexOf('~') < 0 ? name : PROCESS.matcher(name).replaceFirst("");
    }
}
