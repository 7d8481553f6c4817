// SPDX-License-Identifier: Apache-2.0

/// A data set (PS3.5 §7): elements in ascending order of their tags. Values stay in the bytes that were read and are
/// decoded at each access; nothing is cached, so that copies are cheap and equality means equality.
public struct DataSet: Sendable, Hashable {
  /// Elements in ascending order of tags, each tag once.
  public private(set) var elements: [DataElement]
  /// Order of the bytes of binary values.
  public var byteOrder: ByteOrder
  /// The character set of the enclosing data set, used where this one has no Specific Character Set of its own.
  public var inheritedCharacterSet: SpecificCharacterSet
  /// For an item of a sequence, the length that stood in its header.
  public var itemLength: UInt32

  public init(
    byteOrder: ByteOrder = .littleEndian, inheritedCharacterSet: SpecificCharacterSet = .default
  ) {
    elements = []
    self.byteOrder = byteOrder
    self.inheritedCharacterSet = inheritedCharacterSet
    itemLength = DataElement.undefinedLength
  }

  /// Takes elements that were read. Where they are not ordered they are sorted; of equal tags the last one stays.
  public init(
    elements: [DataElement], isOrdered: Bool, byteOrder: ByteOrder = .littleEndian,
    inheritedCharacterSet: SpecificCharacterSet = .default
  ) {
    self.init(byteOrder: byteOrder, inheritedCharacterSet: inheritedCharacterSet)
    if isOrdered {
      self.elements = elements
      return
    }
    let order = elements.indices.sorted { left, right in
      elements[left].tag == elements[right].tag ? left < right : elements[left].tag < elements[right].tag
    }
    self.elements.reserveCapacity(elements.count)
    for index in order {
      if self.elements.last?.tag == elements[index].tag { self.elements.removeLast() }
      self.elements.append(elements[index])
    }
  }

  public var isEmpty: Bool { elements.isEmpty }

  /// The element with this tag.
  public subscript(tag: Tag) -> DataElement? {
    let index = lowerBound(tag)
    return index < elements.count && elements[index].tag == tag ? elements[index] : nil
  }

  /// Inserts or replaces.
  public mutating func set(_ element: DataElement) {
    if let last = elements.last, last.tag < element.tag {
      elements.append(element)
      return
    }
    let index = lowerBound(element.tag)
    if index < elements.count, elements[index].tag == element.tag {
      elements[index] = element
    } else {
      elements.insert(element, at: index)
    }
  }

  /// Removes the element, if there is one.
  public mutating func remove(_ tag: Tag) {
    let index = lowerBound(tag)
    if index < elements.count, elements[index].tag == tag { elements.remove(at: index) }
  }

  /// Keeps the elements that satisfy a predicate.
  public mutating func keep(where predicate: (DataElement) -> Bool) {
    elements = elements.filter(predicate)
  }

  /// Specific Character Set (0008,0005) of this data set, else the inherited one (PS3.3 §C.12.1.1.2).
  public var characterSet: SpecificCharacterSet {
    guard let element = self[Tag(0x0008, 0x0005)], let bytes = element.bytes else { return inheritedCharacterSet }
    return SpecificCharacterSet(terms: bytes.asciiValues)
  }

  func lowerBound(_ tag: Tag) -> Int {
    var low = 0
    var high = elements.count
    while low < high {
      let middle = (low + high) / 2
      if elements[middle].tag < tag { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
