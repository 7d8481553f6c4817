// SPDX-License-Identifier: Apache-2.0

/// Cuts a stream of bytes into PDUs; holds at most one PDU and what was fed with it.
public struct PDUDecoder: Sendable {
  private let limits: PDULimits
  private var buffer: [UInt8] = []
  private var start = 0
  private var isBroken = false

  public init(limits: PDULimits = PDULimits()) { self.limits = limits }

  /// Gives the next bytes, which are copied.
  public mutating func feed(_ bytes: UnsafeRawBufferPointer) {
    guard !isBroken else { return }
    if start == buffer.count {
      buffer.removeAll(keepingCapacity: true)
      start = 0
    } else if start > buffer.count / 2 {
      buffer.removeFirst(start)
      start = 0
    }
    buffer.append(contentsOf: bytes)
  }

  /// Gives the next bytes.
  public mutating func feed(_ bytes: [UInt8]) { bytes.withUnsafeBytes { feed($0) } }

  /// The next whole PDU, or nil when more bytes are needed.
  ///
  /// An unknown type is reported by its header alone. After that and after an error the stream has no meaning any more:
  /// nothing else comes.
  public mutating func next() throws(PDUError) -> PDU? {
    guard !isBroken, buffer.count - start >= PDUHeader.byteCount else { return nil }
    let position = start
    let result = buffer.withUnsafeBytes { bytes in
      Self.decode(UnsafeRawBufferPointer(rebasing: bytes[position...]), limits)
    }
    switch result {
    case .success(let decoded):
      guard let decoded else { return nil }
      start += decoded.count
      if case .unknown = decoded.pdu { stop() }
      return decoded.pdu
    case .failure(let error):
      stop()
      throw error
    }
  }

  private static func decode(
    _ bytes: UnsafeRawBufferPointer, _ limits: PDULimits
  ) -> Result<(pdu: PDU, count: Int)?, PDUError> {
    Result { () throws(PDUError) in
      let header = PDUHeader(bytes)
      try limits.check(header)
      guard header.kind != nil else { return (.unknown(type: header.type), PDUHeader.byteCount) }
      let end = PDUHeader.byteCount + header.length
      guard bytes.count >= end else { return nil }
      let body = UnsafeRawBufferPointer(rebasing: bytes[PDUHeader.byteCount..<end])
      return (try PDU.decode(header, body: body), end)
    }
  }

  private mutating func stop() {
    isBroken = true
    buffer = []
    start = 0
  }
}
