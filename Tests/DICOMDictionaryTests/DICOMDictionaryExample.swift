// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import Testing

import struct DICOMCore.Tag

func spacing(of image: DataSet) throws -> [Double]? {
  let path = try AttributePath("SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].PixelSpacing")
  return try image.holders(of: path).first?.doubles(.pixelSpacing)
}

func describe(_ tag: Tag, in dataSet: DataSet) -> String {
  let entry = DataDictionary.entry(for: tag) ?? PrivateDictionary.entry(for: tag, in: dataSet)
  return entry.map { "\($0.name), \($0.vr.name)" } ?? "unknown"
}

@Suite struct DICOMDictionaryExample {
  @Test func pathsAndNames() throws {
    var image = DataSet()
    try image.set(
      .doubles([0.5, 0.25]),
      at: AttributePath("SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].PixelSpacing"))
    #expect(try spacing(of: image) == [0.5, 0.25])
    try image.set("A", at: AttributePath("(0029,\"SIEMENS CSA HEADER\",08)"))
    #expect(describe(Tag(0x0029, 0x1008), in: image) == "CSA Image Header Type, CS")
    #expect(describe(.pixelSpacing, in: image) == "Pixel Spacing, DS")
    #expect(describe(Tag(0x0029, 0x1108), in: image) == "unknown")
  }
}
