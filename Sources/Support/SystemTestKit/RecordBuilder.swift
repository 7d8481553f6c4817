// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary

/// Builds index records in a line each.
public struct RecordBuilder: Sendable {
  public var study = "1.2.1"
  public var series = "1.2.1.1"
  public var instance = "1.2.1.1.1"
  public var sopClass = "1.2.840.10008.5.1.4.1.1.2"
  public var transferSyntax = "1.2.840.10008.1.2.1"
  public var checksum: UInt32 = 1
  public var file = "hot/2026-01-01/1-1.tar"
  public var offset: Int64 = 512
  public var receivedAt: Int64 = 1_000_000
  public var attributes = DataSet(inheritedCharacterSet: .utf8)

  /// An instance `<study>.<series>.<number>` of the study `1.2.<study>`.
  public init(_ study: Int = 1, _ series: Int = 1, _ number: Int = 1) {
    self.study = "1.2.\(study)"
    self.series = "\(self.study).\(series)"
    instance = "\(self.series).\(number)"
    checksum = UInt32(number)
    receivedAt = Int64(study * 1_000_000 + series * 1000 + number)
    attributes.set(.instanceNumber, .IS, "\(number)")
    attributes.set(.seriesNumber, .IS, "\(series)")
    attributes.set(.modality, .CS, "CT")
  }

  /// Sets a text attribute.
  public func with(_ tag: Tag, _ vr: VR, _ values: String...) -> RecordBuilder {
    var copy = self
    copy.attributes.set(tag, vr, values)
    return copy
  }

  /// Sets a sequence.
  public func with(_ tag: Tag, items: [DataSet]) -> RecordBuilder {
    var copy = self
    copy.attributes.set(tag, items: items)
    return copy
  }

  /// Changes anything.
  public func with<Value>(_ path: WritableKeyPath<RecordBuilder, Value>, _ value: Value) -> RecordBuilder {
    var copy = self
    copy[keyPath: path] = value
    return copy
  }

  /// A patient's name, ID and issuer.
  public func of(_ name: String, _ id: String, issuer: String = "") -> RecordBuilder {
    var copy = with(.patientName, .PN, name).with(.patientID, .LO, id)
    if !issuer.isEmpty { copy = copy.with(.issuerOfPatientID, .LO, issuer) }
    return copy
  }

  public var record: InstanceRecord {
    var attributes = attributes
    attributes.set(.studyInstanceUID, UID(study))
    attributes.set(.seriesInstanceUID, UID(series))
    attributes.set(.sopInstanceUID, UID(instance))
    attributes.set(.sopClassUID, UID(sopClass))
    return InstanceRecord(
      identity: InstanceIdentity(
        study: UID(study), series: UID(series), instance: UID(instance), sopClass: UID(sopClass)),
      transferSyntax: UID(transferSyntax), attributes: attributes,
      location: StoredLocation(
        file: file, offset: offset, length: 1000, checksum: checksum &+ 7, dataSetOffset: 300, pixelDataOffset: 500),
      dataSetChecksum: checksum, source: InstanceSource(way: .dimse, sender: "CT1", receiver: "MARTLET"),
      receivedAt: receivedAt)
  }
}
