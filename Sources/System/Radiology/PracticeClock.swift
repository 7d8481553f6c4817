// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The clock of a department in which nobody is treated: it can be set, so that weeks are played in minutes and stand
/// in the past as they would.
public final class PracticeClock: Sendable {
  private let moment = Mutex<Int64?>(nil)

  public init() {}

  /// Microseconds since 1970-01-01 UTC at which it stands still; nil while it goes with the system's.
  public var standing: Int64? { moment.withLock { $0 } }

  /// Lets it stand at a moment, or go with the system's clock again.
  /// - Throws: `invalid` for the future.
  public func set(_ moment: Int64?, now: Int64 = DepartmentOptions.systemTime()) throws(RadiologyError) {
    guard moment ?? 0 >= 0, moment ?? 0 <= now else {
      throw RadiologyError(.invalid, "A practice clock stands in the past.")
    }
    self.moment.withLock { $0 = moment }
  }
}
