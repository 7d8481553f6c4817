// SPDX-License-Identifier: Apache-2.0

/// What happened to a file.
struct EditReport: Encodable {
  /// One attribute or item.
  struct Change: Encodable {
    enum Action: String, Encodable { case set, insert, erase }
    let action: Action
    let path: String
    var vr: String?
    var old: String?
    var new: String?
  }

  let file: String
  /// Where the new form was written; nil where nothing was.
  let output: String?
  let error: String?
  let changes: [Change]

  /// For people.
  var lines: [String] {
    var lines = changes.map { change in
      switch change.action {
      case .set: "\(file): \(change.path): \(change.old ?? "(absent)") → \(change.new ?? "(empty)")"
      case .insert: "\(file): \(change.path): item inserted"
      case .erase: "\(file): \(change.path): erased\(change.old.map { ", was \($0)" } ?? "")"
      }
    }
    if changes.isEmpty { lines.append("\(file): nothing to change") }
    return lines
  }
}
