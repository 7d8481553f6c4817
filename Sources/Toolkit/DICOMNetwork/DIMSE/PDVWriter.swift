// SPDX-License-Identifier: Apache-2.0

public import DICOMCore

/// Cuts commands and data sets into P-DATA-TF PDUs of one value each, for the maximum length that the peer announced
/// (PS3.8 §D.1, Annex E).
public struct PDVWriter: Sendable, Hashable {
  /// The longest PDU body sent to a peer without a limit, or with a larger one.
  public static let defaultOwnMaximum = 262_144
  /// The least that carries two bytes of a fragment.
  static let leastMaximum = PresentationDataValueHeader.byteCount + 2

  /// Bytes of a fragment in a full PDU; even, as fragments must be (PS3.8 §9.3.5.1).
  public let maximumFragment: Int

  /// - Parameters:
  ///   - peerMaximumLength: the peer's maximum length sub-item; 0 is no limit.
  ///   - ownMaximum: the longest PDU body that we want to send.
  public init(peerMaximumLength: UInt32, ownMaximum: Int = PDVWriter.defaultOwnMaximum) {
    let peer = peerMaximumLength == 0 ? Int.max : Int(peerMaximumLength)
    let maximum = max(min(peer, ownMaximum), Self.leastMaximum)
    maximumFragment = (maximum - PresentationDataValueHeader.byteCount) & ~1
  }

  /// One PDU: the 12 bytes to send before `range` of the data set.
  public struct Chunk: Sendable, Hashable {
    public let header: PresentationDataValueHeader
    /// The part of the data set, counted from its first byte.
    public let range: Range<Int64>

    /// The P-DATA-TF and value headers (`PresentationDataValueHeader.writePDU(to:)` writes them in place).
    public var headerBytes: [UInt8] { header.pduBytes }
  }

  /// The PDUs of a data set of known length; its bytes are fetched by the caller, chunk by chunk.
  public func chunks(of byteCount: Int64, contextID: UInt8) -> ChunkSequence {
    ChunkSequence(byteCount: byteCount, contextID: contextID, maximumFragment: Int64(maximumFragment))
  }

  /// The chunks of a data set; at least one, which is empty for an empty data set.
  public struct ChunkSequence: Sequence, IteratorProtocol, Sendable {
    private let byteCount: Int64
    private let contextID: UInt8
    private let maximumFragment: Int64
    private var start: Int64 = 0
    private var isDone = false

    init(byteCount: Int64, contextID: UInt8, maximumFragment: Int64) {
      self.byteCount = byteCount
      self.contextID = contextID
      self.maximumFragment = maximumFragment
    }

    /// The next chunk to send; nil at the end.
    public mutating func next() -> Chunk? {
      guard !isDone else { return nil }
      let end = Swift.min(start + maximumFragment, byteCount)
      defer { start = end }
      isDone = end == byteCount
      let header = PresentationDataValueHeader(
        contextID: contextID, isCommand: false, isLast: isDone, count: Int(end - start))
      return Chunk(header: header, range: start..<end)
    }
  }

  /// Appends the PDUs of a command.
  public func append(_ command: CommandSet, contextID: UInt8, to bytes: inout [UInt8]) {
    command.encoded().withUnsafeBytes { append($0, isCommand: true, contextID: contextID, to: &bytes) }
  }

  /// Appends the PDUs of a data set that is held in memory.
  public func append(dataSet: ByteSlice, contextID: UInt8, to bytes: inout [UInt8]) {
    dataSet.withUnsafeBytes { append($0, isCommand: false, contextID: contextID, to: &bytes) }
  }

  /// A whole message in one buffer: the PDUs of its command and of its data set, for one write.
  public func message(_ command: CommandSet, dataSet: ByteSlice? = nil, contextID: UInt8) -> [UInt8] {
    var bytes: [UInt8] = []
    append(command, contextID: contextID, to: &bytes)
    if let dataSet { append(dataSet: dataSet, contextID: contextID, to: &bytes) }
    return bytes
  }

  private func append(
    _ source: UnsafeRawBufferPointer, isCommand: Bool, contextID: UInt8, to bytes: inout [UInt8]
  ) {
    let pduCount = max(1, (source.count + maximumFragment - 1) / maximumFragment)
    bytes.reserveCapacity(bytes.count + source.count + pduCount * PresentationDataValueHeader.pduByteCount)
    var start = 0
    repeat {
      let end = min(start + maximumFragment, source.count)
      let header = PresentationDataValueHeader(
        contextID: contextID, isCommand: isCommand, isLast: end == source.count, count: end - start)
      bytes += header.pduBytes
      bytes.append(contentsOf: source[start..<end])
      start = end
    } while start < source.count
  }
}
