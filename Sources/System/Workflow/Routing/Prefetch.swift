// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary

/// Sends what is there of a patient to where it will be wanted, such as a station when an order is placed.
public struct Prefetch: Sendable {
  /// Which studies of a patient are wanted.
  public struct Choice: Sendable, Hashable {
    public var patientID: String
    /// Any issuer where empty.
    public var issuer: String
    /// Only studies with one of these modalities; all where empty.
    public var modalities: [String]
    /// The newest so many.
    public var limit: Int
    /// Not this study, which is the one that they are wanted for.
    public var current: UID?

    public init(
      patientID: String, issuer: String = "", modalities: [String] = [], limit: Int = 5, current: UID? = nil
    ) {
      self.patientID = patientID
      self.issuer = issuer
      self.modalities = modalities
      self.limit = limit
      self.current = current
    }
  }

  private let index: any InstanceIndex
  /// Writes an order as a payload.
  private let encode: @Sendable (any Encodable) throws -> String

  public init(index: any InstanceIndex, encode: @escaping @Sendable (any Encodable) throws -> String) {
    self.index = index
    self.encode = encode
  }

  /// The jobs that send them, one for each study, the newest first.
  public func jobs(
    _ choice: Choice, to destination: String, priority: JobPriority = .low
  ) throws -> [NewJob] {
    var studies: [UID] = []
    if choice.patientID.isEmpty { return [] }
    var identifier = DataSet(inheritedCharacterSet: .utf8)
    identifier.set(.patientID, .LO, choice.patientID)
    try index.find(IndexQuery(level: .study, identifier: identifier)) { match in
      // An ID may hold what a query takes for a wildcard.
      guard match.string(.patientID) == choice.patientID, let study = match.uid(.studyInstanceUID),
        study != choice.current,
        choice.issuer.isEmpty || (match.string(.issuerOfPatientID) ?? "") == choice.issuer,
        choice.modalities.isEmpty
          || !Set(match.strings(.modalitiesInStudy) ?? []).isDisjoint(with: choice.modalities)
      else { return true }
      studies.append(study)
      return studies.count < choice.limit
    }
    return try studies.compactMap { study in
      let instances = try index.instances(InstanceSelection(studies: [study])).map(\.identity.instance.rawValue)
      if instances.isEmpty { return nil }
      return NewJob(
        kind: ForwardOrder.kind, queue: destination, title: "prior study \(study) to \(destination)",
        key: "prefetch\n\(destination)\n\(study)",
        payload: try encode(ForwardOrder(destination: destination)), items: instances, priority: priority)
    }
  }
}
