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

    /// Reads, and where need be converts.
    func bytes(of archive: ImageArchive, on call: Call) async throws -> ByteBuffer {
      let head = head
      switch source {
      case .stored(let location, let from, let count):
        return try await call.blocking {
          var buffer = ByteBufferAllocator().buffer(capacity: Int(count) + head.count)
          buffer.writeBytes(head)
          try archive.read(location, from: from, count: count) { buffer.writeBytes($0) }
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

  /// Bytes of a piece at the most.
  static let size: Int64 = 1 << 20

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
