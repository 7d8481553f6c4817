// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCodecs
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMNetwork
import Foundation
import Synchronization
import Workflow

/// In which form instances leave: as they are stored, or changed and converted.
struct OutgoingForm {
  /// An instance cannot be brought into the form.
  struct Impossible: Error, CustomStringConvertible {
    let description: String
  }

  let changes: [AttributeChange]
  /// Nil: as it is stored.
  let transferSyntax: TransferSyntax?

  init(_ order: ForwardOrder) {
    changes = order.changes
    transferSyntax = order.transferSyntax.isEmpty ? nil : TransferSyntax(UID(order.transferSyntax))
  }

  func send(
    _ instance: StoredInstance, by sender: InstanceSender, _ messageID: UInt16, on association: BlockingAssociation
  ) throws -> InstanceSender.Outcome {
    if changes.isEmpty, transferSyntax == nil || transferSyntax?.uid == instance.receivedTransferSyntax {
      return try sender.send(instance, messageID: messageID, on: association, role: .requestor)
    }
    let contexts = association.negotiated.contexts(for: instance.identity.sopClass).filter(\.requestorIsSCU)
    let stored = TransferSyntax(instance.transferSyntax)
    let received = TransferSyntax(instance.receivedTransferSyntax)
    let wanted = [transferSyntax, received, stored, .explicitVRLittleEndian, .implicitVRLittleEndian].compactMap(\.self)
    for target in wanted {
      guard let context = contexts.first(where: { $0.transferSyntax == target }),
        let dataSet = try encoded(instance, sender.archive, stored, target)
      else { continue }
      let command = CommandSet.cStoreRQ(
        messageID: messageID, sopClass: instance.identity.sopClass, sopInstance: instance.identity.instance,
        moveOriginator: nil)
      try association.send(command, dataSet: dataSet, on: context)
      return try sender.response(to: messageID, instance, on: association)
    }
    return .failed
  }

  /// The data set in a transfer syntax; nil where it cannot be brought into it.
  private func encoded(
    _ instance: StoredInstance, _ archive: ImageArchive, _ stored: TransferSyntax, _ target: TransferSyntax
  ) throws -> [UInt8]? {
    let bytes = try archive.outgoingDataSet(of: instance)
    var dataSet: DataSet
    do {
      dataSet = try DataSetReader.read(bytes, transferSyntax: stored)
      for change in changes { try change.apply(to: &dataSet) }
    } catch {
      throw Impossible(description: "\(error)")
    }
    if stored == target { return try DataSetWriter.write(dataSet, transferSyntax: target) }
    guard let image = try? transcoded(dataSet, from: stored, to: target), image.transferSyntax == target,
      image.dataSet.uid(.sopInstanceUID) == instance.identity.instance
    else { return nil }
    return try DataSetWriter.write(image.dataSet, transferSyntax: target)
  }

  /// Waits for the transcoder, whose frames are worked on by other threads.
  private func transcoded(
    _ dataSet: DataSet, from stored: TransferSyntax, to target: TransferSyntax
  ) throws -> TranscodedImage {
    let transcoder = try Transcoder(to: target)
    let done = DispatchSemaphore(value: 0)
    let box = ResultBox()
    Task {
      do {
        let image = try await transcoder.transcode(dataSet, from: stored)
        box.result.withLock { $0 = .success(image) }
      } catch {
        box.result.withLock { $0 = .failure(error) }
      }
      done.signal()
    }
    done.wait()
    guard let outcome = box.result.withLock({ $0 }) else { throw Impossible(description: "nothing was converted") }
    return try outcome.get()
  }

  private final class ResultBox: Sendable {
    let result = Mutex<Result<TranscodedImage, any Error>?>(nil)
  }
}
