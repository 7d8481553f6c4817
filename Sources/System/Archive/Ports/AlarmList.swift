// SPDX-License-Identifier: Apache-2.0

/// Where alarms are kept, one for each kind and subject.
public protocol AlarmList: Sendable {
  /// Adds alarms, or replaces those of the same kind and subject. Of those that are over, only the newest are kept.
  func save(_ alarms: [Alarm]) throws

  /// Those that are open first, then those noticed last.
  /// - Parameter onlyOpen: leaves out those that are over.
  func alarms(onlyOpen: Bool, limit: Int) throws -> [Alarm]
}
