// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMFile

/// Files and data sets (PS3.5 §7, PS3.10 §7). What reads without a finding and can be written must read back as equal,
/// the reader of single elements must find the same ones, and the scanner of the archive must bear the bytes in pieces.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDataSet(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: start, count: count)
  let limits = ReadLimits(depth: 256, elements: 100_000, inflatedLength: 1 << 20)
  guard let file = try? Part10File.read(ByteSlice([UInt8](bytes)), options: ReadOptions(limits: limits)) else {
    return 0
  }
  scan(bytes[file.dataSetOffset...], file.transferSyntax, limits)
  guard file.findings.isEmpty else { return 0 }
  scanPlainly(bytes, file)
  readInParts(bytes, file, limits)
  guard let written = try? DataSetWriter.write(file.dataSet, transferSyntax: file.transferSyntax)
  else { return 0 }
  let again = try? DataSetReader.read(
    ByteSlice(written), transferSyntax: file.transferSyntax, options: ReadOptions(detectsEncoding: false))
  precondition(again == file.dataSet, "a data set does not read back as it was written")
  return 0
}

/// What the quick scanner says it has found is what the file has.
private func scanPlainly(_ bytes: UnsafeRawBufferPointer, _ file: Part10File) {
  let scanner = PlainHeaderScanner(wanted: file.dataSet.elements.prefix(64).map(\.tag))
  var places = [PlainHeaderScanner.Place?](repeating: nil, count: scanner.wanted.count)
  let outcome = places.withUnsafeMutableBufferPointer { scanner.scan(bytes, isWhole: true, into: $0) }
  precondition(outcome != .needsMore, "more than the whole file is needed")
  guard outcome == .complete else { return }
  for (tag, place) in zip(scanner.wanted, places) {
    guard let place else { continue }
    let value = ByteSlice(copying: UnsafeRawBufferPointer(rebasing: bytes[place.offset..<place.offset + place.count]))
    precondition(file.dataSet.bytes(tag) == value, "the quick scanner found another value")
  }
}

/// The reader of single elements finds the same ones.
private func readInParts(_ bytes: UnsafeRawBufferPointer, _ file: Part10File, _ limits: ReadLimits) {
  let options = ReadOptions(limits: limits)
  guard file.dataSet.elements.count <= 64,
    var reader = try? Part10Reader(ByteSlice(copying: bytes), options: options, blockLength: 16)
  else { return }
  for element in file.dataSet.elements.reversed() {
    let found = try? reader.element(element.tag)
    precondition(found == element, "an element by itself is not what it is in its data set")
  }
}

private func scan(_ bytes: Slice<UnsafeRawBufferPointer>, _ transferSyntax: TransferSyntax, _ limits: ReadLimits) {
  var scanner = IndexScanner(
    transferSyntax: transferSyntax, options: ReadOptions(limits: limits), valueLength: 1024, totalLength: 65_536,
    wanted: { _ in true })
  var rest = bytes
  do {
    while !rest.isEmpty {
      let piece = rest.prefix(97)
      try scanner.scan(UnsafeRawBufferPointer(rebasing: piece))
      rest = rest.dropFirst(97)
    }
    try scanner.finish()
  } catch {
    return
  }
}
