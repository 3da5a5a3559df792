/**
 * What the logs of crond say that it has started, compared with the fires of a fleet that has, or would have, run the same
 * lines. Pure functions: it opens no file, and keeps no line of a log.
 */
@NullMarked
package io.fleetcron.audit.crond;

import org.jspecify.annotations.NullMarked;
