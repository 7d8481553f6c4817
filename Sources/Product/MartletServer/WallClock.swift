// SPDX-License-Identifier: Apache-2.0

import Foundation
import Workflow

/// The clock on the wall, by the time zone of the machine.
public enum WallClock {
  /// - Parameter time: microseconds since 1970-01-01 UTC.
  @Sendable public static func moment(_ time: Int64) -> TimeWindow.Moment {
    var seconds = time_t(time / 1_000_000)
    var parts = tm()
    localtime_r(&seconds, &parts)
    return TimeWindow.Moment(weekday: Int(parts.tm_wday), minute: Int(parts.tm_hour) * 60 + Int(parts.tm_min))
  }
}
