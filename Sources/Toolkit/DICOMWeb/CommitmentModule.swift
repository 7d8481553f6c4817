// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMServices

/// The Storage Commitment Request and Response Modules over HTTP (PS3.18 Annex J).
public enum CommitmentModule {
  /// What a request names: instances alone, and those of studies (PS3.18 table J.1-1).
  public struct Request: Sendable, Hashable {
    /// A series of a study, with what is asked for of it.
    public struct Series: Sendable, Hashable {
      public var study: UID
      public var series: UID
      public var references: [SOPReference]
    }

    public var references: [SOPReference]
    public var series: [Series]

    /// All that is named.
    public var all: [SOPReference] { references + series.flatMap(\.references) }
  }

  /// Reads a request.
  public static func request(_ dataSet: DataSet) throws(WebError) -> Request {
    var request = Request(references: [], series: [])
    for item in dataSet.items(.referencedSOPSequence) {
      guard let sopClass = item.uid(.referencedSOPClassUID), let instance = item.uid(.referencedSOPInstanceUID),
        sopClass.isWellFormed, instance.isWellFormed
      else { throw malformed("An item names no SOP class and instance.", "Referenced SOP Sequence (0008,1199)") }
      request.references.append(SOPReference(sopClass: sopClass, sopInstance: instance))
    }
    for study in dataSet.items(.referencedStudySequence) {
      guard let studyUID = study.uid(.studyInstanceUID), studyUID.isWellFormed else {
        throw malformed("An item names no study.", "Referenced Study Sequence (0008,1110)")
      }
      for series in study.items(.referencedSeriesSequence) {
        guard let uid = series.uid(.seriesInstanceUID), uid.isWellFormed else {
          throw malformed("An item names no series.", "Referenced Series Sequence (0008,1115)")
        }
        request.series.append(.init(study: studyUID, series: uid, references: try references(series)))
      }
    }
    guard !request.all.isEmpty else {
      throw malformed("Neither Referenced SOP Sequence nor Referenced Study Sequence names an instance.", "body")
    }
    guard request.all.count <= CommitmentRequest.maximumReferences else {
      throw WebError(
        .tooLarge, "A request names at most \(CommitmentRequest.maximumReferences) instances.", at: "body")
    }
    return request
  }

  private static func references(_ series: DataSet) throws(WebError) -> [SOPReference] {
    var references: [SOPReference] = []
    for group in series.items(.referencedInstancesBySOPClassSequence) {
      guard let sopClass = group.uid(.referencedSOPClassUID), sopClass.isWellFormed else {
        throw malformed("An item names no SOP class.", "Referenced Instances by SOP Class Sequence (0008,1112)")
      }
      for item in group.items(.referencedInstanceSequence) {
        guard let uid = item.uid(.referencedSOPInstanceUID), uid.isWellFormed else {
          throw malformed("An item names no instance.", "Referenced Instance Sequence (0008,114A)")
        }
        references.append(SOPReference(sopClass: sopClass, sopInstance: uid))
      }
    }
    return references
  }

  private static func malformed(_ reason: String, _ place: String) -> WebError {
    WebError(.malformed, reason, at: place)
  }

  /// The answer (PS3.18 table J.2-1): what was named in series comes back in series.
  /// - Parameter request: nil where it is not known any more; then all instances stand alone.
  public static func response(_ result: CommitmentResult, to request: Request?) -> DataSet {
    var reasons: [SOPReference: UInt16] = [:]
    for failed in result.failed { reasons[failed.reference] = failed.reason }
    let alone = request?.references ?? (result.committed + result.failed.map(\.reference))
    var response = DataSet(inheritedCharacterSet: .utf8)
    response.set(.specificCharacterSet, .CS, "ISO_IR 192")
    response.set(.transactionUID, result.transactionUID)
    let committed = alone.filter { reasons[$0] == nil }
    let failed = alone.filter { reasons[$0] != nil }
    if !committed.isEmpty { response.set(.referencedSOPSequence, items: committed.map { item($0, reasons) }) }
    if !failed.isEmpty { response.set(.failedSOPSequence, items: failed.map { item($0, reasons) }) }
    let series = request?.series ?? []
    for (tag, keeps) in [(Tag.referencedStudySequence, false), (.failedStudySequence, true)] {
      let items = studies(series, reasons) { (reasons[$0] != nil) == keeps }
      if !items.isEmpty { response.set(tag, items: items) }
    }
    return response
  }

  private static func item(_ reference: SOPReference, _ reasons: [SOPReference: UInt16]) -> DataSet {
    var item = DataSet(inheritedCharacterSet: .utf8)
    item.set(.referencedSOPClassUID, reference.sopClass)
    item.set(.referencedSOPInstanceUID, reference.sopInstance)
    if let reason = reasons[reference] { item.set(.failureReason, .US, integers: [Int(reason)]) }
    return item
  }

  private static func studies(
    _ all: [Request.Series], _ reasons: [SOPReference: UInt16], where keeps: (SOPReference) -> Bool
  ) -> [DataSet] {
    var order: [UID] = []
    var members: [UID: [DataSet]] = [:]
    for series in all {
      let references = series.references.filter(keeps)
      guard !references.isEmpty else { continue }
      var item = DataSet(inheritedCharacterSet: .utf8)
      item.set(.seriesInstanceUID, series.series)
      let classes = Dictionary(grouping: references, by: \.sopClass).sorted { $0.key.rawValue < $1.key.rawValue }
      item.set(
        .referencedInstancesBySOPClassSequence,
        items: classes.map { sopClass, references in
          var group = DataSet(inheritedCharacterSet: .utf8)
          group.set(.referencedSOPClassUID, sopClass)
          group.set(
            .referencedInstanceSequence,
            items: references.map { reference in
              var instance = DataSet(inheritedCharacterSet: .utf8)
              instance.set(.referencedSOPInstanceUID, reference.sopInstance)
              if let reason = reasons[reference] { instance.set(.failureReason, .US, integers: [Int(reason)]) }
              return instance
            })
          return group
        })
      if members[series.study] == nil { order.append(series.study) }
      members[series.study, default: []].append(item)
    }
    return order.map { study in
      var item = DataSet(inheritedCharacterSet: .utf8)
      item.set(.studyInstanceUID, study)
      item.set(.referencedSeriesSequence, items: members[study] ?? [])
      return item
    }
  }
}
