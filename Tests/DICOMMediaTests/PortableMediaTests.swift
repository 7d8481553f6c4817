// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMMedia
import Testing

@Suite struct PortableMediaTests {
  private let media = PortableMedia(
    institution: "Clinic <One> & Co", software: "Test 1", date: "2026-01-31", profile: .generalCD,
    documents: ["2.25.1": [.init(path: "REPORTS/RP000001.PDF", title: "Report")]], exceptions: 2)

  @Test func theTextHasShortLinesOfASCII() throws {
    let text = media.readMeText(try MediaSamples.builder().directory())
    for line in text.split(separator: "\r\n", omittingEmptySubsequences: false) {
      #expect(line.utf8.count <= 80 && line.utf8.allSatisfy { (0x20..<0x7F).contains($0) })
    }
    #expect(text.contains("2 patient(s), 3 studies, 7 objects") && text.contains("2 object(s)"))
  }

  @Test func nothingInThePageIsMarkupButItsOwn() throws {
    var builder = FileSetBuilder(fileSetID: "TEST")
    var header = MediaSamples.header()
    header.set(.patientName, .PN, "<script>alert(1)</script>^\"A\"")
    header.set(.studyDescription, .LO, "</li><img src=x>")
    _ = try builder.add(MediaSamples.object(header))
    let page = media.indexPage(builder.directory())
    #expect(!page.contains("<script") && !page.contains("<img") && page.contains("&lt;script&gt;"))
    #expect(page.contains("Clinic &lt;One&gt; &amp; Co"))
    #expect(page.contains("<a href=\"REPORTS/RP000001.PDF\">Report</a>") && page.contains("href=\"DICOMDIR\""))
  }
}
