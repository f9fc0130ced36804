// Lines of one GPIO chip, by name, over whichever libgpiod is installed: 1.6 (Debian 12) or 2.x.
//
// The header tells which library it is: `one.c` or `two.c` compiles to nothing. Every function returns 0 or a
// positive result, or a negated errno. A set holds at most 32 inputs and 32 outputs, a bit each in the order
// in which they were added; bits are logical levels (1 = active), whatever the wiring is.
#ifndef PHAROS_CGPIO_H
#define PHAROS_CGPIO_H

#include <stdint.h>

struct rack_lines;

// What is asked for a line, besides its name.
static const uint32_t rack_line_output = 1;
static const uint32_t rack_line_active_low = 2;
static const uint32_t rack_line_pull_up = 4;
static const uint32_t rack_line_pull_down = 8;
static const uint32_t rack_line_bias_off = 16;
static const uint32_t rack_line_open_drain = 32;
static const uint32_t rack_line_open_source = 64;

// Opens a chip; on failure the result is null and *error the negated errno.
struct rack_lines *rack_lines_open(const char *path, int *error);

// Releases every line and closes the chip.
void rack_lines_close(struct rack_lines *lines);

// Adds a line to the set. -ENOENT: no line of that name on the chip; -EEXIST: more than one.
int rack_lines_add(struct rack_lines *lines, const char *name, uint32_t options);

// The place (offset) of a line on the chip, or a negated errno.
int rack_lines_place(struct rack_lines *lines, const char *name);

// Copies who uses a line now, empty where nobody does; `room` includes the closing zero.
int rack_lines_holder(struct rack_lines *lines, const char *name, char *holder, int room);

// Takes the lines of the set exclusively: outputs first, all inactive from the moment they are outputs, then
// inputs with both edges. Returns how many inputs the chip gives no edges for: they can be sampled only.
int rack_lines_request(struct rack_lines *lines, const char *consumer);

// Drives every output of the set.
int rack_lines_write(struct rack_lines *lines, uint32_t levels);

// Samples every input of the set.
int rack_lines_read(struct rack_lines *lines, uint32_t *levels);

// Readable when an input changed; -1 where no input gives edges.
int rack_lines_descriptor(const struct rack_lines *lines);

// Takes the edges that wait: a bit for each input that changed since the last call.
int rack_lines_changes(struct rack_lines *lines, uint32_t *changed);

// 1 or 2: the libgpiod that this was built with.
int rack_lines_library(void);

#endif
