// SPDX-License-Identifier: Apache-2.0

/// Command Field (0000,0100): which DIMSE message this is (PS3.7 §9.3, §10.3, §E.1).
public struct CommandField: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
  public let rawValue: UInt16

  public init(rawValue: UInt16) { self.rawValue = rawValue }

  public static let cStoreRQ = CommandField(rawValue: 0x0001)
  public static let cGetRQ = CommandField(rawValue: 0x0010)
  public static let cFindRQ = CommandField(rawValue: 0x0020)
  public static let cMoveRQ = CommandField(rawValue: 0x0021)
  public static let cEchoRQ = CommandField(rawValue: 0x0030)
  public static let nEventReportRQ = CommandField(rawValue: 0x0100)
  public static let nGetRQ = CommandField(rawValue: 0x0110)
  public static let nSetRQ = CommandField(rawValue: 0x0120)
  public static let nActionRQ = CommandField(rawValue: 0x0130)
  public static let nCreateRQ = CommandField(rawValue: 0x0140)
  public static let nDeleteRQ = CommandField(rawValue: 0x0150)
  public static let cCancelRQ = CommandField(rawValue: 0x0FFF)
  public static let cStoreRSP = cStoreRQ.response
  public static let cGetRSP = cGetRQ.response
  public static let cFindRSP = cFindRQ.response
  public static let cMoveRSP = cMoveRQ.response
  public static let cEchoRSP = cEchoRQ.response
  public static let nEventReportRSP = nEventReportRQ.response
  public static let nGetRSP = nGetRQ.response
  public static let nSetRSP = nSetRQ.response
  public static let nActionRSP = nActionRQ.response
  public static let nCreateRSP = nCreateRQ.response
  public static let nDeleteRSP = nDeleteRQ.response

  /// A request or response of DIMSE-N (PS3.7 §10).
  public var isNormalized: Bool { (0x0100...0x0150).contains(rawValue & 0x7FFF) }
  public var isResponse: Bool { rawValue & 0x8000 != 0 }
  /// The response's field for a request's.
  public var response: CommandField { CommandField(rawValue: rawValue | 0x8000) }

  public var description: String {
    let name: String? =
      switch CommandField(rawValue: rawValue & 0x7FFF) {
      case .cStoreRQ: "C-STORE"
      case .cGetRQ: "C-GET"
      case .cFindRQ: "C-FIND"
      case .cMoveRQ: "C-MOVE"
      case .cEchoRQ: "C-ECHO"
      case .nEventReportRQ: "N-EVENT-REPORT"
      case .nGetRQ: "N-GET"
      case .nSetRQ: "N-SET"
      case .nActionRQ: "N-ACTION"
      case .nCreateRQ: "N-CREATE"
      case .nDeleteRQ: "N-DELETE"
      case .cCancelRQ: "C-CANCEL"
      default: nil
      }
    guard let name else { return "command \(String(rawValue, radix: 16))" }
    return name + (isResponse ? "-RSP" : "-RQ")
  }
}
