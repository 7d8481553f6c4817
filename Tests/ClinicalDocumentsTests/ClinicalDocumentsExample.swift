// SPDX-License-Identifier: Apache-2.0

import ClinicalDocuments
import Testing

func documents(of report: ImagingReport) -> [String: [UInt8]] {
  [
    "report.xml": CDAReport(report).encode(),
    "report.json": FHIRDiagnosticReport(report).encode(),
  ]
}

@Suite struct ClinicalDocumentsExample {
  @Test func aReportIsWrittenInBothForms() throws {
    let documents = documents(of: try exampleReport())
    #expect(documents["report.xml"]?.starts(with: Array("<?xml".utf8)) == true)
    #expect(documents["report.json"]?.first == UInt8(ascii: "{"))
  }
}
