// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCodecs
import DICOMCore
import DICOMFile
import DICOMWeb
import NIOCore

/// A payload of stored files cut into pieces that are read, and sent, at once.
struct RetrievePieces {
  /// One piece: what stands before it, and where its bytes come from.
  struct Piece: Sendable {
    enum Source: Sendable {
      case stored(StoredLocation, from: Int64, count: Int64)
      /// All in front of what goes out as it is stored.
      case corrected(StoredInstance)
      case converted(RetrievePlan.Part)
    }

    let source: Source
    let head: [UInt8]

    /// Bytes that are read as they are stored; nil for what has to be made.
    var storedCount: Int64? {
      guard case .stored(_, _, let count) = source else { return nil }
      return count + Int64(head.count)
    }

    /// Reads, and where need be converts.
    func bytes(of archive: ImageArchive, on call: Call) async throws -> ByteBuffer {
      let head = head
      switch source {
      case .stored:
        return try await call.blocking {
          var buffer = ByteBuffer()
          try read(of: archive, into: &buffer)
          return buffer
        }
      case .corrected(let instance):
        return try await call.blocking {
          let meta = try archive.readAll(instance.location, count: instance.location.dataSetOffset)
          return ByteBuffer(bytes: head + meta.array + (try archive.outgoing(instance).head.array))
        }
      case .converted(let part):
        return ByteBuffer(bytes: head + (try await Self.convert(part, of: archive, on: call)))
      }
    }

    /// Adds bytes that go out as they are stored; blocks.
    func read(of archive: ImageArchive, into buffer: inout ByteBuffer) throws {
      guard case .stored(let location, let from, let count) = source else { return }
      buffer.writeBytes(head)
      try archive.read(location, from: from, count: count) { buffer.writeBytes($0) }
    }

    /// The instance as a Part 10 file in another transfer syntax.
    static func convert(_ part: RetrievePlan.Part, of archive: ImageArchive, on call: Call) async throws -> [UInt8] {
      let target = TransferSyntax(part.form.transferSyntax ?? part.instance.transferSyntax)
      let (instance, stored) = (part.instance, TransferSyntax(part.instance.transferSyntax))
      if target.uid == instance.receivedTransferSyntax {
        return try await call.blocking {
          FileMetaInformation.encode(
            sopClass: instance.identity.sopClass, sopInstance: instance.identity.instance, transferSyntax: target.uid)
            + (try archive.originalDataSet(of: instance))
        }
      }
      if NativeConversion.isPossible(from: stored, to: target) {
        return try await call.blocking {
          let dataSet = try archive.outgoingDataSet(of: instance)
          let meta = FileMetaInformation.encode(
            sopClass: instance.identity.sopClass, sopInstance: instance.identity.instance, transferSyntax: target.uid)
          return meta + (try NativeConversion.convert(dataSet, from: stored, to: target))
        }
      }
      let dataSet = try await call.blocking { try archive.dataSet(of: instance) }
      let image = try await Transcoder(to: target).transcode(dataSet, from: stored)
      return try await call.blocking {
        try DataSetWriter.writeFile(image.dataSet, transferSyntax: image.transferSyntax)
      }
    }
  }

  /// Bytes of a piece at the most, and of pieces that are read in one go.
  static let size: Int64 = 1 << 20
  static let batchSize: Int64 = 2 << 20

  private(set) var writer: MultipartWriter
  private let base: String
  private var parts: ArraySlice<RetrievePlan.Part>
  private let archive: ImageArchive
  private var ahead: ReadingAhead
  /// What is left of the file that is being cut.
  private var current: (location: StoredLocation, from: Int64, end: Int64)?
  /// A corrected file that is to be begun.
  private var corrected: StoredInstance?
  private var head: [UInt8] = []

  /// All parts of a multipart payload; `writer.end()` closes it.
  init(plan: RetrievePlan, writer: MultipartWriter, base: String, archive: ImageArchive) {
    self.writer = writer
    self.base = base
    self.archive = archive
    parts = plan.parts[...]
    ahead = ReadingAhead(plan.parts.map(\.instance), archive: archive)
  }

  /// A range of one file.
  init(_ location: StoredLocation, from start: Int64, count: Int64, after head: [UInt8], archive: ImageArchive) {
    writer = MultipartWriter()
    base = ""
    parts = []
    self.archive = archive
    ahead = ReadingAhead([], archive: archive)
    current = (location, start, start + count)
    self.head = head
  }

  /// One corrected file.
  init(corrected instance: StoredInstance, archive: ImageArchive) {
    writer = MultipartWriter()
    base = ""
    parts = []
    self.archive = archive
    ahead = ReadingAhead([], archive: archive)
    self.corrected = instance
  }

  /// Pieces that are read in one go, so that threads are not changed for each image.
  mutating func batch() -> [Piece] {
    var (pieces, count): ([Piece], Int64) = ([], 0)
    while count < Self.batchSize, let piece = next() {
      pieces.append(piece)
      guard let stored = piece.storedCount else { break }
      count += stored
    }
    return pieces
  }

  /// The bytes of a batch, in memory of what was sent before.
  static func bytes(
    of batch: [Piece], in memory: SentMemory, of archive: ImageArchive, on call: Call
  ) async throws -> ByteBuffer {
    let stored = batch.prefix { $0.storedCount != nil }
    let count = stored.reduce(0) { $0 + Int($1.storedCount ?? 0) }
    var buffer = try await call.blocking {
      var buffer = memory.buffer(of: count)
      for piece in stored { try piece.read(of: archive, into: &buffer) }
      return buffer
    }
    for piece in batch.dropFirst(stored.count) {
      buffer.writeImmutableBuffer(try await piece.bytes(of: archive, on: call))
    }
    return buffer
  }

  mutating func next() -> Piece? {
    if current == nil, let instance = corrected {
      corrected = nil
      let location = instance.location
      if let rest = location.pixelDataOffset { current = (location, rest, location.length) }
      defer { head = [] }
      return Piece(source: .corrected(instance), head: head)
    }
    if current == nil, let part = parts.popFirst() {
      ahead.next()
      let url = part.instance.path.url(base: base)
      guard part.isStored else {
        // Its length is not known before it is made: the part goes without one.
        return Piece(
          source: .converted(part), head: writer.beginPart(part.form.partType, length: nil, location: url))
      }
      guard part.instance.change == nil else {
        head = writer.beginPart(part.form.partType, length: nil, location: url)
        corrected = part.instance
        return next()
      }
      head = writer.beginPart(part.form.partType, length: Int(part.instance.location.length), location: url)
      current = (part.instance.location, 0, part.instance.location.length)
    }
    guard let (location, from, end) = current else { return nil }
    let count = min(Self.size, end - from)
    current = from + count < end ? (location, from + count, end) : nil
    if current != nil { archive.prepare(location, from: from + count) }
    defer { head = [] }
    return Piece(source: .stored(location, from: from, count: count), head: head)
  }
}
