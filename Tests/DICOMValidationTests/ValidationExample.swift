// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMValidation
import Testing

/// The examples of the library's article.
struct ValidationExample {
  func objections(to file: ByteSlice) throws -> [String] {
    let options = ValidationOptions(minimumSeverity: .warning)
    let findings = try Validator.validate(file: file, options: options)
    return findings.map { "\($0.severity): \($0.path): \($0.text) (\($0.clause))" }
  }

  func missingAttributes(of dataSet: DataSet, as sopClass: UID) -> [String] {
    Validator.validate(dataSet, sopClass: sopClass).filter { $0.kind == .missingAttribute }.map(\.path)
  }

  @Test func theExamplesDoWhatTheArticleSays() throws {
    var image = SampleObjects.ct()
    image.remove(.rescaleSlope)
    image.set(Tag(0x0008, 0x0000), .UL, integers: [4])
    let syntax = TransferSyntax.explicitVRLittleEndian
    let head = FileMetaInformation.encode(
      sopClass: .ctImageStorage, sopInstance: "2.25.4", transferSyntax: syntax.uid)
    let file = ByteSlice(head + (try DataSetWriter.write(image, transferSyntax: syntax)))
    let lines = try objections(to: file)
    #expect(
      lines.contains(
        "error: RescaleSlope: RescaleSlope is absent; the CT Image Module has it as type 1. (PS3.3 C.8.2.1)"))
    #expect(lines.contains { $0.hasPrefix("warning: (0008,0000): Group lengths are retired.") })
    #expect(throws: ReadError.self) { try objections(to: ByteSlice([1, 2, 3])) }
    #expect(missingAttributes(of: DataSet(), as: .ctImageStorage).contains("PatientID"))
  }
}
