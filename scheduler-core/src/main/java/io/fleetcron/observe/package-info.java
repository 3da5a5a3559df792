/**
 * Reads what instances wrote: the member table, ledgers, history, captured output. It takes no lock, decides nothing and
 * changes nothing; what it reads may be half written, foreign or gone the next moment.
 */
@NullMarked
package io.fleetcron.observe;

import org.jspecify.annotations.NullMarked;
