// SPDX-License-Identifier: Apache-2.0

/// The six bytes before the fragment in a presentation data value item: item length, presentation context ID and
/// message control header (PS3.8 §9.3.5.1, §E.2).
public struct PresentationDataValueHeader: Sendable, Hashable {
  public static let byteCount = 6
  /// Context ID and message control header, which the item length counts.
  static let countedBytes = 2

  public let contextID: UInt8
  public let isCommand: Bool
  public let isLast: Bool
  /// Bytes of the fragment that follow.
  public let count: Int

  public init(contextID: UInt8, isCommand: Bool, isLast: Bool, count: Int) {
    self.contextID = contextID
    self.isCommand = isCommand
    self.isLast = isLast
    self.count = count
  }

  /// - Parameters:
  ///   - bytes: at least `byteCount` bytes.
  ///   - remaining: bytes left in the P-DATA-TF, these six included.
  ///   - offset: position of `bytes` in the PDU, for the error.
  public init(_ bytes: UnsafeRawBufferPointer, remaining: Int, offset: Int) throws(PDUError) {
    guard bytes.count >= Self.byteCount, remaining >= Self.byteCount else {
      throw PDUError(.badLength, "\(remaining) bytes left, too few for a presentation data value", offset: offset)
    }
    let itemLength = Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt32.self)))
    guard itemLength >= Self.countedBytes, itemLength <= remaining - 4 else {
      throw PDUError(
        .badLength, "presentation data value of \(itemLength) bytes where \(remaining - 4) are left", offset: offset)
    }
    contextID = bytes[4]
    isCommand = bytes[5] & 1 != 0
    isLast = bytes[5] & 2 != 0
    count = itemLength - Self.countedBytes
  }

  /// Bytes of a P-DATA-TF header followed by this header.
  public static let pduByteCount = PDUHeader.byteCount + byteCount

  /// A P-DATA-TF header for this value alone: the fragment's `count` bytes are to follow.
  public var pduBytes: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Self.pduByteCount) { buffer, initialized in
      writePDU(to: UnsafeMutableRawBufferPointer(buffer))
      initialized = Self.pduByteCount
    }
  }

  /// Writes `pduBytes` in place.
  ///
  /// - Precondition: at least `pduByteCount` bytes.
  public func writePDU(to buffer: UnsafeMutableRawBufferPointer) {
    precondition(buffer.count >= Self.pduByteCount)
    buffer[0] = PDU.Kind.data.rawValue
    buffer[1] = 0
    let itemLength = UInt32(count + Self.countedBytes)
    buffer.storeBytes(of: (itemLength + 4).bigEndian, toByteOffset: 2, as: UInt32.self)
    buffer.storeBytes(of: itemLength.bigEndian, toByteOffset: 6, as: UInt32.self)
    buffer[10] = contextID
    buffer[11] = controlHeader
  }

  var controlHeader: UInt8 { (isCommand ? 1 : 0) | (isLast ? 2 : 0) }
}
