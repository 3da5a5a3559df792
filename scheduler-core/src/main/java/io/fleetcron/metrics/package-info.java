/**
 * What an agent publishes for Prometheus. It listens to what already reports, keeps what it hears in memory, and writes it down
 * for whoever asks: nothing here decides anything, and nothing that fails or hangs here holds up a job. An agent without
 * {@code metrics} in its main file loads none of it.
 */
@NullMarked
package io.fleetcron.metrics;

import org.jspecify.annotations.NullMarked;
