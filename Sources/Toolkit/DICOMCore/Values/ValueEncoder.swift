// SPDX-License-Identifier: Apache-2.0

/// Makes the value field of typed values, checked by the rules of the VR (PS3.5 §6.2).
struct ValueEncoder {
  let vr: VR
  let byteOrder: ByteOrder
  let characterSet: SpecificCharacterSet
  let options: ValueOptions

  func encode(_ values: AttributeValues) throws(ValueError) -> DataElement.Value {
    switch values {
    case .items(let items):
      guard vr == .SQ || vr == .UN else { throw wrongKind("items") }
      return .items(items)
    case .bytes(let bytes):
      if vr == .SQ {
        guard bytes.isEmpty else { throw wrongKind("bytes") }
        return .items([])
      }
      guard bytes.count % (vr == .AT ? 4 : vr.unitSize) == 0 else {
        throw ValueError(.malformed, "\(vr.name) has values of \(vr.unitSize) bytes.", vr: vr)
      }
      return .bytes(bytes)
    default:
      return .bytes(ByteSlice(try vr.isText ? text(values) : binary(values)))
    }
  }

  // MARK: Text

  private func text(_ values: AttributeValues) throws(ValueError) -> [UInt8] {
    let texts = try texts(values)
    guard vr.isMultiValued || texts.count < 2 else {
      throw ValueError(.tooManyValues, "\(vr.name) has one value.", vr: vr)
    }
    for (index, text) in texts.enumerated() {
      if options.checksRules {
        do throws(ValueError) {
          try ValueRules.check(text, vr)
        } catch {
          throw ValueError(error.code, error.reason, vr: vr, index: index)
        }
      } else if vr.isMultiValued, text.utf8.contains(0x5C) {
        throw ValueError(.invalidCharacter, "A backslash would separate values.", vr: vr, index: index)
      }
    }
    let set = vr.usesSpecificCharacterSet ? characterSet : .default
    let (encoded, missing) = set.encodeNoting(texts.joined(separator: "\\"), vr: vr)
    if let missing, options.unencodable != .isReplaced {
      let terms = set.terms.isEmpty ? "the default repertoire" : set.terms.joined(separator: "\\")
      let index = texts.firstIndex { $0.unicodeScalars.contains(missing) }
      throw ValueError(
        .notInCharacterSet, "The character set, \(terms), has no \"\(missing)\".", vr: vr, index: index)
    }
    return encoded.count % 2 == 1 ? encoded + [vr == .UI ? 0 : 0x20] : encoded
  }

  private func texts(_ values: AttributeValues) throws(ValueError) -> [String] {
    let fits: Bool
    switch values {
    case .texts: fits = true
    case .integers, .unsignedIntegers: fits = vr == .IS || vr == .DS
    case .doubles(let numbers):
      guard vr == .DS else { throw wrongKind("floating point numbers") }
      var texts: [String] = []
      for (index, number) in numbers.enumerated() {
        guard let decimal = DecimalString(number) else {
          throw ValueError(.outOfRange, "A decimal string cannot be \(number).", vr: vr, index: index)
        }
        texts.append(decimal.text)
      }
      return texts
    case .decimals: fits = vr == .DS
    case .uids: fits = vr == .UI
    case .personNames: fits = vr == .PN
    case .dates: fits = vr == .DA || vr == .DT
    case .times: fits = vr == .TM
    case .dateTimes: fits = vr == .DT
    case .ages: fits = vr == .AS
    case .tags, .bytes, .items: fits = false
    }
    guard fits, let texts = values.texts else { throw wrongKind("these values") }
    return texts
  }

  // MARK: Numbers

  private func binary(_ values: AttributeValues) throws(ValueError) -> [UInt8] {
    var writer = NumberWriter(vr: vr, byteOrder: byteOrder)
    switch values {
    case .integers(let numbers): try each(numbers) { writer.append($0) }
    case .unsignedIntegers(let numbers): try each(numbers) { writer.append($0) }
    case .doubles(let numbers): try each(numbers) { writer.append($0) }
    case .tags(let tags):
      guard vr == .AT else { throw wrongKind("tags") }
      for tag in tags { writer.append(tag) }
    case .texts(let texts):
      guard vr != .OB, vr != .UN, vr != .SQ else { throw wrongKind("text") }
      for (index, text) in texts.enumerated() where !text.isEmpty || texts.count > 1 {
        guard writer.append(text) else {
          throw ValueError(.malformed, "\"\(text)\" is no value of \(vr.name).", vr: vr, index: index)
        }
      }
    default: throw wrongKind("these values")
    }
    return writer.bytes
  }

  private func each<Number>(_ numbers: [Number], _ append: (Number) -> Bool) throws(ValueError) {
    guard vr != .SQ, vr != .UN, vr != .AT else { throw wrongKind("numbers") }
    for (index, number) in numbers.enumerated() where !append(number) {
      throw ValueError(.outOfRange, "\(number) does not fit \(vr.name).", vr: vr, index: index)
    }
  }

  private func wrongKind(_ kind: String) -> ValueError {
    ValueError(.wrongKind, "\(vr.name) does not hold \(kind).", vr: vr)
  }
}
