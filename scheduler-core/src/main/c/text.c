#include "text.h"

#include <string.h>

static void put_bytes(struct text *text, const char *bytes, size_t count) {
    size_t room = text->capacity - 1 - text->length;
    if (count > room) {
        count = room;
    }
    memcpy(text->data + text->length, bytes, count);
    text->length += count;
    text->data[text->length] = '\0';
}

void put(struct text *text, const char *words) {
    put_bytes(text, words, strlen(words));
}

void put_number(struct text *text, int64_t number) {
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (number < 0) {
        digits[--at] = '-';
    }
    put_bytes(text, digits + at, sizeof digits - at);
}

void pad(struct text *text, size_t size) {
    while (text->length < size - 1) {
        put_bytes(text, " ", 1);
    }
    text->length = size - 1;
    put_bytes(text, "\n", 1);
}
