// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMNetwork
import DICOMServices

/// All that the gateway offers: what is registered here is negotiated, answered and declared.
struct ServiceRegistry: Sendable {
  let services: [OfferedService]
  let providers: [any ServiceProvider]
  let characterSets: AnswerCharacterSets
  /// Indices of `providers`.
  private let byAbstractSyntax: [UID: Int]

  init(options: GatewayOptions, providers: [any ServiceProvider], characterSets: AnswerCharacterSets) {
    self.characterSets = characterSets
    self.providers = providers
    services = Self.builtIn(options) + providers.flatMap(\.services)
    var byAbstractSyntax: [UID: Int] = [:]
    for (index, provider) in providers.enumerated() {
      for service in provider.services where service.role == .provider {
        for uid in service.sopClasses { byAbstractSyntax[uid] = index }
      }
    }
    self.byAbstractSyntax = byAbstractSyntax
  }

  /// Who performs DIMSE-N requests on a presentation context: the index of a provider.
  func index(of abstractSyntax: UID) -> Int? { byAbstractSyntax[abstractSyntax] }

  /// What an acceptor says to each abstract syntax.
  var rules: [UID: AbstractSyntaxRule] {
    var rules: [UID: AbstractSyntaxRule] = [:]
    for service in services where service.role == .provider {
      let negotiation = service.extendedNegotiation
      let rule = AbstractSyntaxRule(
        transferSyntaxes: .firstProposed(of: Set(service.transferSyntaxes)),
        allowsRequestorSCP: service.allowsRequestorSCP, extendedNegotiation: { negotiation?.answer($0) })
      for uid in service.sopClasses { rules[uid] = rule }
    }
    return rules
  }

  /// What a gateway with all of its parts offers.
  static func declared(_ options: GatewayOptions) -> [OfferedService] {
    builtIn(options) + NodeEcho.used + RemoteArchives.used + FilmForwarding.used + PerformedStepProvider.offered
      + PerformedStepForwarding.used + PrintProvider.offered
      + CommitmentProvider.offered + WorklistProvider.offered + AvailabilityNotification.used
      + AvailabilityProvider.offered + UnifiedProcedureStepProvider.offered + UnifiedWorklistProvider.offered
  }

  private static let relationalRetrieval = OfferedService.ExtendedNegotiation(
    meaning: "relational retrieval; enhanced multi-frame image conversion is not supported",
    information: QueryRetrieveNegotiation(relational: true).retrieveInformation, isGranted: true)
  private static let hierarchicalRetrieval = OfferedService.ExtendedNegotiation(
    meaning: "relational retrieval, enhanced multi-frame image conversion",
    information: QueryRetrieveNegotiation(relational: true, enhancedMultiframeConversion: true).retrieveInformation,
    isGranted: true)

  /// Verification, storage, query and retrieval, which work on the association itself.
  private static func builtIn(_ options: GatewayOptions) -> [OfferedService] {
    let storage = StorageSOPClasses.all + StorageSOPClasses.retired + StorageSOPClasses.industrial
    let syntaxes = TransferSyntaxes.all.map(\.uid)
    let stored = storage + options.privateStorageClasses
    return [
      OfferedService(
        serviceClass: "Verification", annex: "A", sopClasses: [.verification], operations: [.cEchoRQ]),
      OfferedService(
        serviceClass: "Storage", annex: "B", sopClasses: stored, operations: [.cStoreRQ],
        transferSyntaxes: syntaxes, allowsRequestorSCP: true),
      OfferedService(
        serviceClass: "Storage", annex: "B", role: .user, sopClasses: stored, operations: [.cStoreRQ],
        transferSyntaxes: syntaxes),
      OfferedService(
        serviceClass: "Query/Retrieve", annex: "C",
        sopClasses: QueryIdentifier.offered(QueryIdentifier.findModels, options),
        operations: [.cFindRQ],
        extendedNegotiation: .init(
          meaning: "relational queries, combined date-time matching, fuzzy semantic matching of person names, "
            + "timezone query adjustment, enhanced multi-frame image conversion, empty value matching, multiple value "
            + "matching",
          information: QueryRetrieveNegotiation(
            relational: true, combinedDateTimeMatching: true, fuzzySemanticMatching: true,
            timezoneQueryAdjustment: true, enhancedMultiframeConversion: true, emptyValueMatching: true,
            multipleValueMatching: true
          ).findInformation, isGranted: true)),
    ] + retrieval(options)
  }

  /// Retrieval by the hierarchical models, and by those that know instances only, which have annexes of their own.
  private static func retrieval(_ options: GatewayOptions) -> [OfferedService] {
    let parts: [(String, String, (QueryIdentifier.Model) -> Bool)] = [
      ("Query/Retrieve", "C", { $0 != .compositeInstance && $0 != .withoutBulkData }),
      ("Instance and Frame Level Retrieve", "Y", { $0 == .compositeInstance }),
      ("Composite Instance Retrieve Without Bulk Data", "Z", { $0 == .withoutBulkData }),
    ]
    let ways: [(CommandField, [UID: QueryIdentifier.Model])] = [
      (.cMoveRQ, QueryIdentifier.moveModels), (.cGetRQ, QueryIdentifier.getModels),
    ]
    return parts.flatMap { name, annex, isOfPart in
      ways.compactMap { operation, models in
        let classes = QueryIdentifier.offered(models.filter { isOfPart($0.value) }, options)
        if classes.isEmpty { return nil }
        return OfferedService(
          serviceClass: name, annex: annex, sopClasses: classes, operations: [operation],
          extendedNegotiation: annex == "C" ? hierarchicalRetrieval : relationalRetrieval)
      }
    }
  }
}
