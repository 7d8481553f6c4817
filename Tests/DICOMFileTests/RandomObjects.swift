// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMTestKit

import struct DICOMCore.Tag

/// Random data sets with what real ones have: values that follow the rules of their VR, text in declared character
/// sets, private blocks, sequences of every form, pixel data. The same ones for the same seed.
struct RandomObjects {
  private var random: RandomDataSets

  init(seed: UInt64) { random = RandomDataSets(seed: seed) }

  /// Character sets and what can be written in them.
  private static let repertoires: [(terms: [String], letters: String)] = [
    ([], "abcXYZ 019"), (["ISO_IR 100"], "abcäöüßÉñ"), (["ISO_IR 144"], "абвЖЩЯxyz"), (["ISO_IR 192"], "aé漢김🩻Ω"),
    (["GB18030"], "王小東乗𠀀z"), (["GBK"], "王小东乗"), (["ISO_IR 13"], "ﾔﾏﾀﾞabc"), (["ISO_IR 166"], "กขคabc"),
    (["", "ISO 2022 IR 87"], "山田太郎やまだAB"), (["", "ISO 2022 IR 149"], "김희중洪吉洞AB"),
    (["ISO 2022 IR 13", "ISO 2022 IR 87", "ISO 2022 IR 159"], "ﾔﾏ山田丂AB"),
    (["ISO 2022 IR 100", "ISO 2022 IR 144", "ISO 2022 IR 126"], "éäЛЖΑΩab"), (["", "ISO 2022 IR 58"], "张小东AB"),
  ]

  private static let attributes: [VR: [Tag]] = {
    var attributes: [VR: [Tag]] = [:]
    for entry in DataDictionary.all
    where entry.vrs.count == 1 && (0x0008...0x4000).contains(entry.tag.group) && !entry.isRetired
      && entry.tag != .specificCharacterSet && entry.tag != .pixelRepresentation
    {
      attributes[entry.vr, default: []].append(entry.tag)
    }
    return attributes
  }()

  mutating func number(below limit: Int) -> Int { random.number(below: limit) }

  /// A data set with one attribute of every VR at the root, and with pixel data in fragments or without.
  mutating func object(hasFragments: Bool) throws -> DataSet {
    let repertoire = Self.repertoires[number(below: Self.repertoires.count)]
    var dataSet = DataSet()
    if !repertoire.terms.isEmpty { dataSet.set(.specificCharacterSet, .CS, repertoire.terms) }
    try fill(&dataSet, repertoire.letters, depth: 0)
    for vr in VR.allCases { try add(vr, to: &dataSet, repertoire.letters, depth: 3) }
    if hasFragments {
      let fragments = (0..<number(below: 4)).map { _ in ByteSlice(bytes(2 * number(below: 40))) }
      dataSet.set(DataElement(tag: .pixelData, vr: .OB, value: .fragments([.empty] + fragments)))
    } else {
      try dataSet.set(.pixelData, .OW, to: .bytes(ByteSlice(bytes(2 * number(below: 200)))))
    }
    return dataSet
  }

  private mutating func fill(_ dataSet: inout DataSet, _ letters: String, depth: Int) throws {
    for _ in 0...number(below: 6) {
      try add(VR.allCases[number(below: VR.allCases.count)], to: &dataSet, letters, depth: depth)
    }
    guard let block = dataSet.reservePrivateBlock(group: 0x0009, creator: "MARTLET \(number(below: 5))") else { return }
    for element in 0..<UInt8(number(below: 6)) {
      let vr = VR.allCases[number(below: VR.allCases.count)]
      try dataSet.set(block.tag(element), vr, to: values(vr, letters, dataSet, depth: depth))
    }
  }

  private mutating func add(_ vr: VR, to dataSet: inout DataSet, _ letters: String, depth: Int) throws {
    let tags = Self.attributes[vr] ?? [Tag(0x0011, 0x1000 + UInt16(vr.rawValue & 0xFF))]
    let tag = tags[number(below: tags.count)]
    let values = try values(vr, letters, dataSet, depth: depth)
    guard case .items(let items) = values else { return try dataSet.set(tag, vr, to: values) }
    dataSet.set(
      DataElement(
        tag: tag, vr: .SQ, value: .items(items), length: number(below: 2) == 0 ? 0 : DataElement.undefinedLength))
  }

  private mutating func values(
    _ vr: VR, _ letters: String, _ parent: DataSet, depth: Int
  ) throws -> AttributeValues {
    if number(below: 8) == 0 { return vr == .SQ ? .items([]) : .empty }
    let count = vr.isMultiValued || vr.unitSize > 1 ? 1 + number(below: 3) : 1
    switch vr {
    case .SQ:
      var items: [DataSet] = []
      for _ in 0..<(depth < 3 ? number(below: 3) : 0) {
        var item = DataSet(inheritedCharacterSet: parent.characterSet)
        item.itemLength = number(below: 2) == 0 ? 0 : DataElement.undefinedLength
        try fill(&item, letters, depth: depth + 1)
        items.append(item)
      }
      return .items(items)
    case .OB, .OW, .OL, .OF, .OD, .OV, .UN: return .bytes(ByteSlice(bytes(max(vr.unitSize, 2) * count)))
    case .AT: return .tags((0..<count).map { _ in Tag(rawValue: UInt32(number(below: 1 << 32))) })
    case .US, .UL, .UV: return .integers((0..<count).map { _ in number(below: 1 << 16) })
    case .SS, .SL, .SV: return .integers((0..<count).map { _ in number(below: 1 << 16) - 1 << 15 })
    case .FL, .FD: return .doubles((0..<count).map { _ in Double(number(below: 1000)) / 8 - 60 })
    default: return .texts((0..<count).map { _ in text(vr, letters) })
    }
  }

  private mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(number(below: 256)) } }

  private mutating func text(_ vr: VR, _ letters: String) -> String {
    func two(_ limit: Int) -> String { String(100 + number(below: limit)).suffix(2).description }
    switch vr {
    case .AS: return String(1000 + number(below: 1000)).dropFirst() + "Y"
    case .DA: return "20\(two(99))0\(1 + number(below: 9))1\(number(below: 9))"
    case .TM: return "1\(number(below: 9))\(two(60))\(two(60)).\(number(below: 999_999))"
    case .DT: return "20\(two(99))0101\(two(24))\(two(60))+0100"
    case .DS: return DecimalString(Double(number(below: 1_000_000)) / 7)?.text ?? "0"
    case .IS: return String(number(below: 1 << 20))
    case .UI: return "1.2.\(number(below: 1 << 30))"
    case .UR: return "https://example.org/\(number(below: 1000))"
    case .AE, .CS: return "A_\(number(below: 1000))"
    case .PN: return "A^B=\(word(letters))^\(word(letters))=\(word(letters))"
    default: return word(letters)
    }
  }

  /// Begins and ends with a letter, since spaces there are padding.
  private mutating func word(_ letters: String) -> String {
    let letters = Array(letters)
    var word = String((0..<number(below: 8)).map { _ in letters[number(below: letters.count)] })
    while word.hasPrefix(" ") { word.removeFirst() }
    return "x" + word + "y"
  }
}
