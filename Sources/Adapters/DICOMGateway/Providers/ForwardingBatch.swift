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
  static func split(_ instances: [StoredInstance]) -> [ForwardingBatch] {
    var batches: [ForwardingBatch] = []
    var batch = ForwardingBatch()
    var proposed: Set<[UID]> = []
    for instance in instances {
      var needed: [(key: [UID], syntaxes: [UID])] = []
      let sopClass = instance.identity.sopClass
      let native = [TransferSyntax.explicitVRLittleEndian.uid, TransferSyntax.implicitVRLittleEndian.uid]
      if !native.contains(instance.transferSyntax) {
        needed.append(([sopClass, instance.transferSyntax], [instance.transferSyntax]))
      }
      for syntax in native { needed.append(([sopClass, syntax], [syntax])) }
      needed.removeAll { proposed.contains($0.key) }
      if batch.contexts.count + needed.count > PresentationContext.maximumCount {
        batches.append(batch)
        batch = ForwardingBatch()
        proposed = []
        needed = native.map { ([sopClass, $0], [$0]) }
        if !native.contains(instance.transferSyntax) {
          needed.append(([sopClass, instance.transferSyntax], [instance.transferSyntax]))
        }
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
}
