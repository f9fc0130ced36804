// libgpiod 1.6: lines are objects, a request is a bulk with one set of flags, each edge line has a
// descriptor of its own.
#include "CGPIO.h"

#include <gpiod.h>

#ifdef GPIOD_LINE_BULK_MAX_LINES
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

// Outputs that share their flags are one request, so that they move in one call.
struct group {
  struct gpiod_line_bulk bulk;
  int flags;
  int places[32];
};

struct rack_lines {
  struct gpiod_chip *chip;
  struct gpiod_line *inputs[32];
  int input_flags[32];
  int input_count;
  struct group groups[32];
  int group_count;
  int output_count;
  int poller;
  int edge_count;
};

int rack_lines_library(void) { return 1; }

static int failure(void) { return errno > 0 ? -errno : -EIO; }

static int flags_of(uint32_t options) {
  int flags = 0;
  if (options & rack_line_active_low) flags |= GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW;
  if (options & rack_line_pull_up) flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP;
  if (options & rack_line_pull_down) flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN;
  if (options & rack_line_bias_off) flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE;
  if (options & rack_line_open_drain) flags |= GPIOD_LINE_REQUEST_FLAG_OPEN_DRAIN;
  if (options & rack_line_open_source) flags |= GPIOD_LINE_REQUEST_FLAG_OPEN_SOURCE;
  return flags;
}

struct rack_lines *rack_lines_open(const char *path, int *error) {
  struct rack_lines *lines = calloc(1, sizeof *lines);
  if (!lines) { *error = -ENOMEM; return NULL; }
  lines->poller = -1;
  lines->chip = gpiod_chip_open(path);
  if (!lines->chip) {
    *error = failure();
    free(lines);
    return NULL;
  }
  *error = 0;
  return lines;
}

void rack_lines_close(struct rack_lines *lines) {
  if (!lines) return;
  gpiod_chip_close(lines->chip);  // releases every line that it gave
  if (lines->poller >= 0) close(lines->poller);
  free(lines);
}

// The one line of a name. Names need not be unique, and a guess could close a contactor.
static int find(struct rack_lines *lines, const char *name, struct gpiod_line **found) {
  *found = NULL;
  unsigned int count = gpiod_chip_num_lines(lines->chip);
  for (unsigned int offset = 0; offset < count; offset++) {
    struct gpiod_line *line = gpiod_chip_get_line(lines->chip, offset);
    if (!line) return failure();
    const char *its = gpiod_line_name(line);
    if (!its || strcmp(its, name) != 0) continue;
    if (*found) return -EEXIST;
    *found = line;
  }
  return *found ? 0 : -ENOENT;
}

int rack_lines_add(struct rack_lines *lines, const char *name, uint32_t options) {
  struct gpiod_line *line;
  int result = find(lines, name, &line);
  if (result < 0) return result;
  int flags = flags_of(options);
  if (!(options & rack_line_output)) {
    if (lines->input_count == 32) return -E2BIG;
    lines->input_flags[lines->input_count] = flags;
    lines->inputs[lines->input_count++] = line;
    return 0;
  }
  if (lines->output_count == 32) return -E2BIG;
  int place = 0;
  while (place < lines->group_count && lines->groups[place].flags != flags) place++;
  struct group *group = &lines->groups[place];
  if (place == lines->group_count) {
    gpiod_line_bulk_init(&group->bulk);
    group->flags = flags;
    lines->group_count++;
  }
  group->places[gpiod_line_bulk_num_lines(&group->bulk)] = lines->output_count++;
  gpiod_line_bulk_add(&group->bulk, line);
  return 0;
}

int rack_lines_place(struct rack_lines *lines, const char *name) {
  struct gpiod_line *line;
  int result = find(lines, name, &line);
  return result < 0 ? result : (int)gpiod_line_offset(line);
}

int rack_lines_holder(struct rack_lines *lines, const char *name, char *holder, int room) {
  struct gpiod_line *line;
  int result = find(lines, name, &line);
  if (result < 0) return result;
  if (gpiod_line_update(line) < 0) return failure();
  const char *text = gpiod_line_consumer(line);
  if (!text) text = gpiod_line_is_used(line) ? "the kernel" : "";
  strncpy(holder, text, (size_t)room - 1);
  holder[room - 1] = 0;
  return 0;
}

static int request_input(struct rack_lines *lines, int place, const char *consumer) {
  struct gpiod_line *line = lines->inputs[place];
  int flags = lines->input_flags[place];
  if (gpiod_line_request_both_edges_events_flags(line, consumer, flags) < 0) {
    // A chip without interrupts, or none left: the level can still be sampled.
    if (errno == EBUSY || errno == EPERM) return failure();
    return gpiod_line_request_input_flags(line, consumer, flags) < 0 ? failure() : 1;
  }
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)place};
  int descriptor = gpiod_line_event_get_fd(line);
  if (epoll_ctl(lines->poller, EPOLL_CTL_ADD, descriptor, &event) < 0) return failure();
  lines->edge_count++;
  return 0;
}

int rack_lines_request(struct rack_lines *lines, const char *consumer) {
  static const int inactive[GPIOD_LINE_BULK_MAX_LINES];
  for (int place = 0; place < lines->group_count; place++) {
    struct gpiod_line_request_config config = {
      .consumer = consumer, .request_type = GPIOD_LINE_REQUEST_DIRECTION_OUTPUT,
      .flags = lines->groups[place].flags,
    };
    if (gpiod_line_request_bulk(&lines->groups[place].bulk, &config, inactive) < 0)
      return failure();
  }
  lines->poller = epoll_create1(EPOLL_CLOEXEC);
  if (lines->poller < 0) return failure();
  int without_edges = 0;
  for (int place = 0; place < lines->input_count; place++) {
    int result = request_input(lines, place, consumer);
    if (result < 0) return result;
    without_edges += result;
  }
  return without_edges;
}

int rack_lines_write(struct rack_lines *lines, uint32_t levels) {
  int result = 0;
  for (int place = 0; place < lines->group_count; place++) {
    struct group *group = &lines->groups[place];
    int values[GPIOD_LINE_BULK_MAX_LINES] = {0};
    for (unsigned int line = 0; line < gpiod_line_bulk_num_lines(&group->bulk); line++)
      values[line] = (int)(levels >> group->places[line] & 1);
    // A dead line must not keep the others from falling.
    if (gpiod_line_set_value_bulk(&group->bulk, values) < 0) result = failure();
  }
  return result;
}

int rack_lines_read(struct rack_lines *lines, uint32_t *levels) {
  *levels = 0;
  for (int place = 0; place < lines->input_count; place++) {
    int value = gpiod_line_get_value(lines->inputs[place]);
    if (value < 0) return failure();
    *levels |= (uint32_t)(value & 1) << place;
  }
  return 0;
}

int rack_lines_descriptor(const struct rack_lines *lines) {
  return lines->edge_count > 0 ? lines->poller : -1;
}

int rack_lines_changes(struct rack_lines *lines, uint32_t *changed) {
  struct epoll_event ready[32];
  struct gpiod_line_event events[16];
  *changed = 0;
  int count = epoll_wait(lines->poller, ready, 32, 0);
  if (count < 0) return failure();
  for (int index = 0; index < count; index++) {
    uint32_t place = ready[index].data.u32;
    int descriptor = gpiod_line_event_get_fd(lines->inputs[place]);
    *changed |= 1u << place;
    if (gpiod_line_event_read_fd_multiple(descriptor, events, 16) >= 0) continue;
    // Nothing will come from it again; left in, it would be ready for ever.
    epoll_ctl(lines->poller, EPOLL_CTL_DEL, descriptor, NULL);
    return failure();
  }
  return 0;
}

#endif
