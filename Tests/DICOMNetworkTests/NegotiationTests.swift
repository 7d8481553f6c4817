// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import Testing

@testable import DICOMNetwork

/// PS3.8 §7.1.1, §9.3.3 and PS3.7 §D.3: what is accepted, refused and answered.
struct NegotiationTests {
  static let ct: UID = "1.2.840.10008.5.1.4.1.1.2"
  static let find: UID = "1.2.840.10008.5.1.4.1.2.2.1"
  static let implicit = TransferSyntax.implicitVRLittleEndian.uid
  static let explicit = TransferSyntax.explicitVRLittleEndian.uid
  static let jpeg: UID = "1.2.840.10008.1.2.4.50"

  static func policy() -> AcceptancePolicy {
    AcceptancePolicy(
      calledAETitles: .only(["MARTLET"]), callingAETitles: .only(["CT1"]),
      rules: [
        ct: AbstractSyntaxRule(transferSyntaxes: .anyProposed, allowsRequestorSCP: true),
        find: AbstractSyntaxRule(
          transferSyntaxes: .preferring([explicit, implicit]),
          extendedNegotiation: { asked in asked.enumerated().map { $0.offset == 1 ? 0 : $0.element } }),
      ], implementationClassUID: "1.2.3", implementationVersionName: "TEST", maximumLength: 32768)
  }

  static func request(_ contexts: [PresentationContext]) -> AssociateRQ {
    AssociateRQ(calledAETitle: "MARTLET", callingAETitle: "CT1", presentationContexts: contexts)
  }

  func acceptance(_ request: AssociateRQ, _ policy: AcceptancePolicy = policy()) throws -> AssociateAC {
    guard case .accept(let acceptance) = policy.negotiate(request) else {
      throw AssociationStateError(state: .sta3)
    }
    return acceptance
  }

  @Test func transferSyntaxes() throws {
    let acceptance = try acceptance(
      Self.request([
        PresentationContext(id: 1, abstractSyntax: Self.ct, transferSyntaxes: [Self.jpeg, Self.implicit]),
        PresentationContext(id: 3, abstractSyntax: Self.find, transferSyntaxes: [Self.implicit, Self.explicit]),
        PresentationContext(id: 5, abstractSyntax: Self.find, transferSyntaxes: [Self.jpeg]),
        PresentationContext(id: 7, abstractSyntax: "1.2.3.4", transferSyntaxes: [Self.implicit]),
      ]))
    #expect(
      acceptance.presentationContexts == [
        PresentationContextResult(id: 1, result: .acceptance, transferSyntax: Self.jpeg),
        PresentationContextResult(id: 3, result: .acceptance, transferSyntax: Self.explicit),
        PresentationContextResult(id: 5, result: .transferSyntaxesNotSupported, transferSyntax: Self.jpeg),
        PresentationContextResult(id: 7, result: .abstractSyntaxNotSupported, transferSyntax: Self.implicit),
      ])
    #expect(acceptance.userInformation.maximumLength == 32768)
    #expect(acceptance.calledAETitle == "MARTLET")
  }

  @Test func rolesWindowAndExtendedNegotiation() throws {
    var request = Self.request([
      PresentationContext(id: 1, abstractSyntax: Self.ct, transferSyntaxes: [Self.explicit]),
      PresentationContext(id: 3, abstractSyntax: Self.find, transferSyntaxes: [Self.explicit]),
    ])
    request.userInformation.roleSelections = [
      RoleSelection(sopClass: Self.ct, scu: false, scp: true), RoleSelection(sopClass: Self.find, scu: true, scp: true),
      RoleSelection(sopClass: "1.2.3.9", scu: true, scp: true),
    ]
    request.userInformation.asynchronousOperationsWindow = .init(maximumInvoked: 0, maximumPerformed: 4)
    request.userInformation.extendedNegotiations = [
      SOPClassExtendedNegotiation(sopClass: Self.find, information: [1, 1, 1])
    ]
    var policy = Self.policy()
    policy.asynchronousOperationsWindow = .init(maximumInvoked: 8, maximumPerformed: 1)
    let acceptance = try acceptance(request, policy)
    #expect(
      acceptance.userInformation.roleSelections == [
        RoleSelection(sopClass: Self.ct, scu: false, scp: true),
        RoleSelection(sopClass: Self.find, scu: true, scp: false),
      ])
    #expect(acceptance.userInformation.asynchronousOperationsWindow == .init(maximumInvoked: 8, maximumPerformed: 1))
    #expect(acceptance.userInformation.extendedNegotiations.first?.information == [1, 0, 1])
    let negotiated = NegotiatedAssociation(request: request, acceptance: acceptance)
    #expect(negotiated.contexts[1]?.requestorIsSCP == true && negotiated.contexts[1]?.requestorIsSCU == false)
    #expect(negotiated.contexts[3]?.requestorIsSCP == false && negotiated.contexts[3]?.requestorIsSCU == true)
  }

  @Test func roleThatNobodyMayTakeRefusesTheContext() throws {
    var request = Self.request([
      PresentationContext(id: 1, abstractSyntax: Self.find, transferSyntaxes: [Self.explicit])
    ])
    request.userInformation.roleSelections = [RoleSelection(sopClass: Self.find, scu: false, scp: true)]
    #expect(try acceptance(request).presentationContexts.first?.result == .userRejection)
  }

  @Test func rejections() {
    let context = PresentationContext(id: 1, abstractSyntax: Self.ct, transferSyntaxes: [Self.explicit])
    var called = Self.request([context])
    called.calledAETitle = "OTHER"
    #expect(Self.policy().negotiate(called) == .reject(AssociateRJ(result: 1, source: 1, reason: 7)))
    var calling = Self.request([context])
    calling.callingAETitle = "UNKNOWN"
    #expect(Self.policy().negotiate(calling) == .reject(AssociateRJ(result: 1, source: 1, reason: 3)))
    var application = Self.request([context])
    application.applicationContext = "1.2.3"
    #expect(Self.policy().negotiate(application) == .reject(AssociateRJ(result: 1, source: 1, reason: 2)))
  }

  @Test(arguments: [[], [2], [1, 1], [0], Array(repeating: 1, count: 129)] as [[UInt8]])
  func badContextIDs(ids: [UInt8]) {
    let request = Self.request(
      ids.map { PresentationContext(id: $0, abstractSyntax: Self.ct, transferSyntaxes: [Self.explicit]) })
    #expect(Self.policy().negotiate(request) == .reject(AssociateRJ(result: 1, source: 2, reason: 1)))
  }

  @Test func userIdentity() throws {
    var request = Self.request([
      PresentationContext(id: 1, abstractSyntax: Self.ct, transferSyntaxes: [Self.explicit])
    ])
    request.userInformation.userIdentity = UserIdentity(
      kind: .username, positiveResponseRequested: true, primaryField: Array("ann".utf8))
    #expect(try acceptance(request).userInformation.userIdentityResponse == nil)
    var policy = Self.policy()
    policy.userIdentity = { $0.primaryField == Array("ann".utf8) ? .accepted(response: []) : .refused }
    #expect(try acceptance(request, policy).userInformation.userIdentityResponse == [])
    request.userInformation.userIdentity?.primaryField = []
    #expect(policy.negotiate(request) == .reject(.noReasonGiven))
  }

  @Test func serviceClassOfUnknownSOPClass() throws {
    var request = Self.request([
      PresentationContext(id: 1, abstractSyntax: "1.2.3.4", transferSyntaxes: [Self.explicit])
    ])
    var policy = Self.policy()
    policy.serviceClassRules["1.2.840.10008.4.2"] = AbstractSyntaxRule(transferSyntaxes: .anyProposed)
    #expect(try acceptance(request, policy).presentationContexts.first?.result == .abstractSyntaxNotSupported)
    request.userInformation.commonExtendedNegotiations = [
      SOPClassCommonExtendedNegotiation(
        sopClass: "1.2.3.4", serviceClass: "1.2.840.10008.4.2", relatedGeneralSOPClasses: [])
    ]
    #expect(try acceptance(request, policy).presentationContexts.first?.result == .acceptance)
  }

  @Test func answersToNothingAskedAreIgnored() {
    let request = Self.request([
      PresentationContext(id: 1, abstractSyntax: Self.ct, transferSyntaxes: [Self.explicit])
    ])
    let acceptance = AssociateAC(
      calledAETitle: "", callingAETitle: "",
      presentationContexts: [
        PresentationContextResult(id: 1, result: .acceptance, transferSyntax: Self.jpeg),
        PresentationContextResult(id: 9, result: .acceptance, transferSyntax: Self.explicit),
      ])
    #expect(NegotiatedAssociation(request: request, acceptance: acceptance).contexts.isEmpty)
  }
}
