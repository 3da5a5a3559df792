/*
 * Processes in shapes that a supervisor finds hard to end. The last word of the command line marks all of them.
 *
 *   tree flat N MARK       N children that ignore SIGTERM
 *   tree chain N MARK      N generations, each in a session of its own, all ignoring SIGTERM
 *   tree restless N MARK   N lines of processes that ignore SIGTERM, leave their session, fork and die without pause, and
 *                          make the file MARK longer as they do; the first process minds SIGTERM
 *   tree pack N MARK       N lines that fork and die without pause in the command's own group, for half a second, and make
 *                          the file MARK longer; the first process ends at once
 *   tree thread MARK       a child that a second thread forks prints "asked" at SIGTERM
 *   tree daemons N MARK    N daemons, then a child in the command's own group that prints "late" after a while
 *   tree bomb MARK         forks without end, as far as it may
 *
 * Each prints "ready" once the shape is there.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void say(const char *words) {
    (void)!write(STDOUT_FILENO, words, strlen(words));
}

_Noreturn static void stay(void) {
    for (;;) {
        pause();
    }
}

static void flat(int count) {
    signal(SIGTERM, SIG_IGN);
    for (int i = 0; i < count; i++) {
        pid_t child = fork();
        if (child == 0) {
            stay();
        }
        if (child == -1) {
            say("no process left\n");
        }
    }
    say("ready\n");
    stay();
}

static void chain(int count) {
    signal(SIGTERM, SIG_IGN);
    while (count-- > 0 && fork() == 0) {
        setsid();
        if (count == 0) {
            say("ready\n");
        }
    }
    stay();
}

static int sign;

/* One generation ends, and the next one begins. */
static void go_on(void) {
    (void)!write(sign, ".", 1);
    if (fork() != 0) {
        _exit(0);
    }
}

static void restless(int count, const char *file) {
    sign = open(file, O_WRONLY | O_CREAT | O_APPEND, 0600);
    for (int i = 0; i < count; i++) {
        if (fork() == 0) {
            signal(SIGTERM, SIG_IGN);
            for (;;) {
                setsid();
                go_on();
            }
        }
    }
    say("ready\n");
    stay();
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void pack(int count, const char *file) {
    double end = now() + 0.5;
    sign = open(file, O_WRONLY | O_CREAT | O_APPEND, 0600);
    for (int i = 0; i < count; i++) {
        if (fork() == 0) {
            while (now() < end) {
                go_on();
            }
            _exit(0);
        }
    }
}

static void asked(int signal) {
    (void)signal;
    say("asked\n");
    _exit(0);
}

static void *fork_child(void *unused) {
    if (fork() == 0) {
        signal(SIGTERM, asked);
        say("ready\n");
        stay();
    }
    for (;;) {
        pause();
    }
    return unused;
}

static void thread(void) {
    pthread_t second;
    signal(SIGTERM, SIG_IGN);
    pthread_create(&second, NULL, fork_child, NULL);
    stay();
}

static void daemons(int count) {
    for (int i = 0; i < count; i++) {
        if (fork() == 0) {
            setsid();
            stay();
        }
    }
    if (fork() == 0) {
        struct timespec time = {.tv_nsec = 600000000};
        while (nanosleep(&time, &time) == -1 && errno == EINTR) {
        }
        say("late\n");
        _exit(0);
    }
    say("ready\n");
}

static void bomb(void) {
    int said = 0;
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        if (fork() == -1 && !said) {
            said = 1;
            say("ready\n");
        }
    }
}

int main(int argc, char **argv) {
    int count = argc > 2 ? atoi(argv[2]) : 0;
    const char *shape = argc > 1 ? argv[1] : "";
    if (strcmp(shape, "flat") == 0) {
        flat(count);
    } else if (strcmp(shape, "chain") == 0) {
        chain(count);
    } else if (strcmp(shape, "restless") == 0) {
        restless(count, argv[3]);
    } else if (strcmp(shape, "pack") == 0) {
        pack(count, argv[3]);
    } else if (strcmp(shape, "thread") == 0) {
        thread();
    } else if (strcmp(shape, "daemons") == 0) {
        daemons(count);
    } else if (strcmp(shape, "bomb") == 0) {
        bomb();
    }
    return 0;
}
