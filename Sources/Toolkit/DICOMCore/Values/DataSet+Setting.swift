// SPDX-License-Identifier: Apache-2.0

extension DataSet {
  /// Sets the values of an attribute, checked by the rules of its VR and encoded as the data set is.
  ///
  /// Text that Specific Character Set cannot express fails, or makes the data set UTF-8, as `options` say.
  public mutating func set(
    _ tag: Tag, _ vr: VR, to values: AttributeValues, options: ValueOptions = ValueOptions()
  ) throws(ValueError) {
    do throws(ValueError) {
      set(DataElement(tag: tag, vr: vr, value: try encoded(values, vr, options)))
    } catch {
      guard error.code == .notInCharacterSet, options.unencodable == .promotesToUTF8 else { throw error.at(tag) }
      try convertText(to: .utf8)
      do throws(ValueError) {
        set(DataElement(tag: tag, vr: vr, value: try encoded(values, vr, options)))
      } catch {
        throw error.at(tag)
      }
    }
    if tag == .declaredCharacterSet { inheritCharacterSet() }
  }

  private func encoded(
    _ values: AttributeValues, _ vr: VR, _ options: ValueOptions
  ) throws(ValueError) -> DataElement.Value {
    let encoder = ValueEncoder(vr: vr, byteOrder: byteOrder, characterSet: characterSet, options: options)
    let value = try encoder.encode(values)
    guard case .items(let items) = value else { return value }
    return .items(
      items.map { item in
        var copy = item
        copy.inheritedCharacterSet = characterSet
        copy.inheritCharacterSet()
        return copy
      })
  }

  /// Encodes all text again, that of items too, and declares the set (PS3.3 §C.12.1.1.2). Nothing is changed where it
  /// throws.
  ///
  /// - Throws: `ValueError` of the first attribute whose text the set does not have, or whose bytes are no text in the
  ///   set that was declared.
  public mutating func convertText(to set: SpecificCharacterSet) throws(ValueError) {
    var copy = self
    try copy.encodeText(in: set, declares: true)
    self = copy
  }

  private mutating func encodeText(in set: SpecificCharacterSet, declares: Bool) throws(ValueError) {
    let old = characterSet
    for element in elements {
      if let items = element.items, !items.isEmpty {
        var converted: [DataSet] = []
        converted.reserveCapacity(items.count)
        for item in items {
          var copy = item
          try copy.encodeText(in: set, declares: false)
          converted.append(copy)
        }
        self.set(element.replacing(.items(converted)))
      } else if element.vr.usesSpecificCharacterSet, let bytes = element.bytes, bytes.hasExtendedCharacters {
        let text = SpecificCharacterSet.trimmed(old.decode(bytes, vr: element.vr), leading: false)
        guard !text.unicodeScalars.contains("\u{FFFD}") else {
          throw ValueError(
            .notInCharacterSet, "The bytes are no text of the character set that was declared.", vr: element.vr,
            tag: element.tag)
        }
        var (encoded, missing) = set.encodeNoting(text, vr: element.vr)
        if let missing {
          throw ValueError(
            .notInCharacterSet, "\(set.terms.joined(separator: "\\")) has no \"\(missing)\".", vr: element.vr,
            tag: element.tag)
        }
        if encoded.count % 2 == 1 { encoded.append(0x20) }
        self.set(DataElement(tag: element.tag, vr: element.vr, value: .bytes(ByteSlice(encoded))))
      }
    }
    if !declares || set.terms.isEmpty { inheritedCharacterSet = set }
    remove(.declaredCharacterSet)
    if declares, !set.terms.isEmpty { self.set(.declaredCharacterSet, .CS, set.terms) }
  }

  /// Hands the character set down to the items.
  mutating func inheritCharacterSet() {
    let set = characterSet
    for element in elements {
      guard let items = element.items, items.contains(where: { $0.inheritedCharacterSet != set }) else { continue }
      let changed = items.map { item in
        var copy = item
        copy.inheritedCharacterSet = set
        copy.inheritCharacterSet()
        return copy
      }
      self.set(element.replacing(.items(changed)))
    }
  }
}

extension DataElement {
  /// The same element with another value, and the form of its length kept.
  func replacing(_ value: Value) -> DataElement {
    DataElement(tag: tag, vr: vr, value: value, length: length, isEncodedAsUN: isEncodedAsUN)
  }
}

extension ByteSlice {
  /// Bytes above 7FH or escape sequences.
  var hasExtendedCharacters: Bool { withUnsafeBytes { $0.contains { $0 >= 0x80 || $0 == 0x1B } } }
}
