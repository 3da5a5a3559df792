package io.fleetcron.config;

import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * A set of exit statuses of commands. Immutable.
 *
 * @param members in ascending order, each once
 */
public record ExitStatuses(List<Integer> members) {
    /** The largest that a process can end with: wait(2). */
    public static final int MOST = 255;

    /** What a shell and the supervisor report for a command that could not be started. */
    public static final int CANNOT_EXECUTE = 126;

    public static final int NOT_FOUND = 127;

    /** Zero alone. */
    public static final ExitStatuses ZERO = where(status -> status == 0);

    /** Each that there is. */
    public static final ExitStatuses ALL = where(status -> true);

    public ExitStatuses {
        members = List.copyOf(members);
    }

    /** Those from 0 to {@link #MOST} that the predicate accepts. */
    public static ExitStatuses where(IntPredicate wanted) {
        return new ExitStatuses(
                IntStream.rangeClosed(0, MOST).filter(wanted).boxed().toList());
    }

    /** Whether the set holds that status. */
    public boolean contains(int status) {
        return members.contains(status);
    }
}
