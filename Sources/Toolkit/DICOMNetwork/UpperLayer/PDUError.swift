// SPDX-License-Identifier: Apache-2.0

/// Why bytes are no PDU, or a PDU cannot be written.
public struct PDUError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of fault.
  public enum Code: String, Sendable {
    /// The PDU is longer than the receiver allows.
    case tooLong
    /// A length field reaches past its container, or is too small for its content.
    case badLength
    /// More items than allowed.
    case tooMany
    /// A value that the standard does not allow.
    case badValue
    /// A field does not fit its place in the PDU.
    case notEncodable
  }

  public let code: Code
  public let reason: String
  /// Byte position from the start of the PDU.
  public let offset: Int

  public init(_ code: Code, _ reason: String, offset: Int) {
    self.code = code
    self.reason = reason
    self.offset = offset
  }

  public var description: String { "\(reason) (\(code.rawValue) at byte \(offset) of the PDU)" }

  /// The reason to give in the A-ABORT that answers such bytes (PS3.8 §9.3.8).
  public var abortReason: Abort.Reason {
    switch code {
    case .badValue, .notEncodable, .badLength, .tooLong: .invalidPDUParameterValue
    case .tooMany: .unexpectedPDUParameter
    }
  }
}
