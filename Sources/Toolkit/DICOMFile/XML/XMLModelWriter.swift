// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Writes the Native DICOM Model (PS3.19 §A.1).
struct XMLModelWriter: ModelWriter {
  static let namesPrivateCreators = true

  /// The elements of a component group, in the order of the components of a name (PS3.5 §6.2.1).
  static let components = ["FamilyName", "GivenName", "MiddleName", "NamePrefix", "NameSuffix"]
  static let groups = ["Alphabetic", "Ideographic", "Phonetic"]
  static let namespace = "http://dicom.nema.org/PS3.19/models/NativeDICOM"

  private var text = XMLText()

  mutating func takeBytes() -> [UInt8] { text.takeBytes() }

  mutating func startDocument() {
    text.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
    text.start("NativeDicomModel")
    text.attribute("xmlns", Self.namespace)
    text.attribute("xml:space", "preserve")
  }

  mutating func endDocument() {
    text.raw("\n")
    text.end("NativeDicomModel")
    text.raw("\n")
  }

  /// The block number of a private element is left out, where its creator tells the block.
  mutating func startElement(_ tag: Tag, _ vr: VR, privateCreator: String?) {
    text.raw("\n")
    text.start("DicomAttribute")
    text.attribute(
      "tag", (privateCreator == nil ? tag : Tag(tag.group, tag.element & 0x00FF)).hexadecimal)
    text.attribute("vr", vr.name)
    if let privateCreator { text.attribute("privateCreator", privateCreator) }
    if !tag.isPrivate, let entry = DataDictionary.entry(for: tag), !entry.keyword.isEmpty {
      text.attribute("keyword", entry.keyword)
    }
  }

  mutating func endElement() { text.end("DicomAttribute") }

  mutating func startItem(_ number: Int) {
    text.raw("\n")
    text.start("Item")
    text.attribute("number", String(number))
  }

  mutating func endItem() { text.end("Item") }

  mutating func reference(_ uri: String) {
    text.start("BulkData")
    text.attribute("uri", uri)
    text.end("BulkData")
  }

  mutating func binary(_ bytes: UnsafeRawBufferPointer, isFirst: Bool, isLast: Bool) {
    if isFirst { text.start("InlineBinary") }
    text.base64(bytes)
    if isLast { text.end("InlineBinary") }
  }

  mutating func values(_ value: ModelValue) {
    switch value.vr {
    case .AT: write(value.tags.map(\.hexadecimal))
    case .FL: write(value.floats.map { Self.number(Double($0), "\($0)") })
    case .FD: write(value.doubles.map { Self.number($0, "\($0)") })
    case .SS, .US, .SL, .UL, .SV, .UV: write(value.integers.map { String($0) })
    case .PN: writeNames(value.texts)
    default:
      let texts = value.texts
      if !texts.allSatisfy(\.isEmpty) { write(texts) }
    }
  }

  private mutating func write(_ texts: [String]) {
    for (index, each) in texts.enumerated() {
      text.start("Value")
      text.attribute("number", String(index + 1))
      if !each.isEmpty { text.text(each) }
      text.end("Value")
    }
  }

  private mutating func writeNames(_ texts: [String]) {
    // A name of delimiters alone has no component.
    let names = texts.map { $0.utf8.allSatisfy { $0 == 0x3D || $0 == 0x5E } ? "" : $0 }
    if names.allSatisfy(\.isEmpty) { return }
    for (index, name) in names.enumerated() {
      text.start("PersonName")
      text.attribute("number", String(index + 1))
      let groups = name.split(separator: "=", maxSplits: 2, omittingEmptySubsequences: false)
      for (element, group) in zip(Self.groups, groups) where !group.isEmpty {
        text.start(element)
        let components = group.split(
          separator: "^", maxSplits: Self.components.count - 1, omittingEmptySubsequences: false)
        for (element, component) in zip(Self.components, components) where !component.isEmpty {
          text.start(element)
          text.text(component)
          text.end(element)
        }
        text.end(element)
      }
      text.end("PersonName")
    }
  }

  /// NaN and infinities as XML Schema writes them.
  private static func number(_ value: Double, _ text: String) -> String {
    if value.isFinite { return text.hasSuffix(".0") ? String(text.dropLast(2)) : text }
    return value.isNaN ? "NaN" : value > 0 ? "INF" : "-INF"
  }
}
