/* Prints what a command has and may, one "NAME VALUE" a line. */
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *opened(int process, const char *name) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", process, name);
    int file = open(path, O_RDONLY);
    char byte;
    return file == -1 || read(file, &byte, 1) < 0 ? strerror(errno) : "readable";
}

static int parent_of(int process) {
    char path[64];
    int parent = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", process);
    FILE *stat = fopen(path, "r");
    return stat != NULL && fscanf(stat, "%*d (%*[^)]) %*c %d", &parent) == 1 ? parent : 0;
}

/* What this user may do with the supervisor or the guard. */
static void attack(const char *who, int process) {
    int pidfd = (int)syscall(SYS_pidfd_open, process, 0);
    printf("%s environ %s\n", who, opened(process, "environ"));
    printf("%s mem %s\n", who, opened(process, "mem"));
    printf("%s ptrace %s\n", who, ptrace(PTRACE_SEIZE, process, 0, 0) == -1 ? strerror(errno) : "allowed");
    printf("%s getfd %s\n", who, syscall(SYS_pidfd_getfd, pidfd, 3, 0) == -1 ? strerror(errno) : "allowed");
    printf("%s kill %s\n", who, kill(process, 0) == -1 ? strerror(errno) : "allowed");
}

int main(void) {
    struct rlimit core;
    int death = 0;
    char score[16] = "";
    getrlimit(RLIMIT_CORE, &core);
    prctl(PR_GET_PDEATHSIG, &death);
    FILE *file = fopen("/proc/self/oom_score_adj", "r");
    if (file == NULL || fgets(score, sizeof score, file) == NULL) {
        return 1;
    }
    printf("session keyring %ld\n", syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0));
    printf("securebits %d\n", prctl(PR_GET_SECUREBITS));
    printf("death signal %d\n", death);
    printf("core %lld\n", (long long)core.rlim_cur);
    printf("oom score %s", score);
    printf("leader %d\n", getpid() == getsid(0) && getpid() == getpgrp());
    printf("become root %s\n", setuid(0) == -1 ? strerror(errno) : "allowed");
    attack("supervisor", getppid());
    attack("guard", parent_of(getppid()));
    return 0;
}
