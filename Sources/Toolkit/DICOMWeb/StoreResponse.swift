// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// The answer to a store transaction (STOW-RS, PS3.18 §10.5.3, Annex I): one outcome for each part of the message.
public struct StoreResponse: Sendable {
  /// Failure Reason (0008,1197), PS3.18 table I.2-2.
  public struct FailureReason: Hashable, Sendable {
    public let code: Int

    public init(_ code: Int) { self.code = code }

    /// Processing failure.
    public static let processingFailure = FailureReason(0x0110)
    /// Referenced SOP Class not supported.
    public static let sopClassNotSupported = FailureReason(0x0122)
    /// Refused: out of resources.
    public static let outOfResources = FailureReason(0xA700)
    /// Data set does not match what was announced for it.
    public static let doesNotMatch = FailureReason(0xA900)
    /// Cannot understand.
    public static let cannotUnderstand = FailureReason(0xC000)
    /// The study UID is another than that of the target.
    public static let wrongStudy = FailureReason(0xC409)
    /// Referenced Transfer Syntax not supported.
    public static let transferSyntaxNotSupported = FailureReason(0xC122)
  }

  /// Warning Reason (0008,1196), PS3.18 table I.2-1.
  public struct WarningReason: Hashable, Sendable {
    public let code: Int

    public init(_ code: Int) { self.code = code }

    /// Coercion of data elements.
    public static let coercion = WarningReason(0xB000)
    /// Elements discarded.
    public static let elementsDiscarded = WarningReason(0xB006)
    /// Data set does not match SOP class.
    public static let doesNotMatchSOPClass = WarningReason(0xB007)
  }

  /// An instance that was stored (Referenced SOP Sequence, PS3.18 §I.2).
  public struct Stored: Sendable, Hashable {
    public var path: ResourcePath
    public var sopClass: UID
    public var warning: WarningReason?

    public init(path: ResourcePath, sopClass: UID, warning: WarningReason? = nil) {
      self.path = path
      self.sopClass = sopClass
      self.warning = warning
    }
  }

  /// An instance that was not stored (Failed SOP Sequence, PS3.18 §I.2).
  public struct Failed: Sendable, Hashable {
    /// As far as they are known.
    public var sopClass: UID?
    public var instance: UID?
    public var reason: FailureReason
    /// For a person; given as Error Comment (0000,0902) is in DIMSE.
    public var comment: String

    public init(sopClass: UID?, instance: UID?, reason: FailureReason, comment: String) {
      self.sopClass = sopClass
      self.instance = instance
      self.reason = reason
      self.comment = comment
    }
  }

  public private(set) var stored: [Stored] = []
  public private(set) var failed: [Failed] = []

  public init() {}

  /// Adds an instance that was stored.
  public mutating func add(_ stored: Stored) { self.stored.append(stored) }
  /// Adds an instance that was not.
  public mutating func add(_ failed: Failed) { self.failed.append(failed) }

  /// PS3.18 table 10.5.3-1.
  public var statusCode: Int {
    if stored.isEmpty { return failed.isEmpty ? 400 : 409 }
    return failed.isEmpty && stored.allSatisfy { $0.warning == nil } ? 200 : 202
  }

  /// The Store Instances Response Module (PS3.18 table I.1-1).
  /// - Parameter base: the address of the DICOMweb service, without a slash at its end.
  public func dataSet(base: String) -> DataSet {
    var response = DataSet(inheritedCharacterSet: .utf8)
    response.set(.specificCharacterSet, .CS, "ISO_IR 192")
    let studies = Set(stored.map(\.path.study))
    let study = studies.count == 1 ? studies.first : nil
    response.set(.retrieveURL, .UR, study.map { ResourcePath(study: $0).url(base: base) } ?? "")
    let known = failed.filter { $0.instance != nil }
    let others = failed.filter { $0.instance == nil }
    if !known.isEmpty { response.set(.failedSOPSequence, items: known.map(item)) }
    if !stored.isEmpty { response.set(.referencedSOPSequence, items: stored.map { item($0, base: base) }) }
    if !others.isEmpty { response.set(.otherFailuresSequence, items: others.map(item)) }
    return response
  }

  private func item(_ stored: Stored, base: String) -> DataSet {
    var item = DataSet(inheritedCharacterSet: .utf8)
    item.set(.referencedSOPClassUID, stored.sopClass)
    if let instance = stored.path.instance { item.set(.referencedSOPInstanceUID, instance) }
    item.set(.retrieveURL, .UR, stored.path.url(base: base))
    if let warning = stored.warning { item.set(.warningReason, .US, integers: [warning.code]) }
    return item
  }

  private func item(_ failed: Failed) -> DataSet {
    var item = DataSet(inheritedCharacterSet: .utf8)
    item.set(.failureReason, .US, integers: [failed.reason.code])
    if let instance = failed.instance {
      item.set(.referencedSOPClassUID, .UI, failed.sopClass.map { [$0.rawValue] } ?? [])
      item.set(.referencedSOPInstanceUID, instance)
    }
    return item
  }
}
