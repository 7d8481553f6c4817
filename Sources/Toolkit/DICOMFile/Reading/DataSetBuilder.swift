// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Makes a `DataSet` of tokens. Values stay in the slices that the tokens carry, unless they came in several pieces.
struct DataSetBuilder {
  /// A data set under construction, and the element that is being read in it.
  private struct Frame {
    var elements: [DataElement] = []
    var header: ElementHeader?
    var value: ByteSlice?
    var gathered: [UInt8] = []
    var items: [DataSet] = []
    var fragments: [ByteSlice] = []
    var isFragment = false
    var isOrdered = true
    var characterSet: SpecificCharacterSet
    let inherited: SpecificCharacterSet
    let byteOrder: ByteOrder
    let itemLength: UInt32
  }

  private var frames: [Frame]

  init(byteOrder: ByteOrder, inheritedCharacterSet: SpecificCharacterSet) {
    frames = [
      Frame(
        characterSet: inheritedCharacterSet, inherited: inheritedCharacterSet, byteOrder: byteOrder,
        itemLength: DataElement.undefinedLength)
    ]
  }

  /// Takes the next token. `byteOrder` is that of the level that the token opens.
  mutating func consume(_ token: Token, byteOrder: ByteOrder) {
    let top = frames.count - 1
    switch token {
    case .element(let header):
      frames[top].header = header
      frames[top].isFragment = false
    case .value(let bytes, let isLast): consumeValue(bytes, isLast: isLast)
    case .sequenceStart(let header):
      frames[top].header = header
      frames[top].items = []
    case .sequenceEnd:
      let items = frames[top].items
      frames[top].items = []
      appendElement(.items(items))
    case .itemStart(_, let length):
      frames.append(
        Frame(
          characterSet: frames[top].characterSet, inherited: frames[top].characterSet, byteOrder: byteOrder,
          itemLength: length))
    case .itemEnd:
      guard top > 0 else { return }
      let item = Self.dataSet(frames.removeLast())
      frames[top - 1].items.append(item)
    case .fragmentsStart(let header):
      frames[top].header = header
      frames[top].fragments = []
    case .fragment: frames[top].isFragment = true
    case .fragmentsEnd:
      let fragments = frames[top].fragments
      frames[top].fragments = []
      frames[top].isFragment = false
      appendElement(.fragments(fragments))
    }
  }

  /// Nothing has been read at the root.
  var isEmpty: Bool { frames.count == 1 && frames[0].elements.isEmpty && frames[0].header == nil }

  /// The data set; items that are still open are closed.
  mutating func finish(byteOrder: ByteOrder? = nil) -> DataSet {
    while frames.count > 1 {
      consume(.itemEnd, byteOrder: .littleEndian)
      consume(.sequenceEnd, byteOrder: .littleEndian)
    }
    var result = Self.dataSet(frames[0])
    if let byteOrder { result.byteOrder = byteOrder }
    return result
  }

  private mutating func consumeValue(_ bytes: ByteSlice, isLast: Bool) {
    let top = frames.count - 1
    if frames[top].value == nil, frames[top].gathered.isEmpty {
      frames[top].value = bytes
    } else if !bytes.isEmpty {
      if let value = frames[top].value { frames[top].gathered = value.array }
      frames[top].value = nil
      bytes.withUnsafeBytes { frames[top].gathered.append(contentsOf: $0) }
    }
    guard isLast else { return }
    let value = frames[top].value ?? ByteSlice(frames[top].gathered)
    frames[top].value = nil
    frames[top].gathered = []
    if frames[top].isFragment {
      frames[top].fragments.append(value)
    } else {
      appendElement(.bytes(value))
    }
  }

  private mutating func appendElement(_ value: DataElement.Value) {
    let top = frames.count - 1
    guard let header = frames[top].header else { return }
    frames[top].header = nil
    if let last = frames[top].elements.last, last.tag >= header.tag { frames[top].isOrdered = false }
    frames[top].elements.append(
      DataElement(
        tag: header.tag, vr: header.vr, value: value, length: header.length, isEncodedAsUN: header.isInterpreted))
    if header.tag == Tag(0x0008, 0x0005), case .bytes = value {
      var set = DataSet(inheritedCharacterSet: frames[top].inherited)
      set.set(DataElement(tag: header.tag, vr: .CS, value: value))
      frames[top].characterSet = set.characterSet
    }
  }

  private static func dataSet(_ frame: Frame) -> DataSet {
    var result = DataSet(
      elements: frame.elements, isOrdered: frame.isOrdered, byteOrder: frame.byteOrder,
      inheritedCharacterSet: frame.inherited)
    result.itemLength = frame.itemLength
    return result
  }
}
