/* Between S and G, and from both to the agent: packets of one letter, perhaps with words behind it. */
#ifndef FLEETCRON_CHANNEL_H
#define FLEETCRON_CHANNEL_H

#include "run.h"

enum message {
    NONE = 0,         /* nothing there */
    COMPLAINT = 'l',  /* S to G: words for the log */
    STARTED_COMMAND = 'c', /* S to G: a command has started */
    CLOSE = 'x',      /* S to G: keep what output is left, write the exit record if there is one */
    CLOSED = 'd',     /* G to S: done */
    IN_DOUBT = 'f',   /* S and G to the agent: the run is being ended because its lock is in doubt */
    UNKILLABLE = 'w', /* S and G to the agent: words for its log on what does not die */
};

enum { MOST_WORDS = 1024 };

/* Never blocks: a guard that does not listen must not delay a kill. */
void channel_send(int channel, enum message message, const char *words);

/* Never blocks. `words` takes MOST_WORDS bytes and ends with a NUL. */
enum message channel_receive(int channel, char *words);

#endif
