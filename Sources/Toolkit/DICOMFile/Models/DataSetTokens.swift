// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// The tokens that a reader would find in a data set, made of the data set. An explicit stack: depth costs no machine
/// stack.
struct DataSetTokens {
  private struct Frame {
    let dataSet: DataSet
    var next = 0
    var items: [DataSet]?
    var nextItem = 0
    var fragments: ArraySlice<ByteSlice>?
  }

  /// The element that the last token opened or belongs to.
  private(set) var element: DataElement?
  private var frames: [Frame]
  private var value: ByteSlice?

  init(_ dataSet: DataSet) { frames = [Frame(dataSet: dataSet)] }

  /// Byte order of the innermost open data set.
  var byteOrder: ByteOrder { frames.last?.dataSet.byteOrder ?? .littleEndian }

  mutating func next() -> Token? {
    if let bytes = value {
      value = nil
      return .value(bytes, isLast: true)
    }
    let top = frames.count - 1
    guard top >= 0 else { return nil }
    if let items = frames[top].items { return nextItem(items, top) }
    if let fragments = frames[top].fragments {
      frames[top].fragments = fragments.isEmpty ? nil : fragments.dropFirst()
      value = fragments.first
      return fragments.first.map { .fragment(offset: 0, length: UInt32(clamping: $0.count)) } ?? .fragmentsEnd
    }
    guard frames[top].next < frames[top].dataSet.elements.count else {
      frames.removeLast()
      return frames.isEmpty ? nil : .itemEnd
    }
    let element = frames[top].dataSet.elements[frames[top].next]
    frames[top].next += 1
    self.element = element
    let header = ElementHeader(
      tag: element.tag, vr: element.vr, length: element.length, offset: 0, headerLength: 0, leniency: nil)
    switch element.value {
    case .bytes(let bytes):
      value = bytes
      return .element(header)
    case .items(let items):
      frames[top].items = items
      frames[top].nextItem = 0
      return .sequenceStart(header)
    case .fragments(let fragments):
      frames[top].fragments = fragments[...]
      return .fragmentsStart(header)
    }
  }

  private mutating func nextItem(_ items: [DataSet], _ top: Int) -> Token {
    guard frames[top].nextItem < items.count else {
      frames[top].items = nil
      return .sequenceEnd
    }
    let item = items[frames[top].nextItem]
    frames[top].nextItem += 1
    frames.append(Frame(dataSet: item))
    return .itemStart(offset: 0, length: item.itemLength)
  }
}
