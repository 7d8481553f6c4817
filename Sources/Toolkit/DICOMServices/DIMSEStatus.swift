// SPDX-License-Identifier: Apache-2.0

/// Status (0000,0900) of a DIMSE response and its category (PS3.7 Annex C, PS3.4).
public struct DIMSEStatus: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
  /// PS3.7 §C.
  public enum Category: String, Sendable {
    case success
    case warning
    case failure
    case cancel
    case pending
  }

  public let rawValue: UInt16

  public init(rawValue: UInt16) { self.rawValue = rawValue }
  public init(_ code: UInt16) { rawValue = code }

  /// The category by the ranges of PS3.7 Annex C.
  public var category: Category {
    switch rawValue {
    case 0x0000: .success
    case 0x0001, 0x0107, 0x0116, 0xB000...0xBFFF: .warning
    case 0xFE00: .cancel
    case 0xFF00, 0xFF01: .pending
    default: .failure
    }
  }

  public var isPending: Bool { category == .pending }

  /// Success or a warning: the operation was done.
  public var isDone: Bool { category == .success || category == .warning }

  /// Four upper-case hexadecimal digits.
  public var hexadecimal: String {
    let digits = String(rawValue, radix: 16, uppercase: true)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }

  public var description: String {
    let meaning = StatusRange.general.first { $0.contains(self) }?.meaning
    return meaning.map { "\(hexadecimal) (\($0))" } ?? "\(hexadecimal) (\(category.rawValue))"
  }

  // General, PS3.7 Annex C.
  public static let success = DIMSEStatus(0x0000)
  public static let cancel = DIMSEStatus(0xFE00)
  public static let pending = DIMSEStatus(0xFF00)
  /// Pending; one or more optional keys were not supported.
  public static let pendingWithWarning = DIMSEStatus(0xFF01)
  /// N-GET of the performed procedure step and of the unified procedure step.
  public static let requestedOptionalAttributesNotSupported = DIMSEStatus(0x0001)
  /// Attributes were not taken; the rest was.
  public static let attributeListError = DIMSEStatus(0x0107)
  public static let noSuchAttribute = DIMSEStatus(0x0105)
  public static let invalidAttributeValue = DIMSEStatus(0x0106)
  public static let processingFailure = DIMSEStatus(0x0110)
  public static let duplicateSOPInstance = DIMSEStatus(0x0111)
  public static let noSuchSOPInstance = DIMSEStatus(0x0112)
  public static let noSuchEventType = DIMSEStatus(0x0113)
  public static let noSuchArgument = DIMSEStatus(0x0114)
  public static let invalidArgumentValue = DIMSEStatus(0x0115)
  public static let invalidObjectInstance = DIMSEStatus(0x0117)
  public static let noSuchSOPClass = DIMSEStatus(0x0118)
  public static let classInstanceConflict = DIMSEStatus(0x0119)
  public static let missingAttribute = DIMSEStatus(0x0120)
  public static let missingAttributeValue = DIMSEStatus(0x0121)
  public static let sopClassNotSupported = DIMSEStatus(0x0122)
  public static let noSuchAction = DIMSEStatus(0x0123)
  public static let notAuthorized = DIMSEStatus(0x0124)
  public static let duplicateInvocation = DIMSEStatus(0x0210)
  public static let unrecognizedOperation = DIMSEStatus(0x0211)
  public static let mistypedArgument = DIMSEStatus(0x0212)
  public static let resourceLimitation = DIMSEStatus(0x0213)

  // Storage and Query/Retrieve, PS3.4 Annexes B and C.
  public static let outOfResources = DIMSEStatus(0xA700)
  /// C-MOVE and C-GET: unable to calculate the number of matches.
  public static let unableToCalculateMatches = DIMSEStatus(0xA701)
  /// C-MOVE and C-GET: unable to perform sub-operations.
  public static let unableToPerformSuboperations = DIMSEStatus(0xA702)
  public static let moveDestinationUnknown = DIMSEStatus(0xA801)
  /// Data set, or identifier, does not match the SOP class.
  public static let doesNotMatchSOPClass = DIMSEStatus(0xA900)
  public static let coercionOfDataElements = DIMSEStatus(0xB000)
  /// C-MOVE and C-GET: sub-operations complete, one or more failures.
  public static let suboperationsWithFailures = DIMSEStatus(0xB000)
  public static let elementsDiscarded = DIMSEStatus(0xB006)
  public static let dataSetDoesNotMatchSOPClassWarning = DIMSEStatus(0xB007)
  /// Storage: cannot understand. Query/Retrieve: unable to process.
  public static let cannotUnderstand = DIMSEStatus(0xC000)
}
