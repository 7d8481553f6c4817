// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMMedia

/// DICOMDIR files. What is read can be checked, and what can be written is read again as it was, without findings about
/// its offsets.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDirectory(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  let bytes = ByteSlice([UInt8](UnsafeRawBufferPointer(start: start, count: count)))
  guard let directory = try? DirectoryReader.read(bytes, limits: DirectoryLimits(records: 10_000)).directory else {
    return 0
  }
  for file in directory.allRecords.compactMap(\.reference?.fileID.path) {
    precondition(!file.hasPrefix("/") && !file.split(separator: "/").contains(".."), "a path leads out")
  }
  _ = DirectoryCheck.check(directory, profile: .generalCD)
  guard let written = try? directory.encoded() else { return 0 }
  guard let again = try? DirectoryReader.read(ByteSlice(written)) else {
    preconditionFailure("a directory that was written cannot be read")
  }
  let wrong: Set<DirectoryFinding.Kind> = [.wrongOffset, .cycle, .unreachedRecord]
  precondition(!again.findings.contains { wrong.contains($0.kind) }, "offsets are written wrong")
  precondition(
    again.directory.allRecords.map(\.reference) == directory.allRecords.map(\.reference), "records are lost")
  return 0
}
