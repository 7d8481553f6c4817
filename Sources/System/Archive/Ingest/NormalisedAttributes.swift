// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

extension DataSet {
  /// The same values with text in UTF-8 and binary numbers in little endian, in items too, without Specific Character
  /// Set.
  package func normalised() -> DataSet {
    var result = DataSet(byteOrder: .littleEndian, inheritedCharacterSet: .utf8)
    let set = characterSet
    for element in elements where element.tag != .specificCharacterSet {
      switch element.value {
      case .bytes(let bytes):
        let value =
          element.vr.usesSpecificCharacterSet ? bytes.inUTF8(from: set, vr: element.vr) : swapped(bytes, element.vr)
        result.set(DataElement(tag: element.tag, vr: element.vr, value: .bytes(value)))
      case .items(let items):
        result.set(DataElement(tag: element.tag, vr: element.vr, value: .items(items.map { $0.normalised() })))
      case .fragments: continue
      }
    }
    return result
  }

  private func swapped(_ bytes: ByteSlice, _ vr: VR) -> ByteSlice {
    let unit = vr.unitSize
    guard byteOrder == .bigEndian, unit > 1 else { return bytes }
    var array = bytes.array
    for start in stride(from: 0, to: array.count - unit + 1, by: unit) { array[start..<start + unit].reverse() }
    return ByteSlice(array)
  }
}

extension ByteSlice {
  fileprivate func inUTF8(from set: SpecificCharacterSet, vr: VR) -> ByteSlice {
    // Most text is ASCII, which every set leaves as it is but for escapes (1BH) to other sets.
    if withUnsafeBytes({ $0.allSatisfy { $0 < 0x80 && $0 != 0x1B } }), !set.replacesASCII { return self }
    var bytes = Array(set.decodeValues(self, vr: vr).joined(separator: "\\").utf8)
    if bytes.count % 2 == 1 { bytes.append(0x20) }
    return ByteSlice(bytes)
  }
}

extension SpecificCharacterSet {
  /// JIS X 0201 has a yen sign and an overline among ASCII.
  fileprivate var replacesASCII: Bool { terms.contains { $0.hasSuffix("IR 13") || $0.hasSuffix("IR_13") } }
}
