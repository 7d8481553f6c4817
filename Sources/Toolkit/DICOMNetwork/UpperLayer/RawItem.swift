// SPDX-License-Identifier: Apache-2.0

/// An item or sub-item of an A-ASSOCIATE PDU that is not interpreted: its type and the bytes of its body.
public struct RawItem: Sendable, Hashable {
  public var type: UInt8
  public var bytes: [UInt8]

  public init(type: UInt8, bytes: [UInt8]) {
    self.type = type
    self.bytes = bytes
  }
}
