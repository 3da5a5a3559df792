package io.fleetcron.run;

import java.util.List;

/**
 * Whose rights a command has, as the kernel counts them: unsigned numbers of 32 bits. Immutable.
 *
 * @param uid the user
 * @param gid the primary group
 * @param groups the supplementary groups
 */
public record Account(long uid, long gid, List<Long> groups) {
    public Account {
        groups = List.copyOf(groups);
    }
}
