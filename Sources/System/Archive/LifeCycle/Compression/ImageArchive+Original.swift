// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMCore
import DICOMFile

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
      var corrected = head
      if let change = instance.change {
        try change.apply(to: &dataSet)
        corrected = try restoration.encoded(dataSet)
      }
      return OutgoingObject(
        head: ByteSlice(corrected), rest: pixelDataOffset..<location.length, restoration: restoration,
        restoredCount: form.dataSetLength - Int64(head.count))
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
