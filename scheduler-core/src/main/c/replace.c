#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "channel.h"
#include "supervisor.h"
#include "text.h"

enum { PAUSE = 1000 }; /* ms between the starts of two guards */

void replace_guard(int64_t now) {
    int channel[2];
    s.replace_guard_at = NEVER;
    if (s.tree.kept[1] != 0) {
        waitpid(s.tree.kept[1], NULL, WNOHANG);
        s.tree.kept[1] = 0; /* the number may become that of a process of the run */
    }
    pid_t guard = -1;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel) == 0) {
        close(s.run->channel[1]);
        s.run->channel[0] = channel[0];
        s.run->channel[1] = channel[1];
        guard = fork();
        if (guard == 0) {
            _exit(guard_replace(s.run));
        }
        close(channel[0]);
    }
    if (guard == -1) {
        s.replace_guard_at = now + PAUSE;
        return;
    }
    char words[128];
    struct text line = TEXT_IN(words);
    put(&line, "the guard of this run, process ");
    put_number(&line, s.guard);
    put(&line, ", has disappeared; another one takes its place");
    complain(words);
    s.guard = s.tree.kept[1] = guard;
    s.guard_began = now;
    s.guard_pidfd = (int)syscall(SYS_pidfd_open, guard, 0);
    if (s.guard_pidfd == -1) { /* nobody would notice its end */
        kill(guard, SIGKILL);
        s.replace_guard_at = now + PAUSE;
    }
    if (s.state == CLOSING && !s.kept) {
        channel_send(s.run->channel[1], CLOSE, "");
    }
}

/* Guards that find nothing to work with, and end at once, must not keep S busy. */
void on_guard_end(void) {
    close(s.guard_pidfd);
    s.guard_pidfd = -1;
    s.replace_guard_at = s.guard_began + PAUSE;
}
