// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMMedia
import Testing

/// The examples of the library's article.
struct DICOMMediaExample {
  func fileSet(of files: [ByteSlice], write: (_ path: String, _ bytes: ByteSlice) throws -> Void) throws {
    var builder = FileSetBuilder(fileSetID: "EXAMPLE")
    for bytes in files {
      let file = try Part10File.read(bytes)
      let place = try builder.add(FileSetObject(header: file.dataSet, transferSyntax: file.transferSyntax.uid))
      try write(place.components.joined(separator: "/"), bytes)
    }
    try write("DICOMDIR", ByteSlice(builder.directory().encoded()))
  }

  func listing(of directory: ByteSlice) throws -> [String] {
    let result = try DirectoryReader.read(directory)
    for finding in result.findings { print(finding) }
    return result.directory.referencedFiles.compactMap { record in
      record.reference?.fileID.path.map { "\(record.type): \($0)" }
    }
  }

  @Test func theExamplesDoWhatTheArticleSays() throws {
    let image = try DataSetWriter.writeFile(MediaSamples.header(), transferSyntax: .explicitVRLittleEndian)
    var written: [String: ByteSlice] = [:]
    try fileSet(of: [ByteSlice(image)]) { written[$0] = $1 }
    let directory = try #require(written["DICOMDIR"])
    #expect(try listing(of: directory) == ["IMAGE: DICOM/PT000001/ST000001/SE000001/IM000001"])
    #expect(written.keys.count == 2)
  }
}
