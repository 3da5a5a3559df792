package io.fleetcron.config.crontab.jobs;

import io.fleetcron.config.crontab.Accounts;
import java.time.ZoneId;

/**
 * What a crontab leaves to the host it stands on. Immutable.
 *
 * @param timezone of its wall clock, in which crond reads times
 * @param user who imports, and so the owner of a crontab that does not say whose it is
 * @param accounts its users, as far as they are known
 */
public record SourceHost(ZoneId timezone, String user, Accounts accounts) {}
