/*
 * Processes in shapes that a supervisor finds hard to end. The last word of the command line marks all of them.
 *
 *   tree flat N MARK       N children that ignore SIGTERM
 *   tree chain N MARK      N generations, each in a session of its own, all ignoring SIGTERM
 *   tree restless N MARK   N lines of processes that ignore SIGTERM, leave their session, fork and die without pause, and
 *                          make the file MARK longer as they do; the first process minds SIGTERM
 *   tree pack N MARK       N lines that fork and die without pause in the command's own group, for half a second, and make
 *                          the file MARK longer; the first process ends at once
 *   tree relay MARK        a line of processes in the command's own group, each forked by one that has left the group and
 *                          ends; all of them come to a daemon that collects orphans. Another daemon's orphans make the
 *                          supervisor look without pause. All for half a second, but the daemons stay; the first process
 *                          ends at once
 *   tree thread MARK       a child that a second thread forks prints "asked" at SIGTERM
 *   tree headless MARK     a child whose first thread ends, while a second one prints "late" after a while; the command
 *                          itself ends at once
 *   tree daemons N MARK    N daemons, then a child in the command's own group that prints "late" after a while
 *   tree stay MARK         does nothing
 *   tree hog MARK          one child after the other that takes memory without end
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
#include <sys/mman.h>
#include <sys/prctl.h>
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

/* A member of the group begets a child that leaves it as soon as that has begotten the next member. */
static void relay(const char *file) {
    double end = now() + 0.5;
    sign = open(file, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (fork() == 0) {
        signal(SIGCHLD, SIG_IGN);
        prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
        if (fork() == 0) {
            while (now() < end) {
                (void)!write(sign, ".", 1);
                if (fork() != 0) {
                    _exit(0);
                }
                if (fork() != 0) {
                    setsid();
                    _exit(0);
                }
            }
            _exit(0);
        }
        setsid();
        stay();
    }
    if (fork() == 0) {
        setsid();
        while (now() < end) {
            pid_t child = fork();
            if (child == 0) {
                _exit(fork() == -1);
            }
            waitpid(child, NULL, 0);
        }
        stay();
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

static void nap(void) {
    struct timespec time = {.tv_nsec = 600000000};
    while (nanosleep(&time, &time) == -1 && errno == EINTR) {
    }
}

static void *come_late(void *unused) {
    nap();
    say("late\n");
    _exit(0);
    return unused;
}

static void headless(void) {
    if (fork() == 0) {
        pthread_t second;
        pthread_create(&second, NULL, come_late, NULL);
        pthread_exit(NULL);
    }
}

static void daemons(int count) {
    for (int i = 0; i < count; i++) {
        if (fork() == 0) {
            setsid();
            stay();
        }
    }
    if (fork() == 0) {
        nap();
        say("late\n");
        _exit(0);
    }
    say("ready\n");
}

static void hog(void) {
    say("ready\n");
    for (;;) {
        if (fork() == 0) {
            for (;;) {
                char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
                if (page != MAP_FAILED) {
                    *page = 1;
                }
            }
        }
        wait(NULL);
    }
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
    } else if (strcmp(shape, "relay") == 0) {
        relay(argv[2]);
    } else if (strcmp(shape, "thread") == 0) {
        thread();
    } else if (strcmp(shape, "headless") == 0) {
        headless();
    } else if (strcmp(shape, "daemons") == 0) {
        daemons(count);
    } else if (strcmp(shape, "stay") == 0) {
        stay();
    } else if (strcmp(shape, "hog") == 0) {
        hog();
    } else if (strcmp(shape, "bomb") == 0) {
        bomb();
    }
    return 0;
}
