// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

extension DataSet {
  /// Gives private elements that say UN, or that stand in implicit VR, the VR that the private dictionary knows under
  /// their creator, and reads the sequences among them. In explicit VR they are written as UN again.
  ///
  /// What cannot be a value of that VR stays UN, and so does everything in big endian, where nobody can say how the
  /// bytes of a value that says UN are ordered.
  public mutating func interpretPrivateElements(options: ReadOptions = ReadOptions()) {
    guard byteOrder == .littleEndian else { return }
    for element in elements {
      if let items = element.items {
        guard items.contains(where: { !$0.isEmpty }) else { continue }
        let interpreted = items.map { item in
          var copy = item
          copy.interpretPrivateElements(options: options)
          return copy
        }
        if interpreted != items { set(replacing(element, .items(interpreted), element.vr, element.isEncodedAsUN)) }
      } else if element.vr == .UN, element.tag.isPrivate, let bytes = element.bytes {
        interpret(element, bytes, options)
      }
    }
  }

  private mutating func interpret(_ element: DataElement, _ bytes: ByteSlice, _ options: ReadOptions) {
    guard let vr = PrivateDictionary.entry(for: element.tag, in: self)?.vr, vr != .UN else { return }
    guard vr == .SQ else {
      let unit = vr == .AT ? 4 : vr.unitSize
      guard bytes.count % unit == 0 else { return }
      return set(replacing(element, .bytes(bytes), vr, true))
    }
    if bytes.isEmpty { return set(replacing(element, .items([]), .SQ, true)) }
    // A sequence in UN is implicit VR little endian (PS3.5 §6.2.2 note 2).
    guard let sequence = Self.sequence(bytes, characterSet, options) else { return }
    set(replacing(element, .items(sequence), .SQ, true))
  }

  /// The items that the bytes are; nil where they are none.
  private static func sequence(
    _ bytes: ByteSlice, _ characterSet: SpecificCharacterSet, _ options: ReadOptions
  ) -> [DataSet]? {
    guard bytes.count >= 8, bytes[0..<4].array == [0xFE, 0xFF, 0x00, 0xE0] else { return nil }
    // Before the bytes stands the header of a sequence that every reader knows, (0008,1140).
    let length = withUnsafeBytes(of: UInt32(bytes.count).littleEndian) { Array($0) }
    var nested = options
    nested.detectsEncoding = false
    let result = try? DataSetReader.readWithFindings(
      ByteSlice([0x08, 0x00, 0x40, 0x11] + length + bytes.array), transferSyntax: .implicitVRLittleEndian,
      options: nested, inheritedCharacterSet: characterSet)
    guard let result, result.findings.isEmpty else { return nil }
    return result.dataSet.items(.referencedImageSequence).map { item in
      var copy = item
      copy.interpretPrivateElements(options: options)
      return copy
    }
  }

  private func replacing(_ element: DataElement, _ value: DataElement.Value, _ vr: VR, _ isUN: Bool) -> DataElement {
    DataElement(tag: element.tag, vr: vr, value: value, length: element.length, isEncodedAsUN: isUN)
  }
}
