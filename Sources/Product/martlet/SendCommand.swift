// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCore
import DICOMNIO
import DICOMNetwork
import DICOMServices
import FileCommands
import Foundation
import MartletServer

/// C-STORE: sends files as they are.
struct Send: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Send files and folders to a DICOM node (C-STORE).",
    discussion: """
      The data set's bytes go out as they stand in the file, in the transfer syntax they are in. Files that are no \
      DICOM objects are passed over and counted. Exit code 1 when any object was not stored.
      """)

  @OptionGroup var peer: PeerOptions
  @Argument(help: "Files and folders.") var paths: [String]

  func run() async throws {
    let files = try Importer.files(below: paths)
    var summary = SendSummary()
    var objects: [SendFile] = []
    for file in files {
      do {
        objects.append(try await SendFile.inspect(file))
      } catch SendFile.Problem.ignored(let reason) {
        summary.ignored += 1
        if peer.verbose { complain("\(file): passed over: \(reason)") }
      } catch SendFile.Problem.unreadable(let reason) {
        summary.fail(file, reason)
      }
    }
    let progress = ProgressLine(
      total: objects.count, isShown: !peer.json && !peer.verbose && isatty(STDERR_FILENO) == 1)
    let start = ContinuousClock.now
    for batch in SendBatch.split(objects) { await send(batch, &summary, progress) }
    progress.end()
    summary.seconds = (ContinuousClock.now - start) / .seconds(1)
    try summary.report(files: files.count, json: peer.json)
    if summary.failed > 0 { throw ExitCode(1) }
  }

  /// Sends one batch; a broken association is made again, as long as each brings at least one answer.
  private func send(_ batch: SendBatch, _ summary: inout SendSummary, _ progress: ProgressLine) async {
    var rest = batch.files[...]
    while !rest.isEmpty {
      let before = rest.count
      do {
        let association = try await peer.connect(batch.contexts)
        while let file = rest.first {
          try await send(file, over: association, &summary)
          rest = rest.dropFirst()
          progress.show(summary.done, "\(summary.sent) stored, \(summary.failed) failed")
        }
        try await association.release()
        return
      } catch {
        guard let file = rest.first else { return }
        summary.fail(file.path, "\(error)")
        rest = rest.dropFirst()
        if rest.count == before - 1 {
          for file in rest { summary.fail(file.path, "not tried: \(error)") }
          return
        }
      }
    }
  }

  private func send(_ file: SendFile, over association: Association, _ summary: inout SendSummary) async throws {
    let source: FileDataSetSource
    do {
      source = try FileDataSetSource(path: file.path, offset: Int64(file.dataSetOffset))
    } catch {
      summary.fail(file.path, error.description)
      return
    }
    do {
      let response = try await association.store(file.operation, from: source)
      let meaning = ServiceClass.meaning(response.status, of: .cStoreRQ)
      let text = "\(response.status.hexadecimal) \(meaning)" + (response.errorComment.map { ": \($0)" } ?? "")
      if peer.verbose { complain("\(file.path): \(text)") }
      switch response.status.category {
      case .success: summary.store(source.byteCount)
      case .warning: summary.store(source.byteCount, warning: (file.path, text))
      case .failure, .cancel, .pending: summary.fail(file.path, text, status: response.status)
      }
    } catch let error as AssociationError {
      guard case .contextNotAccepted = error.code else { throw error }
      summary.fail(file.path, error.reason)
    }
  }
}
