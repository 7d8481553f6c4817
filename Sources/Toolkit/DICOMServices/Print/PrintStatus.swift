// SPDX-License-Identifier: Apache-2.0

/// Where a print job stands: Execution Status (2100,0020) and what is said of it (PS3.3 §C.13.8, PS3.4 §H.4.5).
public struct PrintJobStatus: Sendable, Hashable {
  /// Execution Status (2100,0020), the terms of PS3.3 §C.13.9.
  public enum Execution: String, Sendable, CaseIterable {
    case pending = "PENDING"
    case printing = "PRINTING"
    case done = "DONE"
    case failure = "FAILURE"

    /// Event Type ID of the print job's N-EVENT-REPORT (PS3.4 table H.4-15).
    public var eventTypeID: UInt16 {
      switch self {
      case .pending: 1
      case .printing: 2
      case .done: 3
      case .failure: 4
      }
    }

    /// Nothing follows any more by itself.
    public var isFinal: Bool { self == .done || self == .failure }
  }

  public var execution: Execution
  /// Execution Status Info (2100,0030), a defined term of PS3.3 §C.13.9.1.
  public var info: String
  /// Print Priority (2000,0020).
  public var priority: String
  /// Film Session Label (2000,0050).
  public var label: String

  public init(_ execution: Execution, info: String = "NORMAL", priority: String = "MED", label: String = "") {
    self.execution = execution
    self.info = info
    self.priority = priority
    self.label = label
  }
}

/// How a printer is: Printer Status (2110,0010) and what is said of it (PS3.3 §C.13.9, PS3.4 §H.4.6).
public struct PrinterStatus: Sendable, Hashable {
  /// Printer Status (2110,0010), the terms of PS3.3 §C.13.9.
  public enum Condition: String, Sendable, CaseIterable {
    case normal = "NORMAL"
    case warning = "WARNING"
    case failure = "FAILURE"

    /// Event Type ID of the printer's N-EVENT-REPORT (PS3.4 table H.4-17).
    public var eventTypeID: UInt16 {
      switch self {
      case .normal: 1
      case .warning: 2
      case .failure: 3
      }
    }
  }

  public var condition: Condition
  /// Printer Status Info (2110,0020), a defined term of PS3.3 §C.13.9.1.
  public var info: String

  public init(_ condition: Condition, info: String = "NORMAL") {
    self.condition = condition
    self.info = info
  }
}
