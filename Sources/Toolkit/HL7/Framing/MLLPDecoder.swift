// SPDX-License-Identifier: Apache-2.0

/// Finds the messages in a byte stream of the Minimal Lower Layer Protocol (HL7 v2 Transport Specification, MLLP
/// release 1): a start byte 0BH, the message, the end bytes 1CH 0DH. Bytes between frames are passed over and counted.
public struct MLLPDecoder: Sendable {
  /// What a message may take at the most; a longer one ends the connection.
  public let maximumMessageLength: Int
  /// Bytes that stood outside of any frame.
  public private(set) var strayBytes = 0

  private var message: [UInt8] = []
  private var state = State.outside

  private enum State { case outside, inside, afterEnd }

  static let startBlock: UInt8 = 0x0B
  static let endBlock: UInt8 = 0x1C
  static let carriageReturn: UInt8 = 0x0D

  public init(maximumMessageLength: Int = 16 << 20) { self.maximumMessageLength = maximumMessageLength }

  /// A message longer than the limit.
  public struct TooLong: Error, CustomStringConvertible, Equatable {
    public let limit: Int
    public var description: String { "message longer than \(limit) bytes" }
  }

  /// Takes the next bytes of the stream; gives the messages that are complete with them, without their framing.
  public mutating func feed(_ bytes: some Sequence<UInt8>) throws(TooLong) -> [[UInt8]] {
    var complete: [[UInt8]] = []
    for byte in bytes {
      switch state {
      case .outside:
        if byte == Self.startBlock { state = .inside } else { strayBytes &+= 1 }
      case .inside:
        if byte == Self.endBlock {
          state = .afterEnd
        } else {
          guard message.count < maximumMessageLength else { throw TooLong(limit: maximumMessageLength) }
          message.append(byte)
        }
      case .afterEnd:
        if byte == Self.carriageReturn {
          complete.append(message)
          message = []
          state = .outside
        } else {
          // An end byte inside the message: some systems send it in free text.
          guard message.count + 2 <= maximumMessageLength else { throw TooLong(limit: maximumMessageLength) }
          message.append(Self.endBlock)
          if byte == Self.endBlock { continue }
          message.append(byte)
          state = .inside
        }
      }
    }
    return complete
  }

  /// Frames a message for sending.
  public static func frame(_ message: [UInt8]) -> [UInt8] {
    [startBlock] + message + [endBlock, carriageReturn]
  }
}
