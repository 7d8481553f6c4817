// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCore
import DICOMDictionary
import Foundation

/// `martlet compare`: what differs between two files or folders.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare two DICOM files, or two folders, element by element.",
    discussion: """
      Values are compared as what they mean: text across character sets, numbers across byte orders and spellings, \
      private elements by their creators. Of folders, files with the same SOP Instance UID are compared. Exit code 0 \
      says that nothing differs, 1 that something does or cannot be read.

      martlet compare a.dcm b.dcm --ignore SOPInstanceUID --ignore 'ReferencedStudySequence[*].ReferencedSOPClassUID'
      martlet compare original.dcm transcoded.dcm --pixels
      martlet compare before after --json
      """)

  @Argument(help: "A file or a folder.")
  var first: String

  @Argument(help: "A file or a folder.")
  var second: String

  @Option(
    name: .shortAndLong,
    help: """
      An attribute that may differ, with what is in it: a keyword or tag for any depth, a path of several steps for \
      one place. May be given several times.
      """)
  var ignore: [String] = []

  @Flag(help: "Private elements may differ.")
  var ignorePrivate = false

  @Flag(name: .customLong("ignore-vr"), help: "VRs may differ where the values are the same.")
  var ignoreVR = false

  @Flag(help: "Compare File Meta Information too, but for what tells of the writer.")
  var meta = false

  @Flag(help: "Compare pixel data by the decoded samples, not by the bytes of the stream.")
  var pixels = false

  @Option(help: "Difference of two samples that counts as none, with --pixels.")
  var tolerance = 0.0

  @Flag(help: "Print the differences as JSON.")
  var json = false

  @Flag(name: .shortAndLong, help: "Print nothing but errors; the exit code tells.")
  var quiet = false

  mutating func validate() throws {
    if tolerance != 0, !pixels { throw ValidationError("--tolerance is of use with --pixels.") }
    _ = try options()
  }

  private func options() throws -> CompareOptions {
    do {
      return CompareOptions(
        ignored: try ignore.map { try AttributePath($0) }, ignoresPrivate: ignorePrivate, ignoresVR: ignoreVR,
        comparesMeta: meta, comparesPixels: pixels, tolerance: tolerance)
    } catch {
      throw ValidationError("\(error)")
    }
  }

  mutating func run() throws {
    let options = try options()
    let folders = [first, second].map { path in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
    guard folders[0] == folders[1] else { throw CommandFailure("One is a folder, the other is none.") }
    var report = ComparisonReport()
    if folders[0] {
      compareFolders(options, &report)
    } else {
      report.add(FilePair(first: first, second: second).compare(options))
      if !json, !quiet { show(report.pairs) }
    }
    for pair in report.pairs { if let error = pair.error { complain("martlet: \(error)") } }
    if json { try printJSON(report) }
    flushOutput()
    if !report.isSame { throw ExitCode.failure }
  }

  private func compareFolders(_ options: CompareOptions, _ report: inout ComparisonReport) {
    let left = InstanceFolder(first)
    let right = InstanceFolder(second)
    report.onlyInFirst = left.paths(notIn: right)
    report.onlyInSecond = right.paths(notIn: left)
    for path in left.unreadable + right.unreadable {
      complain("martlet: \(path): has no SOP Instance UID to compare by")
    }
    let pairs = left.pairs(with: right)
    let progress = ProgressLine(total: pairs.count, isShown: pairs.count > 100 && isatty(STDERR_FILENO) == 1)
    let batch = 256
    for start in stride(from: 0, to: pairs.count, by: batch) {
      let end = min(start + batch, pairs.count)
      let compared = Parallel.map(Array(pairs[start..<end])) { $0.compare(options) }
      if !json, !quiet { show(compared.filter { !$0.isSame }) }
      compared.forEach { report.add($0) }
      progress.show(end, "")
    }
    progress.end()
    guard !json, !quiet else { return }
    for path in report.onlyInFirst { print("only in \(first): \(path)") }
    for path in report.onlyInSecond { print("only in \(second): \(path)") }
  }

  private func show(_ pairs: [ComparisonReport.Pair]) {
    for pair in pairs where !pair.isSame {
      print("--- \(pair.first)\n+++ \(pair.second)")
      for difference in pair.differences { print(difference.line) }
    }
  }
}
