// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The number of files and connections that the process may hold open.
enum FileLimit {
  /// Raises the soft limit to what the hard limit allows, at most so many.
  static func raise(to wanted: UInt = 65_536) {
    #if canImport(Darwin)
      let resource = RLIMIT_NOFILE
    #else
      let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #endif
    var limit = rlimit()
    guard getrlimit(resource, &limit) == 0 else { return }
    limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, rlim_t(wanted)))
    setrlimit(resource, &limit)
  }
}
