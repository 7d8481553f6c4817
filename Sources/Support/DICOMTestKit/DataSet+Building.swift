// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A value in a data set that a test builds: text, numbers, bytes, items or fragments.
public enum BuiltValue: Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByArrayLiteral
{
  case text([String])
  case integers([Int])
  case doubles([Double])
  case bytes([UInt8])
  case items([DataSet])
  case fragments([[UInt8]])
  /// A value in a VR that is not the dictionary's.
  indirect case typed(VR, BuiltValue)

  public init(stringLiteral value: String) { self = .text([value]) }
  public init(integerLiteral value: Int) { self = .integers([value]) }
  public init(floatLiteral value: Double) { self = .doubles([value]) }

  /// Several values of one kind; no elements make an empty value.
  public init(arrayLiteral elements: BuiltValue...) {
    var text: [String] = []
    var doubles: [Double] = []
    var integers: [Int] = []
    for element in elements {
      switch element {
      case .text(let values): text += values
      case .doubles(let values): doubles += values
      case .integers(let values):
        integers += values
        doubles += values.map { Double($0) }
      default: preconditionFailure("an array holds texts or numbers")
      }
    }
    if !text.isEmpty || elements.isEmpty {
      self = .text(text)
    } else {
      self = doubles.count > integers.count ? .doubles(doubles) : .integers(integers)
    }
  }
}

extension DataSet {
  /// A data set in a line: `DataSet.build([.patientID: "1", .rows: 512, .pixelSpacing: [0.5, 0.5]])`. VRs come from the
  /// dictionary; private creators are LO and other private elements UN.
  public static func build(
    _ values: KeyValuePairs<Tag, BuiltValue>, byteOrder: ByteOrder = .littleEndian,
    characterSet: SpecificCharacterSet = .default
  ) -> DataSet {
    var result = DataSet(byteOrder: byteOrder, inheritedCharacterSet: characterSet)
    for (tag, value) in values {
      let vr = DataDictionary.vr(for: tag) ?? .UN
      result.put(tag, vr, value)
    }
    return result
  }

  private mutating func put(_ tag: Tag, _ vr: VR, _ value: BuiltValue) {
    switch value {
    case .typed(let vr, let value): put(tag, vr, value)
    case .items(let items): set(tag, items: items)
    case .fragments(let fragments):
      set(DataElement(tag: tag, vr: vr == .OW ? .OB : vr, value: .fragments(fragments.map { ByteSlice($0) })))
    case .bytes(let bytes): set(DataElement(tag: tag, vr: vr, value: .bytes(ByteSlice(bytes))))
    case .text(let texts): set(tag, vr, texts)
    case .integers(let numbers):
      switch vr {
      case _ where vr.isText: set(tag, vr, numbers.map { String($0) })
      case .FL, .FD, .OF, .OD: set(tag, vr, doubles: numbers.map { Double($0) })
      case .OB, .UN: put(tag, vr, .bytes(numbers.map { UInt8(truncatingIfNeeded: $0) }))
      default: set(tag, vr, integers: numbers)
      }
    case .doubles(let numbers):
      if vr.isText {
        set(tag, vr, numbers.map { $0 == $0.rounded() && abs($0) < 1e15 ? String(Int($0)) : String($0) })
      } else {
        set(tag, vr, doubles: numbers)
      }
    }
  }
}
