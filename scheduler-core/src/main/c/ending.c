#include <sys/socket.h>
#include <unistd.h>

#include "channel.h"
#include "proc.h"
#include "supervisor.h"

enum {
    CLOSING_TIME = 10000, /* ms for the guard to keep the output and the exit record */
    PATIENCE = 3000,      /* ms for an agent that is alive to say that it has recorded the end */
    RETRY = 3000,         /* ms between tries to write the exit record */
};

void close_run(void) {
    struct run *run = s.run;
    drop_beat();
    s.state = CLOSING;
    s.due = boot_now() + CLOSING_TIME;
    s.end.attempts = s.attempt;
    s.host_goes_down = s.end.how != SUCCEEDED && proc_host_goes_down();
    if (!s.host_goes_down) {
        record_write(run, &s.end, run->shared->exit_record);
    }
    run->shared->settled = s.host_goes_down || s.end.how == FENCED;
    run->shared->over = true;
    spec_wipe(&run->spec);
    close(run->output[1]);
    run->output[1] = -1; /* a guard that is started from now on must not close what gets this number next */
    channel_send(run->channel[1], CLOSE, "");
}

void finish(void) {
    s.run->shared->settled = true;
    s.state = DONE;
}

void record_end(void) {
    s.state = RECORDING;
    s.due = boot_now() + RETRY;
    if (s.writing != NOTHING) {
        return;
    }
    pid_t writer = lockfile_write(s.run, s.run->shared->exit_record, s.run->spec.exit_offset);
    if (writer != -1) {
        s.writing = EXIT;
        s.tree.kept[0] = s.run->shared->writer = writer;
        s.due = NEVER;
    }
}

void exit_record_ended(enum write_result result) {
    if (s.state == DONE) {
        return;
    }
    if (result == LOST) {
        complain("the lock is lost: the end of this run is not in the lock file, the next claimer decides");
    }
    if (result == WRITTEN || result == LOST) {
        finish();
        return;
    }
    complain("the storage refuses the end of this run; it is tried again, and the lock stays held");
    s.due = boot_now() + RETRY;
}

static bool send_end(void) {
    return !s.agent_gone
        && send(AGENT_FD, s.run->shared->exit_record, BLOCK, MSG_DONTWAIT | MSG_NOSIGNAL) == BLOCK;
}

/* Once nothing writes any more, and all there is to keep is kept. */
void tell_agent(void) {
    s.kept = true;
    if (s.writing != NOTHING) {
        s.due = NEVER; /* the writer's death brings this back */
        return;
    }
    if (s.host_goes_down) {
        finish();
    } else if (s.end.how == FENCED) {
        send_end();
        finish();
    } else if (send_end()) {
        s.state = TELLING;
        s.due = boot_now() + PATIENCE;
    } else {
        record_end();
    }
}

void tell_when_quiet(void) {
    reap_orphans();
    if (s.kept && s.writing == NOTHING) {
        tell_agent();
    }
}
