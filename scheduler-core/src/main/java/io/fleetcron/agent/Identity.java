package io.fleetcron.agent;

/**
 * Who this agent is.
 *
 * @param instance unique in the fleet
 * @param host this host's name
 * @param pid this process
 */
public record Identity(String instance, String host, long pid) {}
