// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMNIO
import DICOMNetwork
import DICOMServices
import FileCommands
import Foundation

/// Storage SCP that writes to a folder.
struct Receive: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Listen, and write what DICOM nodes send into a folder.",
    discussion: """
      Every SOP class is taken in the transfer syntax that its sender prefers, and written as it comes into \
      <SOP instance UID>.dcm. Runs until Ctrl-C, or until --count objects have come.
      """)

  @Argument(help: "Port to listen on; 0 takes a free one.") var port: Int
  @Option(name: .shortAndLong, help: "Folder to write to; made when it is not there.") var output: String
  @Option(help: "Address to listen on.") var bind = "127.0.0.1"
  @Option(help: "Take only associations that call this AE title.") var aeTitle: String?
  @Option(help: "Stop after so many objects.") var count: Int?
  @Flag(help: "Print one line of JSON for each object.") var json = false
  @Flag(name: .shortAndLong, help: "Tell of each association.") var verbose = false

  func validate() throws {
    guard (0...65535).contains(port) else { throw ValidationError("A port is a number from 0 to 65535.") }
    if let aeTitle, !PeerOptions.isAETitle(aeTitle) { throw ValidationError("'\(aeTitle)' is no AE title.") }
    if let count, count < 1 { throw ValidationError("--count is a number from 1.") }
  }

  func run() async throws {
    let (received, arrivals) = AsyncStream.makeStream(of: FolderStore.Received.self)
    let store = try FolderStore(output) { arrivals.yield($0) }
    let listener = try await DICOMListener.bind(host: bind, port: port, options: options(), storage: store)
    complain("listening on \(bind):\(listener.port), writing to \(output)")
    await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await listener.run() }
      var number = 0
      for await object in received {
        report(object)
        number += 1
        if number == count { break }
      }
      // The last response is on its way: let the peer release first.
      try? await Task.sleep(for: .milliseconds(200))
      group.cancelAll()
    }
  }

  private func options() -> ListenerOptions {
    var policy = AcceptancePolicy(
      calledAETitles: aeTitle.map { .only([$0]) } ?? .any,
      rules: [
        .verification: AbstractSyntaxRule(
          transferSyntaxes: .preferring([
            TransferSyntax.explicitVRLittleEndian.uid, TransferSyntax.implicitVRLittleEndian.uid,
          ]))
      ], implementationClassUID: FileMetaInformation.implementationClass,
      implementationVersionName: FileMetaInformation.implementationVersion)
    policy.otherwise = AbstractSyntaxRule(transferSyntaxes: .anyProposed)
    let isVerbose = verbose
    return ListenerOptions(policy: policy) { event in
      switch event {
      case .accepted(let negotiated, let peer):
        if isVerbose { complain("\(negotiated.callingAETitle) from \(peer)") }
      case .rejected(let rejection, let calling, let called, let peer):
        complain("\(calling) from \(peer) calling \(called): \(rejection)")
      case .ended(let calling, let peer, let reason):
        if let reason, isVerbose || !calling.isEmpty { complain("\(calling) from \(peer): \(reason)") }
      }
    }
  }

  private func report(_ object: FolderStore.Received) {
    guard json else {
      let name = UIDDictionary.entry(for: UID(object.sopClassUID))?.name ?? object.sopClassUID
      print("\(object.file): \(object.bytes) bytes from \(object.callingAETitle), \(name)")
      fflush(nil)
      return
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if let line = try? encoder.encode(object) { print(String(decoding: line, as: UTF8.self)) }
    fflush(nil)
  }
}
