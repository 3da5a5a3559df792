/** A job's ledger in its lock file: how it is read and written, and what this instance remembers of it. */
@NullMarked
package io.fleetcron.ledger.file;

import org.jspecify.annotations.NullMarked;
