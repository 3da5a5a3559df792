package io.fleetcron.host;

import java.time.Duration;
import java.util.Optional;

/** Whoever started the agent and wants to know how it is. Thread-safe; no method blocks. */
public interface ServiceManager {

    /** Nobody asks. */
    ServiceManager NONE = new ServiceManager() {};

    /** The agent can claim fires, at first or again after a reload. */
    default void ready(String status) {}

    /** What is going on, in one line for people. */
    default void status(String status) {}

    /** The configuration is about to be read again. */
    default void reloading() {}

    /** The agent is about to end. */
    default void stopping() {}

    /** How often {@link #alive} is wanted, in whole seconds; empty if not at all. */
    default Optional<Duration> pulse() {
        return Optional.empty();
    }

    /** A fire of the agent's own pulse came all the way through the timing and the loop. */
    default void alive(String status) {}
}
