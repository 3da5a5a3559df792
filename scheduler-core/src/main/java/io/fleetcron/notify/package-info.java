/**
 * Notifications about settled fires and late jobs: of what whom, in which words, kept until they are delivered. It must not
 * delay or change what becomes of a job.
 */
@NullMarked
package io.fleetcron.notify;

import org.jspecify.annotations.NullMarked;
