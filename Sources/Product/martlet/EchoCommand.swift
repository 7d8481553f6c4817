// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCore
import DICOMDictionary
import DICOMNIO
import DICOMNetwork
import DICOMServices
import FileCommands

/// C-ECHO: is a DICOM node there?
struct Echo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Ask a DICOM node whether it is there (C-ECHO).",
    discussion: "Exit code 0 when the answer is success, 1 otherwise.")

  @OptionGroup var peer: PeerOptions

  private struct Report: Encodable {
    let status: String
    let milliseconds: Double
    let implementationVersionName: String?
    let implementationClassUID: String?
  }

  func run() async throws {
    let contexts = PresentationContext.numbered([
      (.verification, [TransferSyntax.implicitVRLittleEndian.uid, TransferSyntax.explicitVRLittleEndian.uid])
    ])
    let start = ContinuousClock.now
    let association = try await peer.connect(contexts)
    let status = try await association.echo()
    let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
    await peer.release(association)
    let information = association.negotiated.acceptance.userInformation
    if peer.json {
      try printJSON(
        Report(
          status: status.hexadecimal, milliseconds: milliseconds,
          implementationVersionName: information.implementationVersionName,
          implementationClassUID: information.implementationClassUID?.rawValue))
    } else {
      print("\(peer.called) at \(peer.host):\(peer.port) answers: \(status), \(Int(milliseconds.rounded())) ms")
    }
    if status != .success { throw ExitCode(1) }
  }
}
