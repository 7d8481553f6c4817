// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCore
import DICOMDictionary
import DICOMFile
import Foundation

/// `martlet dump`: what stands in DICOM files.
struct Dump: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dump",
    abstract: "Print what stands in DICOM files.",
    discussion: """
      Files are read as they stream by, so size does not matter. What does not conform is read as far as possible and \
      listed behind the elements. Exit code 1 says that a file could not be read.
      """)

  @Argument(help: "Files to print; - is the standard input.")
  var files: [String]

  @Flag(help: "Print the DICOM JSON model (PS3.18 Annex F), an array where there are several files.")
  var json = false

  @Flag(help: "Print a line per element for programs: path, tag, VR, length, value, separated by tabs.")
  var elements = false

  @Option(
    name: [.customLong("tag"), .customLong("keyword")],
    help: "Print only these attributes, at any depth: gggg,eeee or a keyword. May be given several times.")
  var selection: [String] = []

  @Option(help: "Bytes of a value that are printed; 0 prints all.")
  var maxLength: Int?

  @Flag(help: "Give standard attributes that say UN the VR of the dictionary.")
  var interpretUN = false

  mutating func validate() throws {
    if json && elements { throw ValidationError("--json and --elements exclude each other.") }
    if let maxLength, maxLength < 0 { throw ValidationError("--max-length is not negative.") }
    _ = try selectedTags()
  }

  mutating func run() throws {
    let selected = try selectedTags()
    var failed = false
    if json, files.count > 1 { print("[") }
    for (index, file) in files.enumerated() {
      do {
        if json, index > 0 { print(",") }
        if json { try printModel(file, selected) } else { try printElements(file, selected) }
      } catch {
        failed = true
        if json, files.count > 1 { print("null") }
        FileHandle.standardError.write(Data("martlet: \(file): \(error)\n".utf8))
      }
    }
    if json, files.count > 1 { print("]") }
    flushOutput()
    if failed { throw ExitCode.failure }
  }

  private func printElements(_ file: String, _ selected: Set<Tag>) throws {
    let options = ReadOptions(interpretsUN: interpretUN)
    let limit = maxLength.map { $0 == 0 ? Int.max : $0 } ?? (elements ? Int.max : DumpText.defaultLength)
    var walker = try DumpWalker(file, options: options, valueLength: limit)
    let format = DumpText(isForPrograms: elements)
    if !elements { print("# \(file): \(walker.summary)") }
    // The depth below which everything is printed, because it is in a selected sequence.
    var printedDepth: Int?
    while let entry = try walker.next() {
      if let depth = printedDepth, entry.depth <= depth { printedDepth = nil }
      let isAlone = !selected.isEmpty && printedDepth == nil
      if isAlone {
        guard let tag = entry.tag, selected.contains(tag) else { continue }
        printedDepth = entry.depth
      }
      if let line = format.line(entry, isAlone: isAlone) { print(line) }
    }
    if !elements {
      for finding in walker.findings { print("# \(finding)") }
    }
  }

  private func printModel(_ file: String, _ selected: Set<Tag>) throws {
    let bytes = try FileBytes(file).readAll()
    var dataSet = try Part10File.read(bytes, options: ReadOptions(interpretsUN: true)).dataSet
    if !selected.isEmpty { dataSet.keep { selected.contains($0.tag) } }
    let limit = maxLength.map { $0 == 0 ? Int.max : $0 } ?? DumpText.defaultInlineLength
    let options = DICOMJSON.EncodingOptions { path, element in
      (element.bytes?.count ?? .max) > limit ? "\(file)#\(path)" : nil
    }
    print(String(decoding: DICOMJSON.encode(dataSet, options: options), as: UTF8.self))
  }

  private func selectedTags() throws -> Set<Tag> {
    var tags: Set<Tag> = []
    for name in selection {
      guard let tag = Tag(hexadecimal: name) ?? DataDictionary.tag(keyword: name) else {
        throw ValidationError("\(name) is neither a tag nor a keyword.")
      }
      tags.insert(tag)
    }
    return tags
  }
}
