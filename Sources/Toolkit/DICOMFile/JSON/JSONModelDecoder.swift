// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Makes data sets of the DICOM JSON model (PS3.18 §F.2), without recursion.
struct JSONModelDecoder {
  /// A data set under construction.
  private struct Frame {
    let members: [JSONValue.Member]
    let path: AttributePathText
    var next = 0
    var elements: [DataElement] = []
    var statesCharacterSet = false
    // The sequence that is open in it.
    var sequence: Tag?
    var items: [JSONValue] = []
    var read: [DataSet] = []
  }

  let options: ModelDecodingOptions

  func dataSet(of json: JSONValue) throws(ReadError) -> DataSet {
    var frames = [try frame(json, .root)]
    while true {
      let top = frames.count - 1
      if let tag = frames[top].sequence {
        let index = frames[top].read.count
        if index < frames[top].items.count {
          frames.append(try frame(frames[top].items[index], frames[top].path.item(tag, index)))
        } else {
          frames[top].elements.append(DataElement(tag: tag, vr: .SQ, value: .items(frames[top].read)))
          frames[top].sequence = nil
        }
      } else if frames[top].next < frames[top].members.count {
        frames[top].next += 1
        try member(frames[top].members[frames[top].next - 1], &frames[top])
      } else {
        let frame = frames.removeLast()
        let dataSet = ModelElement.dataSet(frame.elements, statesCharacterSet: frame.statesCharacterSet)
        guard !frames.isEmpty else { return dataSet }
        frames[top - 1].read.append(dataSet)
      }
    }
  }

  private func frame(_ json: JSONValue, _ path: AttributePathText) throws(ReadError) -> Frame {
    if json == .null, path.isInItem { return Frame(members: [], path: path) }
    guard let members = json.members else { throw failure("A data set is a JSON object.", path.text) }
    return Frame(members: members, path: path)
  }

  private func member(_ member: JSONValue.Member, _ frame: inout Frame) throws(ReadError) {
    guard member.name.utf8.count == 8, let tag = Tag(hexadecimal: member.name) else {
      throw failure("\(member.name.prefix(64)) is no tag.", frame.path.text)
    }
    // What is in the text is UTF-8, whatever the source was.
    guard tag != .specificCharacterSet else {
      frame.statesCharacterSet = true
      return
    }
    let json = member.value
    let vr = try vr(json, tag, frame.path)
    if let base64 = json["InlineBinary"]?.string {
      frame.elements.append(
        try ModelElement.of(base64: base64, tag: tag, vr: vr, code: .invalidJSON, path: frame.path.element(tag)))
    } else if let uri = json["BulkDataURI"]?.string {
      frame.elements.append(ModelElement.of(try options.bulkData(uri), tag: tag, vr: vr))
    } else if vr == .SQ {
      frame.sequence = tag
      frame.items = json["Value"]?.array ?? []
      frame.read = []
    } else {
      var texts: [String] = []
      for value in json["Value"]?.array ?? [] { texts.append(try text(value, vr, tag, frame.path)) }
      frame.elements.append(
        try ModelElement.of(texts, tag: tag, vr: vr, code: .invalidJSON, path: frame.path.element(tag)))
    }
  }

  private func vr(_ json: JSONValue, _ tag: Tag, _ path: AttributePathText) throws(ReadError) -> VR {
    guard json.members != nil else { throw failure("An attribute is a JSON object.", path.element(tag)) }
    guard let name = json["vr"]?.string else { return DataDictionary.vr(for: tag) ?? .UN }
    guard let vr = VR(name) else { throw failure("\(name.prefix(16)) is no VR.", path.element(tag)) }
    return vr
  }

  private func text(_ value: JSONValue, _ vr: VR, _ tag: Tag, _ path: AttributePathText) throws(ReadError) -> String {
    switch value {
    case .null where vr.isText: return ""
    case .number(let text): return vr == .DS ? ModelElement.decimal(text) : text
    case .string(let text): return text
    case .object where vr == .PN:
      let groups = ["Alphabetic", "Ideographic", "Phonetic"].map { value[$0]?.string ?? "" }
      let count = (groups.lastIndex { !$0.isEmpty } ?? 0) + 1
      return groups.prefix(count).joined(separator: "=")
    default: throw failure("This is no value of \(vr.name).", path.element(tag))
    }
  }

  private func failure(_ reason: String, _ path: String) -> ReadError {
    ReadError(.invalidJSON, reason, path: path)
  }
}
