// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile

/// Writes the model of a file as the file is read, in JSON or XML.
struct ModelStream {
  /// How the model is written.
  enum Syntax { case json, xml }

  let syntax: Syntax
  var options = ModelEncodingOptions()
  /// Root elements that are written; empty for all. Specific Character Set goes along, so that text is understood.
  var selected: Set<Tag> = []
  /// Group 0002 is written too, which belongs into no model that is exchanged (PS3.18 §F.2.1).
  var includesMeta = false

  /// Writes one file.
  /// - Parameters:
  ///   - output: takes the text in parts.
  ///   - bulkData: takes pieces of values that are behind a URI.
  func write(
    _ file: String, to output: ([UInt8]) throws -> Void,
    bulkData: (_ uri: String, _ bytes: ByteSlice, _ isLast: Bool) throws -> Void = { _, _, _ in }
  ) throws {
    let source = try FileBytes(file)
    let first = try source.next() ?? .empty
    let header = try Part10Header.parse(first)
    var encoder: any ModelTokenEncoder =
      syntax == .json ? DICOMJSON.Encoder(options: options) : DICOMXML.Encoder(options: options)
    if includesMeta { encoder.consume(header.meta) }
    var reader = TokenReader(
      transferSyntax: header.transferSyntax, options: ReadOptions(interpretsUN: true), offset: header.dataSetOffset)
    reader.feed(first[header.dataSetOffset..<first.count])
    var selection = RootSelection(tags: selected)
    var isFinished = false
    while true {
      while let token = try reader.next() {
        guard selection.takes(token) else { continue }
        try encoder.consume(token, byteOrder: reader.byteOrder, bulkData: bulkData)
      }
      try output(encoder.takeBytes())
      if reader.isAtEnd || isFinished { break }
      if let piece = try source.next() {
        reader.feed(piece)
      } else {
        reader.finish()
        isFinished = true
      }
    }
    try output(encoder.finish())
  }
}

/// Chooses root elements by their tags, with all that is in them.
private struct RootSelection {
  let tags: Set<Tag>
  private var depth = 0
  private var isChosen = false

  init(tags: Set<Tag>) { self.tags = tags.isEmpty ? [] : tags.union([.specificCharacterSet]) }

  mutating func takes(_ token: Token) -> Bool {
    if tags.isEmpty { return true }
    switch token {
    case .element(let header):
      if depth == 0 { isChosen = tags.contains(header.tag) }
    case .sequenceStart(let header), .fragmentsStart(let header):
      if depth == 0 { isChosen = tags.contains(header.tag) }
      depth += 1
    case .sequenceEnd, .fragmentsEnd: depth -= 1
    case .value, .itemStart, .itemEnd, .fragment: break
    }
    return isChosen
  }
}
