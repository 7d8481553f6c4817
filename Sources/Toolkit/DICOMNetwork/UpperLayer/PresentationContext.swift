// SPDX-License-Identifier: Apache-2.0

public import DICOMCore

/// A presentation context as proposed in an A-ASSOCIATE-RQ (PS3.8 §9.3.2.2).
public struct PresentationContext: Sendable, Hashable {
  /// Odd, 1 to 255.
  public var id: UInt8
  public var abstractSyntax: UID
  public var transferSyntaxes: [UID]

  public init(id: UInt8, abstractSyntax: UID, transferSyntaxes: [UID]) {
    self.id = id
    self.abstractSyntax = abstractSyntax
    self.transferSyntaxes = transferSyntaxes
  }

  /// Contexts with the IDs 1, 3, 5… for these syntaxes; at most 128 fit an association.
  public static func numbered(_ syntaxes: [(abstract: UID, transfer: [UID])]) -> [PresentationContext] {
    syntaxes.prefix(maximumCount).enumerated().map { index, syntax in
      PresentationContext(
        id: UInt8(index * 2 + 1), abstractSyntax: syntax.abstract, transferSyntaxes: syntax.transfer)
    }
  }

  /// Odd numbers of one byte.
  public static let maximumCount = 128
}

/// The answer to one proposed presentation context in an A-ASSOCIATE-AC (PS3.8 §9.3.3.2).
public struct PresentationContextResult: Sendable, Hashable {
  /// Result/Reason field.
  public enum Result: UInt8, Sendable {
    case acceptance = 0
    case userRejection = 1
    case noReason = 2
    case abstractSyntaxNotSupported = 3
    case transferSyntaxesNotSupported = 4
  }

  public var id: UInt8
  public var result: Result
  /// Significant only when accepted.
  public var transferSyntax: UID

  public init(id: UInt8, result: Result, transferSyntax: UID) {
    self.id = id
    self.result = result
    self.transferSyntax = transferSyntax
  }

  public var isAccepted: Bool { result == .acceptance }
}
