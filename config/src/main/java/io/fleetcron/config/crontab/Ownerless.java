package io.fleetcron.config.crontab;

import java.util.Optional;

/**
 * A named file of which nothing says whose crontab it is.
 *
 * @param file its name
 * @param users that all its lines seem to name
 */
public record Ownerless(String file, Optional<String> users) {}
