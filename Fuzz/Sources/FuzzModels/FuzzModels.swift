// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMFile

/// JSON and XML models (PS3.18 Annex F, PS3.19 §A.1). What is read and written is read again, and written the same; a
/// stream of objects may come in any pieces.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzModels(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  let bytes = [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  let options = ModelDecodingOptions(depth: 64)
  if bytes.first == UInt8(ascii: "<") {
    guard let dataSet = try? DICOMXML.decode(bytes, options: options) else { return 0 }
    let written = DICOMXML.encode(settled(dataSet))
    let again = try? DICOMXML.decode(written, options: options)
    precondition(again.map { DICOMXML.encode($0) } == written, "a document is not written as it was read")
  } else {
    if let dataSet = try? DICOMJSON.decode(bytes, options: options) {
      let written = DICOMJSON.encode(settled(dataSet))
      let again = try? DICOMJSON.decode(written, options: options)
      precondition(again.map { DICOMJSON.encode($0) } == written, "an object is not written as it was read")
    }
    let whole = objects(bytes, piece: bytes.count)
    precondition(whole == objects(bytes, piece: 3), "objects depend on the pieces that they come in")
  }
  return 0
}

/// The data set as it is in a file: what was read once has its padding and its character set.
private func settled(_ dataSet: DataSet) -> DataSet {
  guard let text = try? DICOMXML.decode(DICOMXML.encode(dataSet), options: ModelDecodingOptions(depth: 64)) else {
    preconditionFailure("a document that was written cannot be read")
  }
  return text
}

private func objects(_ bytes: [UInt8], piece: Int) -> [[UInt8]]? {
  var splitter = DICOMJSON.ObjectSplitter(objectLength: 1 << 20)
  var found: [[UInt8]] = []
  var rest = bytes[...]
  do {
    repeat {
      splitter.feed(ByteSlice(Array(rest.prefix(piece))))
      rest = rest.dropFirst(piece)
      if rest.isEmpty { splitter.finish() }
      while let object = try splitter.next() { found.append(object) }
    } while !rest.isEmpty
    return found
  } catch {
    return nil
  }
}
