// SPDX-License-Identifier: Apache-2.0

/// The general acknowledgement (ACK, HL7 v2.5.1 §2.13.1): MSH, MSA and, for what is wrong, ERR.
public struct Acknowledgement: Sendable, Hashable {
  /// Acknowledgement code, MSA-1 (table 0008).
  public enum Code: String, Sendable, CaseIterable {
    case accept = "AA"
    case error = "AE"
    case reject = "AR"
    case commitAccept = "CA"
    case commitError = "CE"
    case commitReject = "CR"
  }

  public var code: Code
  /// MSA-3, a text for the sender's people.
  public var text: String
  public var errors: [HL7Error]

  /// Errors that an answer tells; the rest is for the receiver's own list.
  public static let maximumErrors = 20

  public init(_ code: Code, text: String, errors: [HL7Error] = []) {
    self.code = code
    self.text = text
    self.errors = errors
  }

  /// The bytes of the answer to a message with this header.
  /// - Parameters:
  ///   - controlID: MSH-10 of the answer.
  ///   - timestamp: MSH-7, `YYYYMMDDHHMMSS`.
  public func encode(answering header: MessageHeader, controlID: String, timestamp: String) -> [UInt8] {
    let separator = String(header.fieldSeparator)
    let trigger = header.messageType.split(separator: header.componentSeparator, omittingEmptySubsequences: false)
    let type = trigger.count > 1 ? ["ACK", String(trigger[1]), "ACK"] : ["ACK"]
    var segments = [
      [
        "MSH", header.encodingCharacters, header.receivingApplication, header.receivingFacility,
        header.sendingApplication, header.sendingFacility, timestamp, "",
        type.joined(separator: String(header.componentSeparator)), controlID, header.processingID, header.version,
      ]
    ]
    if !header.characterSet.isEmpty { segments[0] += ["", "", "", "", "", header.characterSet] }
    segments.append(["MSA", code.rawValue, header.controlID, escaped(text, header)])
    let message = segments.map { $0.joined(separator: separator) + "\r" }.joined() + errorSegments(header)
    return message.unicodeScalars.map { UInt8(exactly: $0.value) ?? UInt8(ascii: "?") }
  }

  /// ERR as the sender's version has it: a list of places before v2.5 (v2.4 §2.16.5), a segment per error since.
  private func errorSegments(_ header: MessageHeader) -> String {
    guard !errors.isEmpty else { return "" }
    let errors = errors.prefix(Self.maximumErrors)
    let field = String(header.fieldSeparator)
    let component = String(header.componentSeparator)
    if header.precedes(minor: 5) {
      let places = errors.map { error in
        let place = error.location
        let parts = [
          place?.segment ?? "", place.map { "\($0.occurrence)" } ?? "", place?.field.map { "\($0)" } ?? "",
          [error.code.rawValue.description, error.code.text, "HL70357"].joined(separator: header.subcomponentSeparator),
        ]
        return parts.map { $0 }.joined(separator: component)
      }
      return "ERR" + field + places.joined(separator: String(header.repetitionSeparator)) + "\r"
    }
    return errors.map { error in
      let place = error.location
      let numbers = [
        place?.field, place?.field == nil ? nil : place?.repetition ?? 1, place?.component, place?.subcomponent,
      ]
      var parts =
        [place?.segment ?? "", place.map { "\($0.occurrence)" } ?? ""] + numbers.map { $0.map(String.init) ?? "" }
      while parts.last?.isEmpty == true { parts.removeLast() }
      let code = [error.code.rawValue.description, error.code.text, "HL70357"].joined(separator: component)
      return [
        "ERR", "", parts.joined(separator: component), code, "E", "", "", escaped(error.reason, header),
        escaped(error.reason, header),
      ].joined(separator: field) + "\r"
    }.joined()
  }

  /// Replaces delimiters in free text by their escape sequences (HL7 v2.5.1 §2.7.1).
  private func escaped(_ text: String, _ header: MessageHeader) -> String {
    let characters = Array(header.encodingCharacters)
    guard characters.count >= 3 else { return text }
    let escape = characters[2]
    var names: [Character: Character] = [
      header.fieldSeparator: "F", characters[0]: "S", characters[1]: "R", escape: "E",
    ]
    if characters.count > 3 { names[characters[3]] = "T" }
    return text.reduce(into: "") { result, character in
      if let name = names[character] {
        result += "\(escape)\(name)\(escape)"
      } else {
        result.append(character.isNewline ? " " : character)
      }
    }
  }
}
