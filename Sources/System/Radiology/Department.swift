// SPDX-License-Identifier: Apache-2.0

/// The radiology department: everything that happens to its patients, orders and exams goes through here, whichever
/// door it comes in by. Each function is one transaction that leaves its events behind. Functions block.
public struct Department: Sendable {
  let store: any RadiologyStore
  let options: DepartmentOptions

  public init(store: any RadiologyStore, options: DepartmentOptions = DepartmentOptions()) {
    self.store = store
    self.options = options
  }

  /// Microseconds since 1970-01-01 UTC.
  var now: Int64 { options.practiceClock?.standing ?? options.now() }

  /// Nil where times are those of the system.
  public var practiceClock: PracticeClock? { options.practiceClock }
}

/// What differs between departments.
public struct DepartmentOptions: Sendable {
  public var accessionPattern = NumberPattern.standard
  public var institution = Institution()
  /// Who is told of a critical result that nobody acknowledged in time, one after the other.
  public var criticalContacts: [String] = []
  /// PN of a user, by the name that they sign in with.
  public var personName: @Sendable (String) -> String = { $0 }
  /// Makes Study Instance UIDs.
  public var makeUID: @Sendable () -> String
  /// Microseconds since 1970-01-01 UTC.
  public var now: @Sendable () -> Int64
  /// Nil for a department in which patients are treated.
  public var practiceClock: PracticeClock?
  /// The wall clock.
  public var localTime: @Sendable () -> LocalDateTime

  public init(
    makeUID: @escaping @Sendable () -> String = DepartmentOptions.randomUID,
    now: @escaping @Sendable () -> Int64 = DepartmentOptions.systemTime,
    localTime: @escaping @Sendable () -> LocalDateTime = DepartmentOptions.systemLocalTime
  ) {
    self.makeUID = makeUID
    self.now = now
    self.localTime = localTime
  }
}
