// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Makes data sets of the Native DICOM Model (PS3.19 §A.1), without recursion.
struct XMLModelDecoder {
  /// Values that a number may leave out; a text of some bytes cannot ask for millions of empty ones.
  static let largestGap = 256

  /// The data set that is read, or an item.
  private struct Frame {
    var dataSet = DataSet(inheritedCharacterSet: .utf8)
    var elements: [DataElement] = []
    var statesCharacterSet = false
    let path: AttributePathText
    var element: Element?
  }

  /// A `DicomAttribute` that is open.
  private struct Element {
    let tag: Tag
    let vr: VR
    var texts: [String] = []
    var items: [DataSet] = []
    var base64: String?
    var reference: String?
    var name = PersonNameText()
  }

  private let options: ModelDecodingOptions
  private var reader: XMLReader
  private var frames = [Frame(path: .root)]
  // The innermost element of the model that has text.
  private var text: String?

  init(_ bytes: UnsafeBufferPointer<UInt8>, options: ModelDecodingOptions) {
    self.options = options
    // An attribute and an item are two steps, a name has three more.
    reader = XMLReader(bytes, depth: 2 * options.depth + 6)
  }

  mutating func dataSet() throws(ReadError) -> DataSet {
    guard case .start("NativeDicomModel", _)? = try reader.next() else {
      throw reader.failure("The root is no NativeDicomModel.")
    }
    while let event = try reader.next() {
      switch event {
      case .start(let name, let attributes): try start(name, attributes)
      case .text(let text): if self.text != nil { self.text?.append(text) }
      case .end(let name): try end(name)
      }
    }
    return finished(frames[0])
  }

  private func finished(_ frame: Frame) -> DataSet {
    ModelElement.dataSet(frame.elements, statesCharacterSet: frame.statesCharacterSet)
  }

  private mutating func start(_ name: String, _ attributes: [XMLReader.Attribute]) throws(ReadError) {
    let top = frames.count - 1
    if name == "DicomAttribute" {
      guard frames[top].element == nil else { throw failure("An attribute stands in another one.") }
      frames[top].element = try element(attributes)
      return
    }
    guard let element = frames[top].element else { throw failure("\(name) stands outside an attribute.") }
    switch name {
    case "Item":
      guard element.vr == .SQ else { throw failure("An item stands in \(element.vr.name).") }
      guard frames.count <= options.depth else {
        throw failure("Sequences are nested deeper than \(options.depth).", code: .limitExceeded)
      }
      let path = frames[top].path.item(element.tag, element.items.count)
      frames.append(Frame(path: path))
    case "Value", "PersonName":
      let texts = try padded(element.texts, attributes)
      frames[top].element?.texts = texts
      text = ""
      frames[top].element?.name = PersonNameText()
    case "BulkData":
      guard let uri = attributes.first(where: { $0.name == "uri" || $0.name == "uuid" })?.value else {
        throw failure("BulkData has neither uri nor uuid.")
      }
      frames[top].element?.reference = uri
    case "InlineBinary": text = ""
    case "Alphabetic", "Ideographic", "Phonetic": frames[top].element?.name.startGroup(name)
    case _ where XMLModelWriter.components.contains(name): text = ""
    default: throw failure("\(name) is no part of the model.")
    }
  }

  private mutating func end(_ name: String) throws(ReadError) {
    let text = self.text ?? ""
    let top = frames.count - 1
    switch name {
    case "DicomAttribute":
      if let element = frames[top].element { try close(element) }
      frames[top].element = nil
    case "Item":
      let item = finished(frames.removeLast())
      frames[frames.count - 1].element?.items.append(item)
    case "Value":
      frames[top].element?.texts.append(text)
      self.text = nil
    case "PersonName":
      let name = frames[top].element?.name.text ?? ""
      frames[top].element?.texts.append(name)
      self.text = nil
    case "InlineBinary":
      frames[top].element?.base64 = text
      self.text = nil
    case _ where XMLModelWriter.components.contains(name):
      frames[top].element?.name.add(name, text)
      self.text = nil
    default: break
    }
  }

  /// Supplies the empty values that a number leaves out.
  private func padded(_ texts: [String], _ attributes: [XMLReader.Attribute]) throws(ReadError) -> [String] {
    guard let number = attributes.first(where: { $0.name == "number" })?.value else { return texts }
    guard let number = Int(number), number > texts.count, number - texts.count <= Self.largestGap else {
      throw failure("The numbers of values do not ascend.")
    }
    return texts + [String](repeating: "", count: number - texts.count - 1)
  }

  private mutating func element(_ attributes: [XMLReader.Attribute]) throws(ReadError) -> Element {
    var tag: Tag?
    var vr: VR?
    var creator: String?
    for attribute in attributes {
      switch attribute.name {
      case "tag": tag = attribute.value.utf8.count == 8 ? Tag(hexadecimal: attribute.value) : nil
      case "vr":
        vr = VR(attribute.value)
        if vr == nil { throw failure("\(attribute.value.prefix(16)) is no VR.") }
      case "privateCreator": creator = attribute.value
      case "keyword": if tag == nil { tag = DataDictionary.tag(keyword: attribute.value) }
      default: break
      }
    }
    guard var tag else { throw failure("An attribute has no tag.") }
    let top = frames.count - 1
    if let creator, tag.isPrivate, tag.element < 0x1000 {
      guard let block = frames[top].dataSet.reservePrivateBlock(group: tag.group, creator: creator) else {
        throw failure("No private block is left for \(creator.prefix(64)).")
      }
      if let element = frames[top].dataSet[block.creatorTag],
        !frames[top].elements.contains(where: { $0.tag == block.creatorTag })
      {
        frames[top].elements.append(element)
      }
      tag = block.tag(UInt8(truncatingIfNeeded: tag.element))
    }
    return Element(tag: tag, vr: vr ?? DataDictionary.vr(for: tag) ?? .UN)
  }

  private mutating func close(_ open: Element) throws(ReadError) {
    let tag = open.tag
    let top = frames.count - 1
    let path = frames[top].path
    // What is in the text is UTF-8, whatever the source was.
    guard tag != .specificCharacterSet else {
      frames[top].statesCharacterSet = true
      return
    }
    let element: DataElement
    if let base64 = open.base64 {
      element = try ModelElement.of(
        base64: base64, tag: tag, vr: open.vr, code: .invalidXML, path: path.element(tag))
    } else if let reference = open.reference {
      element = ModelElement.of(try options.bulkData(reference), tag: tag, vr: open.vr)
    } else if open.vr == .SQ {
      element = DataElement(tag: tag, vr: .SQ, value: .items(open.items))
    } else {
      element = try ModelElement.of(open.texts, tag: tag, vr: open.vr, code: .invalidXML, path: path.element(tag))
    }
    if tag.isPrivateCreator { frames[top].dataSet.set(element) }
    frames[top].elements.append(element)
  }

  private func failure(_ reason: String, code: ReadError.Code = .invalidXML) -> ReadError {
    let frame = frames[frames.count - 1]
    let path = frame.element.map { frame.path.element($0.tag) } ?? frame.path.text
    return ReadError(code, "XML: \(reason)", offset: reader.offset, path: path)
  }
}

/// A person name put together of its components.
private struct PersonNameText {
  private var groups: [[String]] = [[], [], []]
  private var group = 0

  mutating func startGroup(_ name: String) { group = XMLModelWriter.groups.firstIndex(of: name) ?? 0 }

  mutating func add(_ component: String, _ text: String) {
    guard let index = XMLModelWriter.components.firstIndex(of: component) else { return }
    while groups[group].count <= index { groups[group].append("") }
    groups[group][index] = text
  }

  var text: String {
    let texts = groups.map { $0.joined(separator: "^") }
    let count = (texts.lastIndex { !$0.isEmpty } ?? 0) + 1
    return texts.prefix(count).joined(separator: "=")
  }
}
