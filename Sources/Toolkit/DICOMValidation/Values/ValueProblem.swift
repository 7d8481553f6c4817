// SPDX-License-Identifier: Apache-2.0

/// What is wrong with the value of an element.
struct ValueProblem: Hashable {
  let kind: ValidationKind
  let severity: ValidationSeverity
  let text: String

  init(_ kind: ValidationKind, _ text: String, severity: ValidationSeverity = .error) {
    self.kind = kind
    self.severity = severity
    self.text = text
  }
}

/// The text of a value in a message: short, and without control characters.
func quoted(_ bytes: some Collection<UInt8>) -> String {
  let limit = 64
  let shown = String(
    decoding: bytes.prefix(limit).map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: "?") : $0 }, as: UTF8.self)
  return bytes.count > limit ? "\"\(shown)…\"" : "\"\(shown)\""
}
