// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Finds text that Specific Character Set does not explain.
public enum TextCheck {
  /// What is wrong with one element; nil where nothing is, or it is no text.
  /// - Parameter characterSet: the one in force where the element stands.
  public static func leniency(of element: DataElement, characterSet: SpecificCharacterSet) -> Leniency? {
    guard let bytes = element.bytes, !bytes.isEmpty else { return nil }
    if element.tag == .specificCharacterSet {
      let declared = SpecificCharacterSet(terms: SpecificCharacterSet.default.decodeValues(bytes, vr: .CS))
      return declared.problems.isEmpty ? nil : .wrongCharacterSet
    }
    guard element.vr.usesSpecificCharacterSet else { return nil }
    let hasHighBytes = bytes.withUnsafeBytes { $0.contains { $0 >= 0x80 } }
    let hasEscapes = !hasHighBytes && bytes.withUnsafeBytes { $0.contains(0x1B) }
    guard hasHighBytes || hasEscapes else { return nil }
    if hasHighBytes, characterSet.terms.allSatisfy(\.isEmpty) { return .undeclaredCharacters }
    let text = characterSet.decode(bytes, vr: element.vr)
    return text.unicodeScalars.contains("\u{FFFD}") ? .undecodableText : nil
  }
}

extension DataSet {
  /// Elements whose text Specific Character Set does not explain, those of items too. Offsets count from the start of
  /// what was read.
  public func textFindings(limit: Int = ReadLimits.defaultFindings) -> [Finding] {
    var findings: [Finding] = []
    var open: [(dataSet: DataSet, path: String)] = [(self, "")]
    while let (dataSet, path) = open.popLast(), findings.count < limit {
      let characterSet = dataSet.characterSet
      for element in dataSet.elements {
        let place = path.isEmpty ? "\(element.tag)" : "\(path).\(element.tag)"
        for (number, item) in (element.items ?? []).enumerated() {
          // The middle of a path that is deeper than anything real tells nobody anything.
          open.append((item, path.utf8.count > 1_024 ? path : "\(place)[\(number)]"))
        }
        guard let leniency = TextCheck.leniency(of: element, characterSet: characterSet) else { continue }
        findings.append(Finding(leniency, offset: element.bytes?.offset ?? 0, path: place))
      }
    }
    return Array(findings.prefix(limit).sorted { $0.offset < $1.offset })
  }
}
