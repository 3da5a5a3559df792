/** What a person begins: {@code run} and {@code settle}, in a process beside the agent and under the same locks. */
@NullMarked
package io.fleetcron.byhand;

import org.jspecify.annotations.NullMarked;
