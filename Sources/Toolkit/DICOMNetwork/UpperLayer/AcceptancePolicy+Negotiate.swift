// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// The acceptor's answer.
public enum NegotiationOutcome: Sendable, Hashable {
  case accept(AssociateAC)
  case reject(AssociateRJ)
}

extension AcceptancePolicy {
  /// Answers a request (PS3.8 §7.1.1, PS3.7 §D.3).
  public func negotiate(_ request: AssociateRQ) -> NegotiationOutcome {
    if let rejection = rejection(request) { return .reject(rejection) }
    let offered = Set(request.presentationContexts.map(\.abstractSyntax))
    var roles: [UID: RoleSelection] = [:]
    for asked in request.userInformation.roleSelections where offered.contains(asked.sopClass) {
      guard roles[asked.sopClass] == nil, let rule = rule(for: asked.sopClass, in: request) else { continue }
      roles[asked.sopClass] = RoleSelection(
        sopClass: asked.sopClass, scu: asked.scu && rule.allowsRequestorSCU, scp: asked.scp && rule.allowsRequestorSCP)
    }
    let results = request.presentationContexts.map { answer($0, roles[$0.abstractSyntax], request) }

    var information = UserInformation(
      maximumLength: maximumLength, implementationClassUID: implementationClassUID,
      implementationVersionName: implementationVersionName)
    information.roleSelections = roles.values.sorted { $0.sopClass < $1.sopClass }
    information.extendedNegotiations = request.userInformation.extendedNegotiations.compactMap { asked in
      guard offered.contains(asked.sopClass),
        let answer = rule(for: asked.sopClass, in: request)?.extendedNegotiation(asked.information)
      else { return nil }
      return SOPClassExtendedNegotiation(sopClass: asked.sopClass, information: answer)
    }
    information.asynchronousOperationsWindow = request.userInformation.asynchronousOperationsWindow.map { asked in
      AsynchronousOperationsWindow(
        maximumInvoked: Self.lesser(asked.maximumInvoked, asynchronousOperationsWindow.maximumInvoked),
        maximumPerformed: Self.lesser(asked.maximumPerformed, asynchronousOperationsWindow.maximumPerformed))
    }
    if let identity = request.userInformation.userIdentity {
      switch userIdentity(identity) {
      case .ignored: break
      case .accepted(let response):
        if identity.positiveResponseRequested { information.userIdentityResponse = response }
      case .refused: return .reject(.noReasonGiven)
      }
    }
    return .accept(
      AssociateAC(
        calledAETitle: request.calledAETitle, callingAETitle: request.callingAETitle, presentationContexts: results,
        userInformation: information))
  }

  /// What refuses the association as a whole.
  private func rejection(_ request: AssociateRQ) -> AssociateRJ? {
    guard request.applicationContext == AssociateRQ.dicomApplicationContext else {
      return .applicationContextNameNotSupported
    }
    guard calledAETitles.allows(request.calledAETitle) else { return .calledAETitleNotRecognized }
    guard callingAETitles.allows(request.callingAETitle) else { return .callingAETitleNotRecognized }
    let ids = request.presentationContexts.map(\.id)
    guard !ids.isEmpty, ids.count <= PresentationContext.maximumCount, ids.allSatisfy({ $0 % 2 == 1 }),
      Set(ids).count == ids.count
    else { return .noReasonGivenByProvider }
    return nil
  }

  private func answer(
    _ context: PresentationContext, _ role: RoleSelection?, _ request: AssociateRQ
  ) -> PresentationContextResult {
    // The transfer syntax of a refused context is not significant, but peers want one (PS3.8 §9.3.3.2).
    let placeholder = context.transferSyntaxes.first ?? TransferSyntax.implicitVRLittleEndian.uid
    func refuse(_ result: PresentationContextResult.Result) -> PresentationContextResult {
      PresentationContextResult(id: context.id, result: result, transferSyntax: placeholder)
    }
    guard let rule = rule(for: context.abstractSyntax, in: request) else { return refuse(.abstractSyntaxNotSupported) }
    let isUsable = role.map { $0.scu || $0.scp } ?? rule.allowsRequestorSCU
    guard isUsable else { return refuse(.userRejection) }
    guard let syntax = rule.transferSyntaxes.choose(context.transferSyntaxes) else {
      return refuse(.transferSyntaxesNotSupported)
    }
    return PresentationContextResult(id: context.id, result: .acceptance, transferSyntax: syntax)
  }

  /// The smaller number of operations, where 0 is no limit.
  private static func lesser(_ left: UInt16, _ right: UInt16) -> UInt16 {
    if left == 0 { return right }
    return right == 0 ? left : min(left, right)
  }
}
