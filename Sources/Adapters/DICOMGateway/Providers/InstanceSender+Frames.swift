// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMNetwork
import DICOMPixels
import Logging

/// An instance that was made of some frames of a stored one, for one retrieval.
struct ExtractedInstance {
  let sopInstance: UID
  let dataSet: DataSet
  let transferSyntax: TransferSyntax

  /// - Throws: `QueryIdentifier.Refused` with the status of PS3.4 table Y.4.1.1.4.
  init(_ selection: FrameSelection, of instance: StoredInstance, in archive: ImageArchive) throws {
    transferSyntax = TransferSyntax(instance.transferSyntax)
    sopInstance = UID.random()
    let source = try DataSetReader.read(archive.outgoingDataSet(of: instance), transferSyntax: transferSyntax)
    do throws(FrameExtraction.Failure) {
      dataSet = try FrameExtraction.extract(selection, from: source, as: sopInstance)
    } catch {
      switch error {
      case .noSuchFrames: throw QueryIdentifier.Refused(status: 0xAA00, comment: "none of the frames is there")
      case .cannotBeExtracted(let why): throw QueryIdentifier.Refused(status: 0xAA02, comment: String(why.prefix(64)))
      case .notTimeBased: throw QueryIdentifier.Refused(status: 0xAA03, comment: "the instance is not time-based")
      }
    }
  }
}

extension InstanceSender {
  /// Sends what was made of an instance, in the transfer syntax of that or, where it is not compressed, a native one.
  func send(
    _ made: ExtractedInstance, of instance: StoredInstance, messageID: UInt16, on association: BlockingAssociation,
    role: AssociationMachine.Role
  ) throws -> Outcome {
    guard let context = context(for: instance, association.negotiated, role),
      context.transferSyntax == made.transferSyntax || made.transferSyntax.isNative
    else {
      logger.notice("frames of \(instance.identity.instance) not sent: no presentation context for them was accepted")
      return .failed
    }
    let command = CommandSet.cStoreRQ(
      messageID: messageID, sopClass: instance.identity.sopClass, sopInstance: made.sopInstance,
      moveOriginator: moveOriginator)
    let bytes = try DataSetWriter.write(made.dataSet, transferSyntax: context.transferSyntax)
    try association.send(command, dataSet: bytes, on: context)
    return try response(to: messageID, instance, on: association)
  }
}
