// SPDX-License-Identifier: Apache-2.0

/// The six bytes that every PDU begins with: type, reserved, length (PS3.8 §9.3.1).
///
/// For readers that take the body of a P-DATA-TF straight from the socket: read six bytes, `PDULimits.check`, and when
/// `kind` is `.data` read each `PresentationDataValueHeader` and then its `count` bytes where they belong.
public struct PDUHeader: Sendable, Hashable {
  public static let byteCount = 6

  public let type: UInt8
  /// Bytes that follow the header.
  public let length: Int

  public init(type: UInt8, length: Int) {
    self.type = type
    self.length = length
  }

  /// - Precondition: at least `byteCount` bytes.
  public init(_ bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count >= Self.byteCount)
    type = bytes[0]
    length = Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt32.self)))
  }

  /// Nil for a type that the standard does not define.
  public var kind: PDU.Kind? { PDU.Kind(rawValue: type) }
}
