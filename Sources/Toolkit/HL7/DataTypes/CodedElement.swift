// SPDX-License-Identifier: Apache-2.0

/// A code with its text and coding system (CE and CWE, HL7 v2.5.1 §2.A.10 and §2.A.13).
public struct CodedElement: Sendable, Hashable {
  public var code: String
  public var text: String
  /// Table 0396, such as `LN` or `L`.
  public var system: String

  public init(code: String, text: String = "", system: String = "") {
    self.code = code
    self.text = text
    self.system = system
  }

  public init(_ repetition: Repetition) {
    self.init(code: repetition[1].value, text: repetition[2].value, system: repetition[3].value)
  }

  public var isEmpty: Bool { code.isEmpty && text.isEmpty }
  public var content: FieldContent { FieldContent(components: [code, text, system]) }
}
