// Counts heap allocations of the thread that asks for it. Preloaded into a program; the program finds
// `pharos_count_begin` and `pharos_count_end` by name.
//
// Only the calling thread counts, between begin and end, so that nothing else of the process, and
// nothing before or after the measured calls, takes part. Frees are not counted: what is freed was
// allocated. glibc only (the __libc_ entry points).

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static __thread uint64_t allocations __attribute__((tls_model("initial-exec")));
static __thread int is_counting __attribute__((tls_model("initial-exec")));

void pharos_count_begin(void) { is_counting = 1; }

// Ends counting; allocations of this thread in all counted stretches so far.
uint64_t pharos_count_end(void) {
  is_counting = 0;
  return allocations;
}

static void note(void) { allocations += (uint64_t)is_counting; }

void *malloc(size_t size) {
  note();
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  note();
  return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size) {
  note();
  return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size) {
  note();
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **result, size_t alignment, size_t size) {
  void *memory = memalign(alignment, size);
  if (memory == NULL) return ENOMEM;
  *result = memory;
  return 0;
}
