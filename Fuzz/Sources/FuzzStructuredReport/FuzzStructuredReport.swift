// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMFile
import DICOMObjects

/// SR documents (PS3.3 §C.17). Whatever reads is rendered, and what can be written reads back with the same tree.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzStructuredReport(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: start, count: count)
  let limits = ReadLimits(depth: 256, elements: 100_000, inflatedLength: 1 << 20)
  guard let file = try? Part10File.read(ByteSlice([UInt8](bytes)), options: ReadOptions(limits: limits)),
    let report = try? StructuredReport(file.dataSet)
  else { return 0 }
  _ = ReportHTML.render(report) { instance, _ in "/instances/\(instance.sopInstance)" }
  _ = ReportText.render(report)
  _ = try? MeasurementReport(report)
  _ = try? KeyObjectSelection(report)
  _ = try? BasicTextReport(report)
  guard let written = try? report.dataSet(),
    let encoded = try? DataSetWriter.write(written, transferSyntax: .explicitVRLittleEndian)
  else { return 0 }
  let again = try? DataSetReader.read(ByteSlice(encoded), transferSyntax: .explicitVRLittleEndian)
  let reread = again.flatMap { try? StructuredReport($0) }
  precondition(
    reread?.root.flattened.count == report.root.flattened.count, "a document loses content items when it is written")
  return 0
}
