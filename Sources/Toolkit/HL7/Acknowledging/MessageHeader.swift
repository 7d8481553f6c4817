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
  /// MSH-15, when an accept acknowledgement is wanted (table 0155).
  public var acceptAcknowledgement = ""
  /// MSH-16, when an application acknowledgement is wanted.
  public var applicationAcknowledgement = ""
  /// MSH-18.
  public var characterSet = ""

  public init() {}

  /// MSH-9.1 and MSH-9.2, such as `ADT^A01`.
  public var name: String {
    messageType.split(separator: componentSeparator, omittingEmptySubsequences: false).prefix(2).joined(separator: "^")
  }

  var componentSeparator: Character { encodingCharacters.first ?? "^" }
  var repetitionSeparator: Character { encodingCharacters.dropFirst().first ?? "~" }
  var subcomponentSeparator: String { encodingCharacters.dropFirst(3).first.map { String($0) } ?? " " }

  /// Whether the version is before 2.`minor`.
  func precedes(minor: Int) -> Bool {
    let parts = version.split(separator: componentSeparator).first?.split(separator: ".") ?? []
    guard parts.count > 1, parts[0] == "2", let number = Int(parts[1]) else { return false }
    return number < minor
  }

  /// Why a message has no usable header.
  public struct Failure: Error, CustomStringConvertible, Equatable {
    public let reason: String
    public var description: String { reason }
  }

  /// What a segment may take; the header of a real message takes some hundred bytes.
  static let maximumLength = 4096

  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// What senders put before MSH: the byte order mark of UTF-8, line ends.
  static func preamble(of message: [UInt8]) -> [UInt8] {
    let mark = message.starts(with: byteOrderMark) ? byteOrderMark.count : 0
    return Array(message.prefix(mark) + message.dropFirst(mark).prefix { $0 == 0x0D || $0 == 0x0A })
  }

  /// Reads the first segment of a message.
  public init(message bytes: [UInt8]) throws(Failure) {
    let message = bytes.dropFirst(Self.preamble(of: bytes).count)
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
    if encodingCharacters.hasPrefix("^~\\\\") {
      encodingCharacters.remove(at: encodingCharacters.index(encodingCharacters.startIndex, offsetBy: 3))
    }
    sendingApplication = field(3)
    sendingFacility = field(4)
    receivingApplication = field(5)
    receivingFacility = field(6)
    messageType = field(9)
    controlID = field(10)
    processingID = field(11).isEmpty ? "P" : field(11)
    version = field(12).isEmpty ? "2.3.1" : field(12)
    acceptAcknowledgement = field(15)
    applicationAcknowledgement = field(16)
    characterSet = field(18)
  }
}
