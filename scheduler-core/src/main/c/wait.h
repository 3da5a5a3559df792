/* Waiting for descriptors. */
#ifndef FLEETCRON_WAIT_H
#define FLEETCRON_WAIT_H

#include <poll.h>
#include <stdbool.h>

/* poll(2) without a time limit, also where RLIMIT_NOFILE is lower than the count, which poll(2) refuses. */
bool wait_for(struct pollfd *watched, nfds_t count);

#endif
