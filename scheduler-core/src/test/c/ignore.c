/*
 * Becomes another program, with signals ignored that the C library keeps for itself and lets nobody ignore or restore:
 * 32 and 33, and SIGPIPE as one of the others.
 *
 *   ignore PROGRAM [ARGUMENT...]
 */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv) {
    const int ignored[] = {SIGPIPE, 32, 33};
    struct {
        void (*handler)(int);
        unsigned long flags;
        void (*restorer)(void);
        uint64_t mask;
    } action = {.handler = SIG_IGN}; /* as the kernel has it, rt_sigaction(2) */
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) {
        if (syscall(SYS_rt_sigaction, ignored[i], &action, NULL, sizeof action.mask) == -1) {
            perror("rt_sigaction");
            return 1;
        }
    }
    if (argc > 1) {
        execv(argv[1], argv + 1);
    }
    perror("ignore");
    return 1;
}
