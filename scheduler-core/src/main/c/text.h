/*
 * Text in fixed buffers: what snprintf would do, without its locale and its size. What does not fit is cut.
 */
#ifndef FLEETCRON_TEXT_H
#define FLEETCRON_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct text {
    char *data;
    size_t length;
    size_t capacity; /* of data, with the NUL that always follows */
};

/* Text that begins empty in an array. */
#define TEXT_IN(array) ((struct text){.data = (array), .length = 0, .capacity = sizeof(array)})

void put(struct text *text, const char *words);
void put_number(struct text *text, int64_t number);

/* Pads with spaces and ends with a line end, so that the whole is exactly `size` bytes. */
void pad(struct text *text, size_t size);

#endif
