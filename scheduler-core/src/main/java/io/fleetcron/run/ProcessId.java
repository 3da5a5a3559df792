package io.fleetcron.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names a process of this host beyond doubt: numbers are used again, a number with its start time is not.
 *
 * @param pid the process id
 * @param start clock ticks from boot to its start, proc_pid_stat(5)
 * @param boot the boot it belongs to
 */
record ProcessId(int pid, long start, String boot) {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Pattern NUMBERS = Pattern.compile("([1-9][0-9]{0,8}) ([0-9]{1,18})");
    private static final int STATE = 0; // of the fields after the name
    private static final int START = 19;

    /** The process that has this number now, dead but unreaped ones included; empty if there is none. */
    static Optional<ProcessId> of(int pid) {
        Optional<String[]> fields = fields(pid);
        return fields.map(f -> new ProcessId(pid, Long.parseLong(f[START]), bootId()));
    }

    /** Reads {@code PID START}; empty for anything else. */
    static Optional<ProcessId> parse(String words, String boot) {
        Matcher numbers = NUMBERS.matcher(words);
        return numbers.matches()
                ? Optional.of(new ProcessId(Integer.parseInt(numbers.group(1)), Long.parseLong(numbers.group(2)), boot))
                : Optional.empty();
    }

    /** This process. */
    static ProcessId self() {
        int pid = Math.toIntExact(ProcessHandle.current().pid());
        return of(pid).orElseThrow(() -> new IllegalStateException("/proc is not mounted; fleetcron needs it"));
    }

    /** Whether it still runs. */
    boolean isAlive() {
        return isOfThisBoot()
                && fields(pid)
                        .filter(f -> Long.parseLong(f[START]) == start)
                        .filter(f -> !f[STATE].equals("Z") && !f[STATE].equals("X"))
                        .isPresent();
    }

    /** Whether this host has not been started again since. */
    boolean isOfThisBoot() {
        return boot.equals(bootId());
    }

    private static Optional<String[]> fields(int pid) {
        try {
            String stat =
                    Files.readString(Path.of("/proc", Integer.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            return Optional.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String bootId() {
        try {
            return Files.readString(BOOT_ID).trim();
        } catch (IOException e) {
            throw new IllegalStateException("/proc is not mounted; fleetcron needs it", e);
        }
    }
}
