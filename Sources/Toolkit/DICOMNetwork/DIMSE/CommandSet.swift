// SPDX-License-Identifier: Apache-2.0

public import DICOMCore

/// A DIMSE command set: elements of group 0000 (PS3.7 §6.3, Annex E), always implicit VR little endian.
///
/// Elements that have no accessor here are kept and written again.
public struct CommandSet: Sendable, Hashable {
  /// Value fields by tag, ascending, without Command Group Length.
  private(set) var fields: [(tag: Tag, bytes: [UInt8])] = []

  init() {}

  /// A command set with its Command Field and without a data set.
  public init(_ commandField: CommandField) {
    self.commandField = commandField
    hasDataSet = false
  }

  public static func == (left: CommandSet, right: CommandSet) -> Bool {
    left.fields.elementsEqual(right.fields) { $0.tag == $1.tag && $0.bytes == $1.bytes }
  }

  public func hash(into hasher: inout Hasher) {
    for field in fields {
      hasher.combine(field.tag)
      hasher.combine(field.bytes)
    }
  }

  /// The tags present, ascending.
  public var tags: [Tag] { fields.map(\.tag) }

  /// The value field of an element, padding included.
  public subscript(tag: Tag) -> [UInt8]? {
    get { fields.first { $0.tag == tag }?.bytes }
    set {
      let index = fields.firstIndex { $0.tag >= tag } ?? fields.count
      let isPresent = index < fields.count && fields[index].tag == tag
      switch (newValue, isPresent) {
      case (let bytes?, true): fields[index].bytes = bytes
      case (let bytes?, false): fields.insert((tag, bytes), at: index)
      case (nil, true): fields.remove(at: index)
      case (nil, false): break
      }
    }
  }

  /// A US element.
  public func integer(_ tag: Tag) -> UInt16? {
    guard let bytes = self[tag], bytes.count >= 2 else { return nil }
    return UInt16(bytes[0]) | UInt16(bytes[1]) << 8
  }

  /// Sets or removes a US element.
  public mutating func set(_ tag: Tag, integer: UInt16?) {
    self[tag] = integer.map { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
  }

  /// A text element without its padding.
  public func text(_ tag: Tag) -> String? {
    guard var bytes = self[tag]?[...] else { return nil }
    while let last = bytes.last, last == 0x20 || last == 0 { bytes.removeLast() }
    while let first = bytes.first, first == 0x20 { bytes.removeFirst() }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Sets or removes a text; `padding` makes its length even.
  public mutating func set(_ tag: Tag, text: String?, padding: UInt8 = 0x20) {
    self[tag] = text.map { text in
      var bytes = Array(text.utf8)
      if bytes.count % 2 == 1 { bytes.append(padding) }
      return bytes
    }
  }

  /// The UID of an element; nil where it is absent or empty.
  public func uid(_ tag: Tag) -> UID? {
    guard let text = text(tag), !text.isEmpty else { return nil }
    return UID(text)
  }

  /// Sets or removes a UI element.
  public mutating func set(_ tag: Tag, uid: UID?) { set(tag, text: uid?.rawValue, padding: 0) }

  /// An AT element.
  public func tags(_ tag: Tag) -> [Tag]? {
    guard let bytes = self[tag] else { return nil }
    let numbers = stride(from: 0, to: bytes.count - 1, by: 2).map { UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8 }
    return stride(from: 0, to: numbers.count - 1, by: 2).map { Tag(numbers[$0], numbers[$0 + 1]) }
  }

  /// Sets or removes an AT element.
  public mutating func set(_ tag: Tag, tags: [Tag]?) {
    guard let tags else {
      self[tag] = nil
      return
    }
    var bytes: [UInt8] = []
    for number in tags.flatMap({ [$0.group, $0.element] }) {
      bytes.append(UInt8(truncatingIfNeeded: number))
      bytes.append(UInt8(truncatingIfNeeded: number >> 8))
    }
    self[tag] = bytes
  }
}
