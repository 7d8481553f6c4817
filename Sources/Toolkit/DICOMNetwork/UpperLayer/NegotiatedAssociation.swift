// SPDX-License-Identifier: Apache-2.0

public import DICOMCore

/// An accepted presentation context with the roles that go with it.
public struct NegotiatedContext: Sendable, Hashable {
  public var id: UInt8
  public var abstractSyntax: UID
  public var transferSyntax: TransferSyntax
  /// The association requestor may act as SCU; so it is unless negotiated otherwise (PS3.7 §D.3.3.4).
  public var requestorIsSCU: Bool
  /// The association requestor may act as SCP, as for the sub-operations of C-GET.
  public var requestorIsSCP: Bool

  public init(
    id: UInt8, abstractSyntax: UID, transferSyntax: TransferSyntax, requestorIsSCU: Bool = true,
    requestorIsSCP: Bool = false
  ) {
    self.id = id
    self.abstractSyntax = abstractSyntax
    self.transferSyntax = transferSyntax
    self.requestorIsSCU = requestorIsSCU
    self.requestorIsSCP = requestorIsSCP
  }
}

/// What request and acceptance amount to, the same for both sides.
public struct NegotiatedAssociation: Sendable, Hashable {
  public let request: AssociateRQ
  public let acceptance: AssociateAC
  /// Accepted contexts by ID.
  public let contexts: [UInt8: NegotiatedContext]

  public init(request: AssociateRQ, acceptance: AssociateAC) {
    self.request = request
    self.acceptance = acceptance
    let roles = Dictionary(
      acceptance.userInformation.roleSelections.map { ($0.sopClass, $0) }, uniquingKeysWith: { first, _ in first })
    let proposedRoles = Set(request.userInformation.roleSelections.map(\.sopClass))
    var contexts: [UInt8: NegotiatedContext] = [:]
    for result in acceptance.presentationContexts where result.isAccepted {
      // An answer to what was not asked, or with a transfer syntax that was not offered, is no agreement.
      guard let proposed = request.presentationContext(result.id),
        proposed.transferSyntaxes.contains(result.transferSyntax)
      else { continue }
      let role = proposedRoles.contains(proposed.abstractSyntax) ? roles[proposed.abstractSyntax] : nil
      contexts[result.id] = NegotiatedContext(
        id: result.id, abstractSyntax: proposed.abstractSyntax, transferSyntax: TransferSyntax(result.transferSyntax),
        requestorIsSCU: role?.scu ?? true, requestorIsSCP: role?.scp ?? false)
    }
    self.contexts = contexts
  }

  public var callingAETitle: String { request.callingAETitle }
  public var calledAETitle: String { request.calledAETitle }
  public var contextIDs: Set<UInt8> { Set(contexts.keys) }

  /// Accepted contexts of an abstract syntax, lowest ID first.
  public func contexts(for abstractSyntax: UID) -> [NegotiatedContext] {
    contexts.values.filter { $0.abstractSyntax == abstractSyntax }.sorted { $0.id < $1.id }
  }

  /// The context for an abstract and a transfer syntax.
  public func context(for abstractSyntax: UID, transferSyntax: TransferSyntax) -> NegotiatedContext? {
    contexts(for: abstractSyntax).first { $0.transferSyntax == transferSyntax }
  }

  /// The longest P-DATA-TF that the peer of `role` takes; 0 is no limit.
  public func peerMaximumLength(_ role: AssociationMachine.Role) -> UInt32 {
    role == .acceptor ? request.userInformation.maximumLength : acceptance.userInformation.maximumLength
  }

  /// The longest P-DATA-TF that `role` announced; 0 is no limit.
  public func ownMaximumLength(_ role: AssociationMachine.Role) -> UInt32 {
    role == .requestor ? request.userInformation.maximumLength : acceptance.userInformation.maximumLength
  }
}
