/* Between S and G: packets of one letter, perhaps with words behind it. */
#ifndef FLEETCRON_CHANNEL_H
#define FLEETCRON_CHANNEL_H

#include "run.h"

enum message {
    NONE = 0,         /* nothing there */
    COMPLAINT = 'l',  /* S to G: words for the log */
    STARTED_COMMAND = 'c', /* S to G: a command has started */
    CLOSE = 'x',      /* S to G: keep what output is left, write the exit record if there is one */
    CLOSED = 'd',     /* G to S: done */
};

enum { MOST_WORDS = 1024 };

/* Never blocks: a guard that does not listen must not delay a kill. */
void channel_send(int channel, enum message message, const char *words);

/* Never blocks. `words` takes MOST_WORDS bytes and ends with a NUL. */
enum message channel_receive(int channel, char *words);

#endif
