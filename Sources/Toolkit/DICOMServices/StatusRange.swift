// SPDX-License-Identifier: Apache-2.0

/// A status code, or a range of them, with what it means in a service class.
public struct StatusRange: Sendable, Hashable {
  public let codes: ClosedRange<UInt16>
  public let category: DIMSEStatus.Category
  public let meaning: String

  public init(_ codes: ClosedRange<UInt16>, _ category: DIMSEStatus.Category, _ meaning: String) {
    self.codes = codes
    self.category = category
    self.meaning = meaning
  }

  public init(_ code: UInt16, _ category: DIMSEStatus.Category, _ meaning: String) {
    self.init(code...code, category, meaning)
  }

  /// Whether a status is one of these.
  public func contains(_ status: DIMSEStatus) -> Bool { codes.contains(status.rawValue) }

  /// Statuses of every service class (PS3.7 Annex C).
  public static let general: [StatusRange] = [
    StatusRange(0x0000, .success, "Success"),
    StatusRange(0x0105, .failure, "No such attribute"),
    StatusRange(0x0106, .failure, "Invalid attribute value"),
    StatusRange(0x0107, .warning, "Attribute list error"),
    StatusRange(0x0110, .failure, "Processing failure"),
    StatusRange(0x0111, .failure, "Duplicate SOP instance"),
    StatusRange(0x0112, .failure, "No such SOP instance"),
    StatusRange(0x0113, .failure, "No such event type"),
    StatusRange(0x0114, .failure, "No such argument"),
    StatusRange(0x0115, .failure, "Invalid argument value"),
    StatusRange(0x0116, .warning, "Attribute value out of range"),
    StatusRange(0x0117, .failure, "Invalid object instance"),
    StatusRange(0x0118, .failure, "No such SOP class"),
    StatusRange(0x0119, .failure, "Class-instance conflict"),
    StatusRange(0x0120, .failure, "Missing attribute"),
    StatusRange(0x0121, .failure, "Missing attribute value"),
    StatusRange(0x0122, .failure, "Refused: SOP class not supported"),
    StatusRange(0x0123, .failure, "No such action"),
    StatusRange(0x0124, .failure, "Refused: not authorized"),
    StatusRange(0x0210, .failure, "Duplicate invocation"),
    StatusRange(0x0211, .failure, "Unrecognized operation"),
    StatusRange(0x0212, .failure, "Mistyped argument"),
    StatusRange(0x0213, .failure, "Resource limitation"),
    StatusRange(0xFE00, .cancel, "Cancel"),
  ]
}
