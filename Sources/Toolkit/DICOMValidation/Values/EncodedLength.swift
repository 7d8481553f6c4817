// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Bytes that elements take in a stream (PS3.5 §7.1, §7.5), as they were read.
struct EncodedLength {
  let isExplicitVR: Bool

  /// Header, value and delimiters of an element.
  func length(_ element: DataElement) -> Int {
    let header = isExplicitVR && element.vr.hasLongHeader ? 12 : 8
    if element.length != DataElement.undefinedLength { return header + Int(element.length) }
    switch element.value {
    case .bytes(let bytes): return header + bytes.count
    case .items(let items): return header + items.reduce(8) { $0 + item($1) }
    case .fragments(let fragments): return header + fragments.reduce(8) { $0 + 8 + $1.count }
    }
  }

  private func item(_ item: DataSet) -> Int {
    if item.itemLength != DataElement.undefinedLength { return 8 + Int(item.itemLength) }
    return 16 + item.elements.reduce(0) { $0 + length($1) }
  }
}
