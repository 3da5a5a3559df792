#include <string.h>
#include <unistd.h>

#include "channel.h"
#include "supervisor.h"
#include "text.h"

enum {
    FIRST_LOOK = 20, /* ms between looks for processes whose end nobody reports; doubles */
    LAST_LOOK = 500,
};

static int64_t next_look(void) {
    int64_t look = s.look;
    s.look = s.look * 2 > LAST_LOOK ? LAST_LOOK : s.look * 2;
    return look;
}

static void say_in_output(const char *words) {
    (void)!write(s.run->output[1], words, strlen(words)); /* does not block: the pipe may be full */
}

void begin_attempt(void) {
    struct run *run = s.run;
    int64_t now = boot_now();
    s.attempt++;
    s.verdict = SUCCEEDED;
    s.unkillable_told = false;
    s.look = FIRST_LOOK;
    s.due = NEVER;
    s.limit_at = run->spec.timeout == 0 ? NEVER : later(now, run->spec.timeout);
    record_note_events(run, &s.events);
    run->shared->start_problem = STARTED;
    s.state = RUNNING;
    pid_t command = fork();
    if (command == 0) {
        command_become(run, s.attempt);
    }
    if (command == -1) {
        say_in_output("fleetcron: this host has no process left for the command; raise its limits\n");
        s.tree.leader = 0;
        s.tree.leader_dead = true;
        s.tree.leader_status = 126;
        s.due = now;
        return;
    }
    run->shared->command = command;
    s.tree.leader = command;
    s.tree.leader_dead = false;
    channel_send(run->channel[1], STARTED_COMMAND, "");
}

static bool succeeds(int status) {
    const char *success = s.run->spec.success;
    return success == NULL ? status == 0 : success[status & 0xff] == '1';
}

static bool is_retried(void) {
    const struct spec *spec = &s.run->spec;
    return s.end.how == TIMED_OUT ? !spec->timeout_is_final
                                  : s.end.how == FAILED
            && (spec->retry == NULL || spec->retry[s.end.status & 0xff] == '1');
}

static void finish_attempt(void) {
    struct run *run = s.run;
    s.end.status = s.tree.leader_status;
    char words[512];
    bool out_of_memory = record_tell_events(run, &s.events, words, sizeof words);
    if (out_of_memory && succeeds(s.end.status)) {
        s.end.status = 137;
    }
    say_in_output(words);
    tree_release(&s.tree);
    run->shared->command = 0;
    s.limit_at = NEVER;
    s.end.how = run->shared->start_problem == TOO_LATE ? FENCED
        : s.verdict != SUCCEEDED                       ? s.verdict
        : succeeds(s.end.status) && !out_of_memory     ? SUCCEEDED
                                                       : FAILED;
    if (is_retried() && (size_t)s.attempt <= run->spec.delay_count) {
        s.state = PAUSED;
        s.due = later(boot_now(), run->spec.delays[s.attempt - 1]);
    } else {
        close_run();
    }
}

/* An attempt lasts until its process group is empty. A daemon, which has left it, does not count. */
void look_at_attempt(void) {
    bool left = tree_reap(&s.tree);
    if (!s.tree.leader_dead) {
        s.due = NEVER;
    } else if (left && tree_has_group(&s.tree)) {
        s.due = boot_now() + next_look();
    } else {
        finish_attempt();
    }
}

static void terminate(enum how verdict) {
    s.verdict = verdict;
    s.limit_at = NEVER;
    s.state = ENDING;
    tree_terminate(&s.tree);
    s.due = later(boot_now(), s.run->spec.kill_after);
}

/* Both may come together with the end of the command, or be heard only after it: then its own end counts. */
void time_is_up(void) {
    look_at_attempt();
    if (s.state == RUNNING) {
        terminate(TIMED_OUT);
    }
}

void end_on_request(void) {
    look_at_attempt();
    if (s.state == RUNNING) {
        terminate(KILLED);
    } else {
        happen(ASKED); /* but no other attempt begins */
    }
}

/* One that is ended lasts until nothing of it is left at all. */
void look_at_rest(void) {
    if (!tree_reap(&s.tree)) {
        finish_attempt();
    } else if (s.state == KILLING) {
        tree_strike(&s.tree);
    }
}

void reap_orphans(void) {
    tree_reap(&s.tree);
}

void strike(void) {
    tree_strike(&s.tree);
    int64_t now = boot_now();
    if (s.state != KILLING) {
        s.state = KILLING;
        s.killed_at = now;
        s.look = FIRST_LOOK;
    }
    s.due = now + next_look();
    if (s.verdict == FENCED) {
        s.run->shared->struck = now;
    }
    if (now - s.killed_at >= UNKILLABLE_AFTER && !s.unkillable_told) {
        char words[256];
        tree_complain(&s.tree, s.verdict == FENCED, words, sizeof words);
        complain(words);
        channel_send(AGENT_FD, UNKILLABLE, words);
        s.unkillable_told = true;
    }
    look_at_rest();
}

/* Neither the other hosts nor the agent may believe any longer that all is well with the run. */
void end_for_doubt(void) {
    s.verdict = FENCED;
    strike();
    drop_beat();
    channel_send(AGENT_FD, IN_DOUBT, "");
    complain(s.doubt);
}

/* A command that had ended before is not called fenced: the server decides whether its word counts. */
void fence(void) {
    bool left = tree_reap(&s.tree);
    if (s.state == RUNNING && s.tree.leader_dead && !(left && tree_has_group(&s.tree))) {
        s.run->spec.delay_count = 0; /* but nothing new begins under a lock in doubt */
        finish_attempt();
        return;
    }
    end_for_doubt();
}

/* Daemons of earlier attempts are ended with the run. */
void end_while_paused(void) {
    record_note_events(s.run, &s.events);
    terminate(KILLED);
    look_at_rest();
}

void fence_while_paused(void) {
    record_note_events(s.run, &s.events);
    end_for_doubt();
}
