// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A lock with conditions to wait for, as blocking threads need them.
package final class Monitor: @unchecked Sendable {  // The mutex is made to be shared between threads.
  /// Something that threads wait for.
  package final class Condition: @unchecked Sendable {  // As the mutex is.
    fileprivate let value: UnsafeMutablePointer<pthread_cond_t>

    package init() {
      value = .allocate(capacity: 1)
      value.initialize(to: pthread_cond_t())
      pthread_cond_init(value, nil)
    }

    deinit {
      pthread_cond_destroy(value)
      value.deallocate()
    }
  }

  private let mutex: UnsafeMutablePointer<pthread_mutex_t>

  package init() {
    mutex = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  package func lock() { pthread_mutex_lock(mutex) }
  package func unlock() { pthread_mutex_unlock(mutex) }
  /// Unlocks, waits, locks. May return without a signal.
  package func wait(_ condition: Condition) { pthread_cond_wait(condition.value, mutex) }
  /// The same for so many seconds at most.
  package func wait(_ condition: Condition, seconds: Int) {
    var deadline = timespec()
    clock_gettime(CLOCK_REALTIME, &deadline)
    deadline.tv_sec += seconds
    pthread_cond_timedwait(condition.value, mutex, &deadline)
  }
  /// The same for so many milliseconds at most.
  /// - Returns: false where they have passed.
  @discardableResult
  package func wait(_ condition: Condition, milliseconds: Int) -> Bool {
    var deadline = timespec()
    clock_gettime(CLOCK_REALTIME, &deadline)
    let nanoseconds = deadline.tv_nsec + milliseconds * 1_000_000
    deadline.tv_sec += nanoseconds / 1_000_000_000
    deadline.tv_nsec = nanoseconds % 1_000_000_000
    return pthread_cond_timedwait(condition.value, mutex, &deadline) != ETIMEDOUT
  }
  package func broadcast(_ condition: Condition) { pthread_cond_broadcast(condition.value) }
  package func signal(_ condition: Condition) { pthread_cond_signal(condition.value) }
}
