// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMNIO
import DICOMNetwork

/// Files that share an association: their SOP classes and transfer syntaxes fit its 128 presentation contexts.
struct SendBatch {
  struct Syntax: Hashable {
    let abstract: UID
    let transfer: UID
  }

  private(set) var files: [SendFile] = []
  private(set) var syntaxes: [Syntax] = []

  /// One context for each pair, so that each file goes out in the syntax that it is in.
  var contexts: [PresentationContext] {
    PresentationContext.numbered(syntaxes.map { ($0.abstract, [$0.transfer]) })
  }

  /// Splits files into batches, in their order within each.
  static func split(_ files: [SendFile]) -> [SendBatch] {
    var batches: [SendBatch] = []
    var batchOfSyntax: [Syntax: Int] = [:]
    for file in files {
      let syntax = Syntax(abstract: file.operation.sopClass, transfer: file.operation.transferSyntax.uid)
      if let index = batchOfSyntax[syntax] {
        batches[index].files.append(file)
        continue
      }
      if batches.last.map({ $0.syntaxes.count == PresentationContext.maximumCount }) ?? true {
        batches.append(SendBatch())
      }
      batchOfSyntax[syntax] = batches.count - 1
      batches[batches.count - 1].syntaxes.append(syntax)
      batches[batches.count - 1].files.append(file)
    }
    return batches
  }
}
