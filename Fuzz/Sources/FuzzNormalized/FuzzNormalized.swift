// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMFile
import DICOMServices

/// Data sets of DIMSE-N requests (PS3.4 Annexes F, J, R, CC): whatever reads is created, set and acted on, as a
/// provider does with what a stranger sends. The first byte chooses the transfer syntax.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzNormalized(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  let bytes = [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  guard let first = bytes.first else { return 0 }
  let syntax: TransferSyntax = first & 1 == 0 ? .explicitVRLittleEndian : .implicitVRLittleEndian
  let limits = ReadLimits(depth: 64, elements: 10_000, inflatedLength: 1 << 20)
  guard
    let given = try? DataSetReader.read(
      ByteSlice(Array(bytes.dropFirst())), transferSyntax: syntax, options: ReadOptions(limits: limits))
  else { return 0 }
  performedStep(given)
  unifiedStep(given)
  _ = try? CommitmentRequest(given)
  _ = try? CommitmentResult(given)
  _ = try? InstanceAvailabilityNotice(given)
  let query = UnifiedProcedureStepQuery(given)
  _ = query.matches(given)
  _ = query.answer(given)
  return 0
}

private func performedStep(_ given: DataSet) {
  guard var step = try? PerformedProcedureStep(creating: given) else { return }
  precondition(step.state == .inProgress, "a performed step begins in another state")
  _ = try? step.set(given)
  _ = (step.creation, step.modification, step.notice, step.produced, step.scheduledSteps)
}

private func unifiedStep(_ given: DataSet) {
  guard var step = try? UnifiedProcedureStep(creating: given, as: "1.2.3", at: "20260101") else { return }
  precondition(step.state == .scheduled, "a step is created in another state")
  _ = try? step.set(given, at: "20260102")
  _ = (step.stateReport(), step.assigned, step.cancelRequested(by: "A", given))
  var other = step
  _ = try? other.requestCancel(given, at: "20260103")
  precondition(other.state == .canceled, "a step that nobody has begun is not canceled on request")
  _ = try? step.change(to: .inProgress, transactionUID: "1.9")
  precondition(step.state == .inProgress, "a step is not begun")
  let before = step
  _ = try? step.set(given, at: "20260104")
  _ = step.events(since: before)
  let answer = try? step.change(to: .completed, transactionUID: "1.9")
  precondition((answer == .success) == (step.state == .completed), "a step is completed without saying so")
}
