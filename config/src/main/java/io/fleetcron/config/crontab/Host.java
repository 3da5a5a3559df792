package io.fleetcron.config.crontab;

import java.time.ZoneId;
import java.util.Map;

/**
 * What a crontab leaves to the host it stands on. Immutable.
 *
 * @param timezone of its wall clock, in which crond reads times
 * @param agentUser who will run the agent, so that only other users' commands need a change of user
 * @param homes the home directory of each user that is known
 */
public record Host(ZoneId timezone, String agentUser, Map<String, String> homes) {
    public Host {
        homes = Map.copyOf(homes);
    }
}
