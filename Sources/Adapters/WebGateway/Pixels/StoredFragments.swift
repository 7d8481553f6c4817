// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMFile
import HTTPTypes

/// Where the items of encapsulated pixel data stand in their file (PS3.5 §A.4), found by their headers alone: no pixel
/// is read.
struct StoredFragments: Sendable {
  /// The items, the Basic Offset Table first; positions count from the file's first byte.
  private(set) var items: [Range<Int64>] = []
  /// Position behind the sequence delimiter.
  private(set) var end: Int64

  /// The items without the offset table.
  var fragments: ArraySlice<Range<Int64>> { items.dropFirst() }

  /// More items than any object of sense has.
  static let maximumItems = 4_000_000
  /// Bytes that are read at once.
  private static let window: Int64 = 4096

  /// - Parameter start: of the first item's header.
  init(_ instance: StoredInstance, from start: Int64, archive: ImageArchive) throws {
    let location = instance.location
    var position = start
    var (base, bytes) = (start, ByteSlice.empty)
    end = location.length
    while position + 8 <= location.length {
      if position + 8 > base + Int64(bytes.count) {
        base = position
        bytes = try archive.readAll(location, from: base, count: min(Self.window, location.length - base))
      }
      let at = Int(position - base)
      let header = (0..<8).map { UInt32(bytes[at + $0]) }
      guard header[0] == 0xFE, header[1] == 0xFF, header[3] == 0xE0 else { break }
      let length = Int64(header[4] | header[5] << 8 | header[6] << 16 | header[7] << 24)
      position += 8
      if header[2] == 0xDD {
        end = position
        return
      }
      guard header[2] == 0x00, position + length <= location.length, items.count < Self.maximumItems else { break }
      items.append(position..<position + length)
      position += length
    }
    throw Problem(.unprocessableContent, "The stored pixel data cannot be walked over: it is damaged at \(position).")
  }
}

extension ImageArchive {
  /// The largest tail behind the pixel data that is read.
  private static var largestTail: Int64 { 64 << 20 }

  /// A data set without the pixels: what stands before the pixel data and what stands behind it. Two bytes stand for
  /// the value of the pixel data itself.
  /// - Parameter head: what a study file keeps of the instance beside it; without, the instance is read.
  func metadata(of instance: StoredInstance, _ head: SeriesHeads.Head? = nil) throws -> DataSet {
    if let head { return try metadata(of: instance, in: head) }
    var dataSet = try header(of: instance)
    guard let (element, valueOffset) = try pixelDataElement(of: instance) else { return dataSet }
    dataSet.set(Self.standIn(element))
    let location = instance.location
    let end =
      element.hasUndefinedLength
      ? try StoredFragments(instance, from: valueOffset, archive: self).end
      : valueOffset + Int64(element.length)
    guard end < location.length else { return dataSet }
    guard location.length - end <= Self.largestTail else {
      throw Problem(.contentTooLarge, "Behind the pixel data stand more bytes than are read for metadata.")
    }
    try add(readAll(location, from: end, count: location.length - end), of: instance, to: &dataSet)
    return dataSet
  }

  private func metadata(of instance: StoredInstance, in head: SeriesHeads.Head) throws -> DataSet {
    let location = instance.location
    guard let start = location.pixelDataOffset.map({ Int($0 - location.dataSetOffset) }) else {
      return try header(of: instance, in: head.front)
    }
    let reader = ElementReader(TransferSyntax(instance.transferSyntax))
    guard start <= head.front.count,
      let element = head.front[start..<head.front.count].withUnsafeBytes({
        reader.header($0, offset: 0, signed: false)
      })
    else { return try metadata(of: instance) }
    var dataSet = try header(of: instance, in: head.front[0..<start])
    dataSet.set(Self.standIn(element))
    if !head.back.isEmpty { try add(head.back, of: instance, to: &dataSet) }
    return dataSet
  }

  private static func standIn(_ element: ElementHeader) -> DataElement {
    DataElement(tag: element.tag, vr: element.vr == .UN ? .OW : element.vr, value: .bytes(ByteSlice([0, 0])))
  }

  /// Adds what stands behind the pixel data.
  private func add(_ tail: ByteSlice, of instance: StoredInstance, to dataSet: inout DataSet) throws {
    for element in try DataSetReader.read(tail, transferSyntax: TransferSyntax(instance.transferSyntax)).elements {
      dataSet.set(element)
    }
  }
}
