// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMNetwork
import Logging

extension InstanceSender {
  /// What Composite Instance Retrieve Without Bulk Data leaves out (PS3.4 table Z.1-1), beside the groups below.
  static let bulkData: Set<Tag> = [
    .pixelData, .floatPixelData, .doubleFloatPixelData, .pixelDataProviderURL, .spectroscopyData,
    .encapsulatedDocument,
  ]

  /// Overlay Data (60xx,3000), Curve Data (50xx,3000) and Audio Sample Data (50xx,200C) of any group.
  static func isBulkData(_ tag: Tag) -> Bool {
    if bulkData.contains(tag) { return true }
    switch tag.group & 0xFF00 {
    case 0x6000: return tag.element == 0x3000
    case 0x5000: return tag.element == 0x3000 || tag.element == 0x200C
    default: return false
    }
  }

  /// Sends one instance without its bulk data, and waits for the response.
  func sendWithoutBulkData(
    _ instance: StoredInstance, messageID: UInt16, on association: BlockingAssociation
  ) throws -> Outcome {
    let contexts = association.negotiated.contexts(for: instance.identity.sopClass).filter(\.requestorIsSCP)
    guard
      let context = contexts.first(where: { $0.transferSyntax == .explicitVRLittleEndian })
        ?? contexts.first(where: \.transferSyntax.isNative)
    else { return .failed }
    let encoded: [UInt8]
    do {
      var dataSet = try DataSetReader.read(
        try header(of: instance), transferSyntax: TransferSyntax(instance.transferSyntax))
      dataSet.keep { element in !Self.isBulkData(element.tag) }
      encoded = try DataSetWriter.write(dataSet, transferSyntax: context.transferSyntax)
    } catch {
      logger.notice("\(instance.identity.instance) not sent: \(error)")
      return .failed
    }
    let command = CommandSet.cStoreRQ(
      messageID: messageID, sopClass: instance.identity.sopClass, sopInstance: instance.identity.instance,
      moveOriginator: nil)
    try association.send(command, dataSet: encoded, on: context)
    return try response(to: messageID, instance, on: association)
  }

  /// The data set up to the pixel data, as corrections make it.
  private func header(of instance: StoredInstance) throws -> ByteSlice {
    let corrected = try archive.outgoing(instance).head
    guard corrected.isEmpty else { return corrected }
    let location = instance.location
    let end = location.pixelDataOffset ?? location.length
    return try archive.readAll(location, from: location.dataSetOffset, count: end - location.dataSetOffset)
  }
}
