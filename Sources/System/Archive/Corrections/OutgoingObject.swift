// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMCore
import DICOMFile

/// The data set of a stored instance as it goes out: a header that corrections changed, in memory, and the range of
/// the stored file behind it, as it is.
public struct OutgoingObject: Sendable {
  /// What goes out in place of the stored header; empty where that goes out as it is.
  public let head: ByteSlice
  /// Counted from the first byte of the stored Part 10 file.
  public let rest: Range<Int64>
  /// Makes of the rest what it was before it was compressed at rest; nil where it goes out as it is.
  let restored: RestoredRest?

  init(head: ByteSlice, rest: Range<Int64>, restored: RestoredRest? = nil) {
    self.head = head
    self.rest = rest
    self.restored = restored
  }

  /// Bytes of the data set.
  public var count: Int64 { Int64(head.count) + (restored?.count ?? Int64(rest.count)) }
}

extension ImageArchive {
  /// What of an instance goes out. Only the header is read, and only where it was corrected.
  public func outgoing(_ instance: StoredInstance) throws -> OutgoingObject {
    let location = instance.location
    guard let change = instance.change else {
      return OutgoingObject(head: .empty, rest: location.dataSetOffset..<location.length)
    }
    let end = location.pixelDataOffset ?? location.length
    let stored = try readAll(location, from: location.dataSetOffset, count: end - location.dataSetOffset)
    let syntax = TransferSyntax(instance.transferSyntax)
    var dataSet = try DataSetReader.read(
      stored, transferSyntax: syntax, options: ReadOptions(interpretsUN: false))
    try change.apply(to: &dataSet)
    let head = try DataSetWriter.write(dataSet, transferSyntax: syntax)
    return OutgoingObject(head: ByteSlice(head), rest: end..<location.length)
  }

  /// Gives the data set in pieces, several at once where they are there.
  public func readTogether(
    _ object: OutgoingObject, of instance: StoredInstance, _ pieces: ([UnsafeRawBufferPointer]) throws -> Void
  ) throws {
    if !object.head.isEmpty { try object.head.withUnsafeBytes { try pieces([$0]) } }
    if let restored = object.restored { return try read(restored, object.rest, instance.location) { try pieces([$0]) } }
    try readTogether(instance.location, from: object.rest.lowerBound, count: Int64(object.rest.count), pieces)
  }

  /// The data set as one piece of memory, corrected.
  public func outgoingDataSet(of instance: StoredInstance) throws -> ByteSlice {
    let object = try outgoing(instance)
    let rest = try readAll(instance.location, from: object.rest.lowerBound, count: Int64(object.rest.count))
    return object.head.isEmpty ? rest : ByteSlice(object.head.array + rest.array)
  }
}
