package io.fleetcron.config;

/**
 * Jobs of which only a few may run at once in the whole fleet. Immutable.
 *
 * @param name unique in the fleet; {@code [a-z0-9][a-z0-9._-]{0,62}}
 * @param limit how many of their runs there may be at once, from 1 to {@value #MOST}
 */
public record RunGroup(String name, int limit) {

    /** Whoever finds all slots of a group taken has tried each of them. */
    public static final int MOST = 32;

    @Override
    public String toString() {
        return name + ":" + limit;
    }
}
