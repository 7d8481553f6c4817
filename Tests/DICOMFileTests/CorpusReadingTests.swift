// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMTestKit
import Testing

import struct DICOMCore.Tag

/// Every file of the corpus, compared with what independent readers found in it.
struct CorpusReadingTests {
  /// Files in which Martlet finds something else than the manifest says, and why.
  static let differences: [String: String] = [
    "synthetic/ts/jpip_4.205.dcm": "the manifest's readers do not inflate it",
    "synthetic/ts/jpip_4.95.dcm": "the manifest's readers do not inflate it",
    "synthetic/odd/trailing_garbage.dcm": "the garbage is no element",
  ]

  @Test func everyFileHasTheElementsOfItsManifest() throws {
    for entry in Corpus.files() {
      let bytes = try entry.bytes()
      guard let file = try? Part10File.read(bytes) else {
        #expect(!entry.isValid || entry.integer("elements_all") == 1, "\(entry.id) cannot be read")
        continue
      }
      guard Self.differences[entry.id] == nil else { continue }
      let all = Self.count(file.dataSet)
      if let top = entry.integer("elements_top") { #expect(file.dataSet.elements.count == top, "\(entry.id)") }
      if let expected = entry.integer("elements_all") { #expect(all == expected, "\(entry.id) \(file.findings)") }
      if entry.isValid, let instance = entry.text("sop_instance") {
        #expect(file.dataSet.uid(.sopInstanceUID)?.rawValue == instance, "\(entry.id)")
      }
    }
  }

  static func count(_ dataSet: DataSet) -> Int {
    var open = [dataSet]
    var count = 0
    while let next = open.popLast() {
      count += next.elements.count
      for element in next.elements { open += element.items ?? [] }
    }
    return count
  }
}
