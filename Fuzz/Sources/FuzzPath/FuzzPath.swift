// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Attribute paths. What is one must read back as it is printed, and lead to what is set there; what is none has its
/// place in the text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPath(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  let text = String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
  do throws(AttributePathError) {
    let path = try AttributePath(text)
    let printed = try AttributePath(path.description)
    let named = try AttributePath(path.keywords)
    precondition(printed == path && named == path, "a path does not read back as it was printed")
    follow(path)
  } catch {
    precondition((0...text.utf8.count).contains(error.position ?? -1), "an error has no place")
  }
  return 0
}

private func follow(_ path: AttributePath) {
  var dataSet = DataSet(inheritedCharacterSet: .utf8)
  guard path.last.item == nil else {
    _ = try? dataSet.insert(DataSet(), at: path)
    _ = try? dataSet.erase(path)
    return
  }
  guard (try? dataSet.set(.bytes(ByteSlice([1, 2])), vr: .OB, at: path)) != nil else { return }
  let found = try? dataSet.elements(at: path)
  precondition(found?.allSatisfy { $0.bytes?.array == [1, 2] } == true, "what was set is not found")
  let erased = try? dataSet.erase(path)
  precondition(erased == found?.count, "what was found is not erased")
}
