// SPDX-License-Identifier: Apache-2.0
// Distributions build OpenJPEG and OpenJPH with their assertions, some of which hostile streams make fail. Within this
// guard a failed assertion ends the call; outside it ends the process, as ever.
#ifndef ASSERTION_GUARD_H
#define ASSERTION_GUARD_H

#ifdef __cplusplus
extern "C" {
#endif

// Calls body(context) on this thread; 0 where an assertion failed in it. What the body had allocated may stay.
int assertion_guard_run(void (*body)(void *), void *context);

#ifdef __cplusplus
}
#endif

#endif
