// SPDX-License-Identifier: Apache-2.0

public import Archive
public import DICOMCore
import DICOMDictionary
public import Logging

/// The archives that `federatedNodes` names, for those who do not ask by DIMSE.
public struct FederatedArchives: OtherArchives {
  private let archive: ImageArchive
  private let remotes: RemoteArchives
  private let logger: Logger

  /// - Returns: nil where none is named.
  public init?(_ archive: ImageArchive, nodes: any NodeDirectory, options: GatewayOptions, logger: Logger) {
    if options.federatedNodes.isEmpty { return nil }
    self.archive = archive
    self.logger = logger
    remotes = RemoteArchives(nodes: nodes, options: options, logger: logger)
  }

  public var titles: [String] { remotes.options.federatedNodes }

  public func find(_ level: QueryLevel, _ identifiers: [DataSet]) -> OtherAnswers {
    let asked = identifiers.map { identifier in
      var asked = identifier
      asked.set(.queryRetrieveLevel, .CS, level.term)
      return asked
    }
    let sopClass: UID =
      level == .patient
      ? .patientRootQueryRetrieveInformationModelFind : .studyRootQueryRetrieveInformationModelFind
    // Nobody of them asks here.
    let (answers, failures) = remotes.find(asked, sopClass: sopClass, nodes: remotes.asked(by: "")).finish()
    for (node, reason) in failures.sorted(by: { $0.key < $1.key }) {
      logger.warning("\(node) is left out of an answer: \(reason)")
    }
    return OtherAnswers(answers: answers.map { .init(node: $0.node, dataSet: $0.dataSet) }, failures: failures)
  }

  public func fetch(_ selection: InstanceSelection, _ level: QueryLevel) throws {
    try RemoteRetrieval(archive: archive, remotes: remotes, logger: logger).fetch(selection, level: level, for: "")
  }
}
