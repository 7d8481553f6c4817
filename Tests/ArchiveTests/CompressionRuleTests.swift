// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCodecs
import DICOMCore
import Testing

@Suite struct CompressionRuleTests {
  @Test func rulesAreReadAsTheyAreWritten() throws {
    for text in ["CT/MR=jpegls", "*=htj2k", "US=none", "MG=jpeg2000", "DX/CR=jpeg", "XA=rle"] {
      let rule = try #require(CompressionRule(text))
      #expect(rule.description == text)
    }
    for text in ["", "CT", "=jpegls", "CT=", "CT=jpegxl", "ct=jpegls", "CT=jpegls=rle", "C T=rle", "*/CT=rle"] {
      #expect(CompressionRule(text) == nil, "\(text)")
    }
  }

  @Test(arguments: CompressionRule.Codec.allCases)
  func eachCodecIsThereAndLossless(_ codec: CompressionRule.Codec) {
    #expect(throws: Never.self) { _ = try ReversibleCompression(to: codec.transferSyntax) }
  }

  @Test func theFormIsReadAsItIsWritten() throws {
    let form = OriginalForm(
      native: NativeForm(
        transferSyntax: "1.2.840.10008.1.2", pixelDataVR: .OB, pixelDataLength: 70_000, dataSetLength: 70_800),
      headLength: 412, fileChecksum: 7)
    #expect(OriginalForm(common: form.common, dataSetLength: 70_800, fileChecksum: 7) == form)
    #expect(form.fileLength == 71_212)
    for bad in [
      "", "1.2.840.10008.1.2 OB 1", "1.2.840.10008.1.2.5 OB 1 1", "1.2.840.10008.1.2 UN 1 1",
      "1.2.840.10008.1.2 OB -1 1", "1.2.840.10008.1.2 OB 99999 1",
    ] {
      #expect(OriginalForm(common: bad, dataSetLength: 70_800, fileChecksum: 7) == nil, "\(bad)")
    }
  }
}
