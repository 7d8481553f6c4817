// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMFile
import DICOMWeb
import HTTPTypes
import Hummingbird
import NIOCore

extension Call {
  /// Reads the one data set that the request carries, in the JSON or XML model, alone or as a part (PS3.18 §8.7.3).
  /// - Parameter limit: bytes of the body.
  func dataSet(upTo limit: Int) async throws -> DataSet {
    guard let text = request.headers[.contentType] else {
      throw Problem(.unsupportedMediaType, "The Content-Type is missing.")
    }
    let media = try MediaType(parsing: text)
    var kind = media
    var bytes = ByteSlice(Array(try await request.body.collect(upTo: limit).readableBytesView))
    if media.isMultipartRelated {
      var reader = try MultipartReader(boundary: media["boundary"] ?? "")
      reader.feed(bytes)
      var part: [UInt8] = []
      var isFirst = true
      while let event = try reader.next() {
        switch event {
        case .part(let header): if isFirst { kind = header.contentType ?? .dicomJSON }
        case .body(let more): if isFirst { part += more.array }
        case .partEnd: isFirst = false
        case .end: break
        }
      }
      try reader.finish()
      bytes = ByteSlice(part)
    }
    try ModelReceiver.checkCharacterSet(kind)
    do {
      switch kind.essence {
      case MediaType.dicomJSON.essence, MediaType.json.essence:
        return try DICOMJSON.decodeAll(bytes.array).first ?? DataSet()
      case MediaType.dicomXML.essence: return try DICOMXML.decode(bytes.array)
      default:
        throw Problem(.unsupportedMediaType, "Requests are taken as application/dicom+json or application/dicom+xml.")
      }
    } catch let error as ReadError {
      throw WebError(.malformed, "The request cannot be read: \(error)", at: "body")
    }
  }
}
