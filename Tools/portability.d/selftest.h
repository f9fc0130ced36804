// The self-test as C sees it, and what a platform gives to it.

#include <stdint.h>

uint32_t pharos_selftest_size(void);
uint32_t pharos_selftest_begin(void *memory, const void *image, uint32_t count);
void pharos_selftest_prepare(void *memory);
void pharos_selftest_step(void *memory);
void pharos_selftest_judge(void *memory);
uint64_t pharos_selftest_finish(void *memory);
uint64_t pharos_selftest_count(void *memory, uint32_t which);
uint32_t pharos_selftest_bytes(uint32_t which);

// Allocates, to show that the link without heap notices: see Tools/lib/portability.sh.
uint32_t pharos_planted(uint32_t count);

// Prints a text.
void platform_write(const char *text, uint32_t count);

// A counter that grows with the instructions executed, or 0 where there is none; `platform_unit`
// instructions a count.
uint32_t platform_count(void);
extern const uint32_t platform_unit;

// Bytes of stack used at most, or 0 where that is not known.
uint32_t platform_stack(void);

// The run: what the platform calls. 0 where the image was whole.
int selftest_run(void);
