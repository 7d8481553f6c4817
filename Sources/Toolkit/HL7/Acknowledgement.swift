// SPDX-License-Identifier: Apache-2.0

/// The general acknowledgement (ACK, HL7 v2.5.1 §2.13.1) in original mode.
public struct Acknowledgement: Sendable, Hashable {
  /// Acknowledgement code, MSA-1 (table 0008).
  public enum Code: String, Sendable {
    case accept = "AA"
    case error = "AE"
    case reject = "AR"
  }

  public var code: Code
  /// MSA-3, a text for the sender's people.
  public var text: String

  public init(_ code: Code, text: String) {
    self.code = code
    self.text = text
  }

  /// The bytes of the answer to a message with this header.
  /// - Parameters:
  ///   - controlID: MSH-10 of the answer.
  ///   - timestamp: MSH-7, `YYYYMMDDHHMMSS`.
  public func encode(answering header: MessageHeader, controlID: String, timestamp: String) -> [UInt8] {
    let separator = String(header.fieldSeparator)
    let trigger = header.messageType.split(separator: "^", omittingEmptySubsequences: false)
    let type = trigger.count > 1 ? "ACK^\(trigger[1])" : "ACK"
    let segments = [
      [
        "MSH", header.encodingCharacters, header.receivingApplication, header.receivingFacility,
        header.sendingApplication, header.sendingFacility, timestamp, "", type, controlID, header.processingID,
        header.version,
      ],
      ["MSA", code.rawValue, header.controlID, escaped(text, header)],
    ]
    let message = segments.map { $0.joined(separator: separator) + "\r" }.joined()
    return message.unicodeScalars.map { UInt8(exactly: $0.value) ?? UInt8(ascii: "?") }
  }

  /// Replaces delimiters in free text by their escape sequences (HL7 v2.5.1 §2.7.1).
  private func escaped(_ text: String, _ header: MessageHeader) -> String {
    let characters = Array(header.encodingCharacters)
    guard characters.count >= 3 else { return text }
    let escape = characters[2]
    let names: [Character: Character] = [
      header.fieldSeparator: "F", characters[0]: "S", characters[1]: "R", escape: "E",
    ]
    return text.reduce(into: "") { result, character in
      if let name = names[character] { result += "\(escape)\(name)\(escape)" } else { result.append(character) }
    }
  }
}
