// libgpiod 2.x: a request is made of settings by offset; all inputs share one descriptor.
#include "CGPIO.h"

#include <gpiod.h>

#ifndef GPIOD_LINE_BULK_MAX_LINES
#include <errno.h>
#include <stdlib.h>
#include <string.h>

// Lines of one direction.
struct side {
  unsigned int offsets[32];
  uint32_t options[32];
  int count;
  struct gpiod_line_request *request;
};

struct rack_lines {
  struct gpiod_chip *chip;
  struct side inputs;
  struct side outputs;
  struct gpiod_edge_event_buffer *events;
};

int rack_lines_library(void) { return 2; }

static int failure(void) { return errno > 0 ? -errno : -EIO; }

struct rack_lines *rack_lines_open(const char *path, int *error) {
  struct rack_lines *lines = calloc(1, sizeof *lines);
  if (!lines) { *error = -ENOMEM; return NULL; }
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
  if (lines->outputs.request) gpiod_line_request_release(lines->outputs.request);
  if (lines->inputs.request) gpiod_line_request_release(lines->inputs.request);
  if (lines->events) gpiod_edge_event_buffer_free(lines->events);
  gpiod_chip_close(lines->chip);
  free(lines);
}

// The one line of a name. Names need not be unique, and a guess could close a contactor.
static int find(struct rack_lines *lines, const char *name, unsigned int *found) {
  struct gpiod_chip_info *chip = gpiod_chip_get_info(lines->chip);
  if (!chip) return failure();
  size_t count = gpiod_chip_info_get_num_lines(chip);
  gpiod_chip_info_free(chip);
  int result = -ENOENT;
  for (unsigned int offset = 0; offset < count && result != -EEXIST; offset++) {
    struct gpiod_line_info *line = gpiod_chip_get_line_info(lines->chip, offset);
    if (!line) return failure();
    const char *its = gpiod_line_info_get_name(line);
    if (its && strcmp(its, name) == 0) {
      result = result == 0 ? -EEXIST : 0;
      *found = offset;
    }
    gpiod_line_info_free(line);
  }
  return result;
}

int rack_lines_add(struct rack_lines *lines, const char *name, uint32_t options) {
  struct side *side = options & rack_line_output ? &lines->outputs : &lines->inputs;
  if (side->count == 32) return -E2BIG;
  int result = find(lines, name, &side->offsets[side->count]);
  if (result < 0) return result;
  side->options[side->count++] = options;
  return 0;
}

int rack_lines_place(struct rack_lines *lines, const char *name) {
  unsigned int offset;
  int result = find(lines, name, &offset);
  return result < 0 ? result : (int)offset;
}

int rack_lines_holder(struct rack_lines *lines, const char *name, char *holder, int room) {
  unsigned int offset;
  int result = find(lines, name, &offset);
  if (result < 0) return result;
  struct gpiod_line_info *line = gpiod_chip_get_line_info(lines->chip, offset);
  if (!line) return failure();
  const char *text = gpiod_line_info_get_consumer(line);
  if (!text) text = gpiod_line_info_is_used(line) ? "the kernel" : "";
  strncpy(holder, text, (size_t)room - 1);
  holder[room - 1] = 0;
  gpiod_line_info_free(line);
  return 0;
}

static int fill(struct gpiod_line_settings *settings, uint32_t options, int with_edges) {
  int result = 0;
  gpiod_line_settings_reset(settings);
  if (options & rack_line_output) {
    result |= gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_OUTPUT);
    result |= gpiod_line_settings_set_output_value(settings, GPIOD_LINE_VALUE_INACTIVE);
  } else {
    result |= gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_INPUT);
    if (with_edges) result |= gpiod_line_settings_set_edge_detection(settings, GPIOD_LINE_EDGE_BOTH);
  }
  gpiod_line_settings_set_active_low(settings, (options & rack_line_active_low) != 0);
  if (options & rack_line_pull_up)
    result |= gpiod_line_settings_set_bias(settings, GPIOD_LINE_BIAS_PULL_UP);
  if (options & rack_line_pull_down)
    result |= gpiod_line_settings_set_bias(settings, GPIOD_LINE_BIAS_PULL_DOWN);
  if (options & rack_line_bias_off)
    result |= gpiod_line_settings_set_bias(settings, GPIOD_LINE_BIAS_DISABLED);
  if (options & rack_line_open_drain)
    result |= gpiod_line_settings_set_drive(settings, GPIOD_LINE_DRIVE_OPEN_DRAIN);
  if (options & rack_line_open_source)
    result |= gpiod_line_settings_set_drive(settings, GPIOD_LINE_DRIVE_OPEN_SOURCE);
  return result < 0 ? failure() : 0;
}

static int request(
  struct rack_lines *lines, struct side *side, const char *consumer, int with_edges
) {
  int result = -ENOMEM;
  struct gpiod_line_settings *settings = gpiod_line_settings_new();
  struct gpiod_line_config *config = gpiod_line_config_new();
  struct gpiod_request_config *options = gpiod_request_config_new();
  if (settings && config && options) {
    gpiod_request_config_set_consumer(options, consumer);
    result = 0;
    for (int place = 0; place < side->count && result == 0; place++) {
      result = fill(settings, side->options[place], with_edges);
      if (result == 0 && gpiod_line_config_add_line_settings(
            config, &side->offsets[place], 1, settings) < 0)
        result = failure();
    }
    if (result == 0) {
      side->request = gpiod_chip_request_lines(lines->chip, options, config);
      if (!side->request) result = failure();
    }
  }
  if (options) gpiod_request_config_free(options);
  if (config) gpiod_line_config_free(config);
  if (settings) gpiod_line_settings_free(settings);
  return result;
}

int rack_lines_request(struct rack_lines *lines, const char *consumer) {
  if (lines->outputs.count > 0) {
    int result = request(lines, &lines->outputs, consumer, 0);
    if (result < 0) return result;
  }
  if (lines->inputs.count == 0) return 0;
  int result = request(lines, &lines->inputs, consumer, 1);
  if (result == -EBUSY || result == -EPERM) return result;
  if (result < 0) {
    // A chip without interrupts, or none left: the levels can still be sampled.
    result = request(lines, &lines->inputs, consumer, 0);
    return result < 0 ? result : lines->inputs.count;
  }
  lines->events = gpiod_edge_event_buffer_new(64);
  return lines->events ? 0 : -ENOMEM;
}

int rack_lines_write(struct rack_lines *lines, uint32_t levels) {
  if (lines->outputs.count == 0) return 0;
  enum gpiod_line_value values[32];
  for (int place = 0; place < lines->outputs.count; place++)
    values[place] = levels >> place & 1 ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE;
  return gpiod_line_request_set_values(lines->outputs.request, values) < 0 ? failure() : 0;
}

int rack_lines_read(struct rack_lines *lines, uint32_t *levels) {
  *levels = 0;
  if (lines->inputs.count == 0) return 0;
  enum gpiod_line_value values[32];
  if (gpiod_line_request_get_values(lines->inputs.request, values) < 0) return failure();
  for (int place = 0; place < lines->inputs.count; place++)
    if (values[place] == GPIOD_LINE_VALUE_ACTIVE) *levels |= 1u << place;
  return 0;
}

int rack_lines_descriptor(const struct rack_lines *lines) {
  return lines->events ? gpiod_line_request_get_fd(lines->inputs.request) : -1;
}

int rack_lines_changes(struct rack_lines *lines, uint32_t *changed) {
  *changed = 0;
  int waiting;
  while ((waiting = gpiod_line_request_wait_edge_events(lines->inputs.request, 0)) > 0) {
    int count = gpiod_line_request_read_edge_events(lines->inputs.request, lines->events, 64);
    if (count < 0) return failure();
    for (int index = 0; index < count; index++) {
      struct gpiod_edge_event *event =
        gpiod_edge_event_buffer_get_event(lines->events, (unsigned long)index);
      unsigned int offset = gpiod_edge_event_get_line_offset(event);
      for (int place = 0; place < lines->inputs.count; place++)
        if (lines->inputs.offsets[place] == offset) *changed |= 1u << place;
    }
  }
  return waiting < 0 ? failure() : 0;
}

#endif
