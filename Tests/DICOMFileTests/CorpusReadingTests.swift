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

  /// Files that are refused, and with which error.
  static let unreadable: [String: ReadError.Code] = [
    "synthetic/odd/zero_file.dcm": .notDICOM, "synthetic/odd/only_preamble.dcm": .noDataSet,
    "synthetic/odd/only_meta.dcm": .noDataSet,
    // A byte before the first element; text, an archive, a colour profile.
    "pypi/pydicom/test_files/no_meta.dcm": .notDICOM,
    "pypi/pydicom/test_files/rtplan.dump": .notDICOM, "pypi/pydicom/test_files/rtstruct.dump": .notDICOM,
    "pypi/pydicom/test_files/zipMR.gz": .notDICOM, "pypi/pydicom/test_files/crayons.icc": .notDICOM,
    "pypi/pydicom/test_files/dicomdirtests/TINY_ALPHA/README": .notDICOM,
  ]

  @Test func everyFileHasTheElementsOfItsManifest() throws {
    for entry in Corpus.files() {
      let bytes = try entry.bytes()
      let file: Part10File
      do throws(ReadError) {
        file = try Part10File.read(bytes)
      } catch {
        #expect(Self.unreadable[entry.id] == error.code, "\(entry.id): \(error)")
        #expect(!error.reason.isEmpty)
        continue
      }
      #expect(Self.unreadable[entry.id] == nil, "\(entry.id) is read")
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
