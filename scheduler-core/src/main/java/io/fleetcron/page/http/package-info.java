/**
 * Serves one HTML page and texts beside it to this host's browsers, by the HTTP server of the JDK. It knows nothing of what is
 * on them, and offers nothing else.
 */
@NullMarked
package io.fleetcron.page.http;

import org.jspecify.annotations.NullMarked;
