// SPDX-License-Identifier: Apache-2.0

/// The fields of the message header segment (MSH, HL7 v2.5.1 §2.15.9) that decide how a message is answered. Text is
/// taken as it stands in the message, each byte above 7FH as one scalar, so that it can be written back unchanged.
public struct MessageHeader: Sendable, Hashable {
  public var fieldSeparator: Character = "|"
  public var encodingCharacters = "^~\\&"
  public var sendingApplication = ""
  public var sendingFacility = ""
  public var receivingApplication = ""
  public var receivingFacility = ""
  /// MSH-9, such as `ADT^A01`.
  public var messageType = ""
  /// MSH-10.
  public var controlID = ""
  /// MSH-11.
  public var processingID = "P"
  /// MSH-12.
  public var version = "2.3.1"

  public init() {}

  /// Why a message has no usable header.
  public struct Failure: Error, CustomStringConvertible, Equatable {
    public let reason: String
    public var description: String { reason }
  }

  /// What a segment may take; the header of a real message takes some hundred bytes.
  static let maximumLength = 4096

  /// Reads the first segment of a message.
  public init(message: [UInt8]) throws(Failure) {
    guard message.starts(with: Array("MSH".utf8)) else {
      throw Failure(reason: "the first segment is not MSH")
    }
    let segment = message.prefix(while: { $0 != 0x0D && $0 != 0x0A })
    guard segment.count >= 8 else { throw Failure(reason: "the MSH segment has \(segment.count) bytes") }
    guard segment.count <= Self.maximumLength else {
      throw Failure(reason: "the MSH segment is longer than \(Self.maximumLength) bytes")
    }
    let text = segment.map { Character(UnicodeScalar($0)) }
    fieldSeparator = text[3]
    let fields = text[4...].split(separator: fieldSeparator, omittingEmptySubsequences: false).map { String($0) }
    func field(_ number: Int) -> String { number - 2 < fields.count ? fields[number - 2] : "" }
    encodingCharacters = field(2)
    sendingApplication = field(3)
    sendingFacility = field(4)
    receivingApplication = field(5)
    receivingFacility = field(6)
    messageType = field(9)
    controlID = field(10)
    processingID = field(11).isEmpty ? "P" : field(11)
    version = field(12).isEmpty ? "2.3.1" : field(12)
  }
}
