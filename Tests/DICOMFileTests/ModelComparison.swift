// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMFile

/// Compares two DICOM JSON models by value, without recursion.
struct ModelComparison {
  private(set) var differences: [String] = []
  let isBigEndian: Bool

  init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

  mutating func compare(_ ours: JSONValue, _ theirs: JSONValue) {
    var pairs = [(path: "", ours: ours, theirs: theirs)]
    while let (path, ours, theirs) = pairs.popLast() {
      switch (ours, theirs) {
      case (.object(let left), .object(let right)):
        for name in Set(left.map(\.name)).union(right.map(\.name)) {
          guard !isExpected(name, path, ours, theirs) else { continue }
          if let one = ours[name], let other = theirs[name] {
            pairs.append((path.count > 200 ? "…/\(name)" : "\(path)/\(name)", one, other))
          } else {
            note("\(path)/\(name): \(ours[name] == nil ? "missing" : "extra")")
          }
        }
      case (.array(let left), .array(let right)) where left.count == right.count:
        for (index, (one, other)) in zip(left, right).enumerated() { pairs.append(("\(path)/\(index)", one, other)) }
      default:
        if !isEqual(ours, theirs) { note("\(path): \(ours) ≠ \(theirs)") }
      }
    }
  }

  private mutating func note(_ text: String) {
    if differences.count < 20 { differences.append(String(text.prefix(300))) }
  }

  /// What pydicom, which made the models, does otherwise.
  private func isExpected(_ name: String, _ path: String, _ ours: JSONValue, _ theirs: JSONValue) -> Bool {
    // We leave group lengths out, as PS3.18 §F.2.2 says.
    if name.count == 8, name.hasSuffix("0000") { return true }
    // It knows private dictionaries and gives private elements in implicit VR a VR.
    let tag = Tag(hexadecimal: path.suffix(8))
    if tag?.isPrivate == true, ours["vr"] == .string("UN"), theirs["vr"] != .string("UN") { return true }
    // It writes an empty sequence as an empty array, and swaps no bytes of big endian words.
    if name == "Value", ours[name] == nil, theirs[name] == .array([]) { return true }
    if name == "InlineBinary", isBigEndian, ours["vr"] == .string("OW") { return true }
    // The limit for bulk data is on the length of the base64 text.
    return (name == "InlineBinary" || name == "BulkDataURI") && (ours[name] == nil) != (theirs[name] == nil)
      && ours["InlineBinary"].map { ($0.string?.count ?? 0) > 1024 } != false
  }

  private func isEqual(_ ours: JSONValue, _ theirs: JSONValue) -> Bool {
    if ours == theirs { return true }
    if let left = ours.double, let right = theirs.double { return left == right }
    // It writes integers of 64 bits as numbers, which not every reader can keep.
    if case .number(let text) = theirs, ours == .string(text) { return true }
    // It keeps spaces at the end of values, and writes empty ones as "".
    if case .string(let text) = theirs {
      let trimmed = String(text.reversed().drop { $0 == " " || $0 == "\0" }.reversed())
      return ours == .string(trimmed) || (ours == .null && trimmed.isEmpty)
    }
    return false
  }
}
