// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMNetwork
import Testing

func answer(_ request: AssociateRQ) -> PDU {
  let policy = AcceptancePolicy(
    calledAETitles: .only(["ARCHIVE"]),
    rules: [
      "1.2.840.10008.1.1": AbstractSyntaxRule(transferSyntaxes: .anyProposed),
      "1.2.840.10008.5.1.4.1.1.2": AbstractSyntaxRule(
        transferSyntaxes: .preferring([TransferSyntax.explicitVRLittleEndian.uid])),
    ], implementationClassUID: "1.2.3", implementationVersionName: "EXAMPLE", maximumLength: 65_536)
  switch policy.negotiate(request) {
  case .accept(let acceptance): return .associateAC(acceptance)
  case .reject(let rejection): return .associateRJ(rejection)
  }
}

@Suite struct DICOMNetworkExample {
  @Test func onlyTheArchiveAnswers() {
    let context = PresentationContext(
      id: 1, abstractSyntax: "1.2.840.10008.1.1", transferSyntaxes: [TransferSyntax.implicitVRLittleEndian.uid])
    let request = AssociateRQ(calledAETitle: "ARCHIVE", callingAETitle: "CT1", presentationContexts: [context])
    guard case .associateAC(let acceptance) = answer(request) else {
      Issue.record("the request was rejected")
      return
    }
    #expect(acceptance.presentationContexts.map(\.result) == [.acceptance])
    let other = AssociateRQ(calledAETitle: "PRINTER", callingAETitle: "CT1", presentationContexts: [context])
    guard case .associateRJ = answer(other) else {
      Issue.record("another title was accepted")
      return
    }
  }
}
