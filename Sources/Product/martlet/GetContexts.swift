// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMNetwork
import DICOMServices

/// What a C-GET proposes so that objects come as they are stored: where it is known which SOP classes are wanted, a
/// context for each of them in each transfer syntax; else all storage SOP classes, each with every syntax in one
/// context.
struct GetContexts {
  let contexts: [PresentationContext]
  let roles: [RoleSelection]

  init(model: QueryRetrieveModel, sopClasses: [UID], transferSyntaxes: [UID]) {
    let plain = [TransferSyntax.explicitVRLittleEndian.uid, TransferSyntax.implicitVRLittleEndian.uid]
    var syntaxes: [(abstract: UID, transfer: [UID])] = [(model.getSOPClass, plain)]
    let space = PresentationContext.maximumCount - syntaxes.count
    if !sopClasses.isEmpty, sopClasses.count * transferSyntaxes.count <= space {
      for sopClass in sopClasses { syntaxes += transferSyntaxes.map { (sopClass, [$0]) } }
    } else {
      let wanted = sopClasses.isEmpty ? StorageSOPClasses.all : sopClasses
      syntaxes += wanted.prefix(space).map { ($0, transferSyntaxes) }
    }
    contexts = PresentationContext.numbered(syntaxes)
    var seen: Set<UID> = [model.getSOPClass]
    roles = syntaxes.filter { seen.insert($0.abstract).inserted }.map {
      RoleSelection(sopClass: $0.abstract, scu: false, scp: true)
    }
  }

  /// Every current transfer syntax that carries pixel data, uncompressed first.
  static var defaultTransferSyntaxes: [UID] {
    let first = [
      TransferSyntax.explicitVRLittleEndian, .implicitVRLittleEndian, .deflatedExplicitVRLittleEndian, .rleLossless,
    ]
    let compressed = TransferSyntaxes.facts.filter { facts in
      facts.isEncapsulated && UIDDictionary.entry(for: facts.transferSyntax.uid)?.isRetired == false
    }.map(\.transferSyntax)
    return (first + compressed.filter { !first.contains($0) } + [.explicitVRBigEndian]).map(\.uid)
  }
}
