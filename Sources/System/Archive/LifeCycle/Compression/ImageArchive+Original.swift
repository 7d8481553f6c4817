// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMCore
import DICOMFile

/// What is behind the header of a data set, as it was before it was compressed at rest.
struct RestoredRest: Sendable {
  let restoration: ReversibleRestoration
  /// Bytes of it.
  let count: Int64
  /// CRC-32C of the header as received, and of the whole data set.
  let headChecksum: UInt32
  let checksum: UInt32
}

extension ImageArchive {
  /// Gives the data set of a stored file as it was received, in pieces, whether it was compressed at rest or not.
  func readReceived(_ location: StoredLocation, _ piece: (UnsafeRawBufferPointer) throws -> Void) throws {
    guard let form = location.original, let pixelDataOffset = location.pixelDataOffset else {
      return try read(
        location, from: location.dataSetOffset, count: location.length - location.dataSetOffset, piece)
    }
    let file = try readAll(location)
    let header = try Part10Header.parse(file)
    try Self.translating(location) {
      try ReversibleRestoration(to: form.native, from: header.transferSyntax).run(
        file[header.dataSetOffset..<file.count], pixelDataOffset: Int(pixelDataOffset) - header.dataSetOffset, piece)
    }
  }

  /// Compares two data sets as they were received, byte by byte.
  func isRestoredIdentical(_ one: StoredLocation, _ other: StoredLocation) throws -> Bool {
    guard one.dataSetLength == other.dataSetLength else { return false }
    var left: [UInt8] = []
    left.reserveCapacity(Int(one.dataSetLength))
    try readReceived(one) { left.append(contentsOf: $0) }
    var position = 0
    var isEqual = true
    let bytes = ByteSlice(left)
    try readReceived(other) { piece in
      let end = position + piece.count
      isEqual = isEqual && end <= bytes.count && bytes[position..<min(end, bytes.count)] == ByteSlice(copying: piece)
      position = end
    }
    return isEqual && position == bytes.count
  }

  /// The data set of an instance in the form in which it was received, as corrections make it: without corrections the
  /// very bytes that came, also where they were compressed at rest.
  public func original(_ instance: StoredInstance) throws -> OutgoingObject {
    let location = instance.location
    guard let form = location.original, let pixelDataOffset = location.pixelDataOffset else {
      return try outgoing(instance)
    }
    let stored = try readAll(location, from: location.dataSetOffset, count: pixelDataOffset - location.dataSetOffset)
    return try Self.translating(location) {
      let restoration = ReversibleRestoration(to: form.native, from: TransferSyntax(instance.transferSyntax))
      var dataSet = try ReversibleRestoration.read(stored)
      let isPlain = form.transferSyntax == TransferSyntax.explicitVRLittleEndian.uid
      let head = isPlain ? stored.array : try restoration.encoded(dataSet)
      let restored = RestoredRest(
        restoration: restoration, count: form.dataSetLength - Int64(head.count),
        headChecksum: head.withUnsafeBytes { store.checksum(of: $0, following: 0) },
        checksum: instance.dataSetChecksum)
      var corrected = head
      if let change = instance.change {
        try change.apply(to: &dataSet)
        corrected = try restoration.encoded(dataSet)
      }
      return OutgoingObject(
        head: ByteSlice(corrected), rest: pixelDataOffset..<location.length, restored: restored)
    }
  }

  /// Gives what is behind the header. The last piece is given only where length and checksum of the whole are those of
  /// what was received.
  func read(
    _ restored: RestoredRest, _ range: Range<Int64>, _ location: StoredLocation,
    _ piece: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let head = try readAll(location, from: location.dataSetOffset, count: range.lowerBound - location.dataSetOffset)
    let rest = try readAll(location, from: range.lowerBound, count: Int64(range.count))
    var left = restored.count
    var checksum = restored.headChecksum
    try Self.translating(location) {
      try restored.restoration.pixelData(rest, of: try ReversibleRestoration.read(head)) { bytes in
        left -= Int64(bytes.count)
        checksum = store.checksum(of: bytes, following: checksum)
        guard left > 0 || left == 0 && checksum == restored.checksum else {
          throw CodecError(.mismatch, "the data set is not the one that was received")
        }
        try piece(bytes)
      }
      guard left == 0 else { throw CodecError(.mismatch, "\(left) bytes are missing") }
    }
  }

  /// The same as one piece of memory.
  public func originalDataSet(of instance: StoredInstance) throws -> [UInt8] {
    var bytes: [UInt8] = []
    let object = try original(instance)
    bytes.reserveCapacity(Int(object.count))
    try readTogether(object, of: instance) { for piece in $0 { bytes.append(contentsOf: piece) } }
    return bytes
  }

  /// What a codec does not understand was damaged.
  static func translating<Value>(_ location: StoredLocation, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as CodecError {
      throw ArchiveError(
        .damaged, "what was compressed does not come back: \(error)", file: location.file, offset: location.offset)
    }
  }
}
