// SPDX-License-Identifier: Apache-2.0
#include <assert.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "assertion_guard.h"

static _Thread_local jmp_buf *guard;

int assertion_guard_run(void (*body)(void *), void *context) {
  jmp_buf here;
  jmp_buf *volatile outer = guard;
  if (setjmp(here)) {
    guard = outer;
    return 0;
  }
  guard = &here;
  body(context);
  guard = outer;
  return 1;
}

#ifdef __GLIBC__
// Takes the place of the C library's own, in shared libraries too.
void __assert_fail(const char *assertion, const char *file, unsigned int line, const char *function) {
  if (guard != NULL) longjmp(*guard, 1);
  fprintf(stderr, "%s:%u: %s: Assertion `%s' failed.\n", file, line, function == NULL ? "?" : function, assertion);
  abort();
}
#endif
