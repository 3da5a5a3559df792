/**
 * Finds and reads crontabs, as crond and anacron do: their lines, and what holds at each. It knows nothing of jobs.
 */
@NullMarked
package io.fleetcron.config.crontab;

import org.jspecify.annotations.NullMarked;
