/** The composition root: joins the parts, starts and stops them. It decides nothing about a fire. */
@NullMarked
package io.fleetcron.agent;

import org.jspecify.annotations.NullMarked;
