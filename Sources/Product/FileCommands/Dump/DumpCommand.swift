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

      martlet dump --tag PatientName --tag 0008,1155 -r folder
      """)

  @Argument(help: "Files to print, folders with --recursive; - is the standard input.")
  var files: [String]

  @Flag(name: .shortAndLong, help: "Print the files of folders and of the folders in them.")
  var recursive = false

  @Flag(help: "Print the DICOM JSON model (PS3.18 Annex F), an array where there are several files.")
  var json = false

  @Flag(help: "Print the Native DICOM Model (PS3.19 Annex A.1), a document for each file.")
  var xml = false

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
    if [json, xml, elements].filter({ $0 }).count > 1 {
      throw ValidationError("--json, --xml and --elements exclude each other.")
    }
    if let maxLength, maxLength < 0 { throw ValidationError("--max-length is not negative.") }
    _ = try selectedTags()
  }

  mutating func run() throws {
    try FileWalk.check(files, isRecursive: recursive)
    let selected = try selectedTags()
    let isList = json && (files.count > 1 || recursive)
    var failed = false
    if isList { print("[") }
    for (index, file) in FileWalk(files, isRecursive: recursive).enumerated() {
      do {
        if isList, index > 0 { print(",") }
        if json || xml { try printModel(file, selected) } else { try printElements(file, selected) }
      } catch {
        failed = true
        if isList { print("null") }
        complain("martlet: \(file): \(error)")
      }
    }
    if isList { print("]") }
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
    let limit = maxLength.map { $0 == 0 ? Int.max : $0 } ?? DumpText.defaultInlineLength
    let options = ModelEncodingOptions { path, element in
      element.length > limit ? "\(file)#\(path)" : nil
    }
    let stream = ModelStream(syntax: json ? .json : .xml, options: options, selected: selected)
    // What cannot be read at all must not leave half a model behind.
    var text: [UInt8] = []
    try stream.write(file) { part in
      text += part
      if text.count >= FileBytes.pieceLength {
        FileHandle.standardOutput.write(Data(text))
        text = []
      }
    }
    flushOutput()
    FileHandle.standardOutput.write(Data(text + (json ? [0x0A] : [])))
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
