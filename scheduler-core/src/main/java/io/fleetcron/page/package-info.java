/**
 * The fleet as one HTML page for operators: what is shown is read by {@code observe}, and the page is a pure function of it.
 * It changes nothing, asks nobody for anything while it is looked at, and takes all text of other hosts for hostile.
 */
@NullMarked
package io.fleetcron.page;

import org.jspecify.annotations.NullMarked;
