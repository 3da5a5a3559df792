package io.fleetcron.packaging;

import java.time.Instant;

/** What is built: its version, and the instant that every file in the packages carries. */
record Release(String version, Instant built) {}
