// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile

/// What `edit` does to each file.
struct EditPlan {
  /// A value for an attribute.
  struct Setting {
    let path: AttributePath
    /// The VR that was named; nil takes that of the file or of the dictionary.
    let vr: VR?
    let values: AttributeValues
  }

  /// An item for a sequence.
  struct Insertion {
    let path: AttributePath
    let item: DataSet
  }

  /// Why an argument cannot be understood.
  struct Malformed: Error, CustomStringConvertible {
    let description: String
  }

  var erasures: [AttributePath] = []
  var insertions: [Insertion] = []
  var settings: [Setting] = []
  var newUIDs: Set<NewUIDs.Kind> = []
  var erasesPrivate = false
  let options: ValueOptions

  init(options: ValueOptions) { self.options = options }

  var isEmpty: Bool {
    erasures.isEmpty && insertions.isEmpty && settings.isEmpty && newUIDs.isEmpty && !erasesPrivate
  }

  /// Reads `path[:VR]=value`.
  static func setting(_ text: String, isFile: Bool = false) throws -> Setting {
    let (left, right) = try split(text)
    guard let right else { throw Malformed(description: "\(text) lacks = and a value.") }
    let (path, vr) = try vr(left)
    if isFile { return Setting(path: path, vr: vr, values: .bytes(try MappedFile.bytes(right))) }
    if right.isEmpty { return Setting(path: path, vr: vr, values: .empty) }
    let known = vr ?? dictionaryVR(path)
    let isSingle = known.map { $0.isText && !$0.isMultiValued } ?? false
    let texts = isSingle ? [right] : right.split(separator: "\\", omittingEmptySubsequences: false).map(String.init)
    return Setting(path: path, vr: vr, values: .texts(texts))
  }

  /// Reads `path[=json]`.
  static func insertion(_ text: String) throws -> Insertion {
    let (left, right) = try split(text)
    let path = try AttributePath(left)
    guard let right else { return Insertion(path: path, item: DataSet()) }
    return Insertion(path: path, item: try DICOMJSON.decode(Array(right.utf8)))
  }

  /// The VR that the dictionaries know for the last attribute of a path.
  static func dictionaryVR(_ path: AttributePath) -> VR? {
    switch path.last.attribute {
    case .tag(let tag): DataDictionary.vr(for: tag)
    case .inPrivateBlock(let group, let creator, let element):
      PrivateDictionary.entry(group: group, creator: creator, element: element)?.vr
    }
  }

  /// At the first `=` that does not stand in a private creator.
  private static func split(_ text: String) throws -> (String, String?) {
    var isQuoted = false
    for index in text.indices {
      if text[index] == "\"" { isQuoted.toggle() }
      if text[index] == "=", !isQuoted { return (String(text[..<index]), String(text[text.index(after: index)...])) }
    }
    return (text, nil)
  }

  private static func vr(_ text: String) throws -> (AttributePath, VR?) {
    guard text.utf8.count > 3, text.dropLast(2).last == ":" else { return (try AttributePath(text), nil) }
    guard let vr = VR(text.suffix(2)) else { throw Malformed(description: "\(text.suffix(2)) is no VR.") }
    return (try AttributePath(text.dropLast(3)), vr)
  }
}
