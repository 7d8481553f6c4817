// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMWeb

/// multipart/related messages (RFC 2046 §5.1.1, PS3.18 §8.6.1). What comes out must not depend on how the bytes were
/// cut.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMultipart(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  let bytes = [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  guard let cut = bytes.first.map({ Int($0) % bytes.count }) else { return 0 }
  let whole = read([bytes])
  let pieces = read([Array(bytes[..<cut]), Array(bytes[cut...])])
  precondition(whole == pieces, "the parts depend on how the message was cut")
  return 0
}

/// Bodies of the complete parts, and whether the message ended as it should.
private struct Outcome: Equatable {
  var bodies: [[UInt8]] = []
  var isComplete = false
}

private func read(_ pieces: [[UInt8]]) -> Outcome {
  var outcome = Outcome()
  var body: [UInt8] = []
  guard var reader = try? MultipartReader(boundary: "b") else { return outcome }
  do {
    for piece in pieces {
      reader.feed(ByteSlice(piece))
      while let event = try reader.next() {
        switch event {
        case .part: body = []
        case .body(let slice): body += slice.array
        case .partEnd: outcome.bodies.append(body)
        case .end: outcome.isComplete = true
        }
      }
    }
  } catch {
    return outcome
  }
  return outcome
}
