// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMServices
import DICOMWeb

/// What stands in targets, queries and header fields of DICOMweb (PS3.18 §8, §9): the first byte chooses the reader.
/// What is read back from what was written is the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzWebRequest(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: start, count: count)
  guard let choice = bytes.first else { return 0 }
  let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
  switch choice % 6 {
  case 0:
    guard let parameters = try? QueryParameters(parsing: text) else { return 0 }
    let search = try? SearchRequest(level: .instances, parameters: parameters)
    _ = search?.emptyValues.matches(DataSet())
    _ = try? URIRequest(parameters: parameters).rendered(imageRows: 64, imageColumns: 32)
    _ = try? RenderedParameters(parameters: parameters)
  case 1:
    guard let media = try? MediaType(parsing: text) else { return 0 }
    precondition((try? MediaType(parsing: media.description)) == media, "a media type reads otherwise than it was")
  case 2:
    guard let accept = try? Accept(parsing: text) else { return 0 }
    _ = accept.choose(among: [.init(.dicomJSON), .init(.dicomXML, isMultipart: true), .init(.jpeg)])
  case 3:
    if case .part(let range) = ByteRange.choose(text, length: 1000) {
      precondition(!range.isEmpty && range.lowerBound >= 0 && range.upperBound <= 1000, "a range outside")
    }
  case 4: _ = try? FrameList(parsing: text)
  default:
    guard let path = try? BulkDataPath(parsing: text) else { return 0 }
    precondition((try? BulkDataPath(parsing: path.text)) == path, "a place reads otherwise than it was")
  }
  return 0
}
