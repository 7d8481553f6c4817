// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// The value of an element on one line, for people.
enum ValueText {
  static func of(_ element: DataElement, in dataSet: DataSet) -> String {
    switch element.value {
    case .items(let items): return items.count == 1 ? "1 item" : "\(items.count) items"
    case .fragments(let fragments):
      return "\(max(fragments.count - 1, 0)) fragments, \(fragments.dropFirst().reduce(0) { $0 + $1.count }) bytes"
    case .bytes(let bytes):
      if bytes.isEmpty { return "(empty)" }
      switch element.vr {
      case .OB, .OD, .OF, .OL, .OV, .OW, .UN, .SQ: return "\(bytes.count) bytes"
      case .AT: return (dataSet.tags(element.tag) ?? []).map { "\($0)" }.joined(separator: "\\")
      default: return printable((dataSet.strings(element.tag) ?? []).joined(separator: "\\"))
      }
    }
  }

  /// Control characters as escapes.
  static func printable(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        let isControl = scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
        result += isControl ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
      }
    }
    return result
  }
}
