// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMNetwork

/// Instances that one association can carry: at most 128 presentation contexts (PS3.8 §9.3.2.2).
struct ForwardingBatch {
  private(set) var instances: [StoredInstance] = []
  private(set) var contexts: [PresentationContext] = []

  /// Splits instances, in order, into batches whose contexts fit: for each SOP class one context for each stored
  /// transfer syntax, and one for the native forms that everybody knows.
  /// - Parameter wanted: one more transfer syntax that each SOP class is proposed with.
  static func split(_ instances: [StoredInstance], also wanted: TransferSyntax? = nil) -> [ForwardingBatch] {
    var batches: [ForwardingBatch] = []
    var batch = ForwardingBatch()
    var proposed: Set<[UID]> = []
    for instance in instances {
      let sopClass = instance.identity.sopClass
      let all = syntaxes([wanted?.uid, instance.receivedTransferSyntax, instance.transferSyntax]).map {
        (key: [sopClass, $0], syntaxes: [$0])
      }
      var needed = all.filter { !proposed.contains($0.key) }
      if batch.contexts.count + needed.count > PresentationContext.maximumCount {
        batches.append(batch)
        batch = ForwardingBatch()
        proposed = []
        needed = all
      }
      for context in needed {
        proposed.insert(context.key)
        batch.contexts.append(
          PresentationContext(
            id: UInt8(batch.contexts.count * 2 + 1), abstractSyntax: sopClass, transferSyntaxes: context.syntaxes))
      }
      batch.instances.append(instance)
    }
    if !batch.instances.isEmpty { batches.append(batch) }
    return batches
  }

  /// These and the native transfer syntaxes, each once.
  private static func syntaxes(_ own: [UID?]) -> [UID] {
    let native = [TransferSyntax.explicitVRLittleEndian.uid, TransferSyntax.implicitVRLittleEndian.uid]
    var all: [UID] = []
    for syntax in own.compactMap(\.self) + native where !all.contains(syntax) { all.append(syntax) }
    return all
  }
}
