/**
 * A fleet under virtual time: real agents, coordinators, claim protocol, ledger codec, history and membership of many
 * instances in one process, of which one thread runs at a time, over a simulated shared directory and simulated runs. One
 * seed fixes everything. What the simulated commands saw is compared with history from outside.
 */
@NullMarked
package io.fleetcron.virtual;

import org.jspecify.annotations.NullMarked;
