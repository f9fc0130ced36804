// Runs the self-test in static memory and prints what came out, one word and number a line.

#include "selftest.h"

extern const uint8_t image_begin[], image_end[];

#ifndef TICKS
#error "TICKS is the number of steps"
#endif

// What the test may take; checked below.
static uint8_t memory[4 << 20] __attribute__((aligned(64)));

static void print(const char *text) {
  uint32_t count = 0;
  while (text[count] != 0) count++;
  platform_write(text, count);
}

static void print_number(const char *name, uint64_t value, uint32_t base) {
  char digits[24];
  uint32_t place = sizeof digits;
  digits[--place] = '\n';
  uint32_t shown = 0;
  do {
    digits[--place] = "0123456789abcdef"[value % base];
    value /= base;
    shown++;
  } while (value != 0 || (base == 16 && shown < 16));
  print(name);
  print(" ");
  platform_write(digits + place, sizeof digits - place);
}

static void print_counts(void) {
  static const char *const counts[] = {"steps", "frames", "sent", "events", "closed", "faults"};
  static const char *const bytes[] = {"plan",     "state",  "estimator", "controller", "restored",
                                      "decision", "filter", "trials",    "signal",     "message"};
  for (uint32_t which = 0; which < 6; which++)
    print_number(counts[which], pharos_selftest_count(memory, which), 10);
  for (uint32_t which = 0; which < 10; which++)
    print_number(bytes[which], pharos_selftest_bytes(which), 10);
}

int selftest_run(void) {
  if (pharos_selftest_size() > sizeof memory) {
    print("the memory is too small\n");
    return 1;
  }
  if (!pharos_selftest_begin(memory, image_begin, (uint32_t)(image_end - image_begin))) {
    print("the plan image is not whole\n");
    return 1;
  }
#ifdef PLANTED
  if (pharos_planted(TICKS) == 0) return 1;
#endif
  uint64_t spent = 0, most = 0;
  for (uint32_t tick = 0; tick < TICKS; tick++) {
    pharos_selftest_prepare(memory);
    uint32_t before = platform_count();
    pharos_selftest_step(memory);
    uint32_t taken = platform_count() - before;
    spent += taken;
    if (taken > most) most = taken;
    pharos_selftest_judge(memory);
  }
  uint64_t digest = pharos_selftest_finish(memory);
  print_counts();
  if (platform_unit != 0) {
    print_number("instructions", spent * platform_unit / TICKS, 10);
    print_number("most", most * platform_unit, 10);
  }
  if (platform_stack() != 0) print_number("stack", platform_stack(), 10);
  print_number("digest", digest, 16);
  return 0;
}
