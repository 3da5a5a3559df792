#include "wait.h"

#include <errno.h>
#include <stddef.h>
#include <sys/select.h>

static bool wait_by_select(struct pollfd *watched, nfds_t count) {
    fd_set readable;
    int end = 0;
    FD_ZERO(&readable);
    for (nfds_t i = 0; i < count; i++) {
        watched[i].revents = 0;
        if (watched[i].fd >= 0 && watched[i].fd < FD_SETSIZE) {
            FD_SET(watched[i].fd, &readable);
            end = watched[i].fd >= end ? watched[i].fd + 1 : end;
        }
    }
    if (select(end, &readable, NULL, NULL, NULL) <= 0) {
        return false;
    }
    for (nfds_t i = 0; i < count; i++) {
        if (watched[i].fd >= 0 && watched[i].fd < FD_SETSIZE && FD_ISSET(watched[i].fd, &readable)) {
            watched[i].revents = POLLIN;
        }
    }
    return true;
}

bool wait_for(struct pollfd *watched, nfds_t count) {
    int ready = poll(watched, count, -1);
    return ready > 0 || (ready == -1 && errno == EINVAL && wait_by_select(watched, count));
}
