#include "channel.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

void channel_send(int channel, enum message message, const char *words) {
    char letter = (char)message;
    struct iovec parts[] = {{.iov_base = &letter, .iov_len = 1}, {.iov_base = (void *)(uintptr_t)words, .iov_len = strlen(words)}};
    struct msghdr packet = {.msg_iov = parts, .msg_iovlen = 2};
    sendmsg(channel, &packet, MSG_DONTWAIT | MSG_NOSIGNAL);
}

enum message channel_receive(int channel, char *words) {
    char letter;
    struct iovec parts[] = {{.iov_base = &letter, .iov_len = 1}, {.iov_base = words, .iov_len = MOST_WORDS - 1}};
    struct msghdr packet = {.msg_iov = parts, .msg_iovlen = 2};
    ssize_t got = recvmsg(channel, &packet, MSG_DONTWAIT);
    if (got < 1) {
        return NONE;
    }
    words[got - 1] = '\0';
    return (enum message)letter;
}
