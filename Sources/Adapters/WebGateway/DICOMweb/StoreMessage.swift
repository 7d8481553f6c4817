// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMWeb
import HTTPTypes

/// The message of a store transaction (PS3.18 table 10.5.4-1): instances as files, in parts or one alone, or metadata
/// with bulk data. Used by one thread at a time.
final class StoreMessage: @unchecked Sendable {  // Used by one thread at a time; only the thread may change.
  /// Nil for one body without parts.
  private var reader: MultipartReader?
  /// Gathers metadata and bulk data; nil for files.
  private var models: ModelReceiver?
  private let type: MediaType
  private var hasBegun = false

  /// - Parameter length: of the body, where the client tells it.
  init(_ media: MediaType, length: Int? = nil) throws {
    let inner = try media["type"].map { try MediaType(parsing: $0) }
    type = media.isMultipartRelated ? inner ?? .dicom : media
    switch type.essence {
    case MediaType.dicom.essence: break
    case MediaType.dicomJSON.essence, MediaType.json.essence: models = ModelReceiver(.json)
    case MediaType.dicomXML.essence: models = ModelReceiver(.xml)
    default:
      throw Problem(
        .unsupportedMediaType,
        "Instances are taken as application/dicom, application/dicom+json or application/dicom+xml, alone or as "
          + "multipart/related with its type, not as \(type.essence.prefix(100)).")
    }
    if models != nil {
      try ModelReceiver.checkCharacterSet(type)
      let largest = media.isMultipartRelated ? ModelReceiver.largestMessage : ModelReceiver.longestText
      guard length ?? 0 <= largest else {
        throw WebError(.tooLarge, "This media type is taken up to \(largest) bytes.", at: "Content-Length")
      }
    }
    guard media.isMultipartRelated else { return }
    guard let boundary = media["boundary"] else {
      throw WebError(.malformed, "The boundary is missing.", at: "Content-Type")
    }
    reader = try MultipartReader(boundary: boundary)
  }

  func feed(_ bytes: ByteSlice, to receiver: StoreReceiver) throws {
    guard reader != nil else {
      if !hasBegun { try begin(PartHeader(fields: [.init("content-type", type.description)]), receiver) }
      hasBegun = true
      return try take(bytes, receiver)
    }
    reader?.feed(bytes)
    while let event = try reader?.next() {
      switch event {
      case .part(let header): try begin(header, receiver)
      case .body(let bytes): try take(bytes, receiver)
      case .partEnd: end(receiver)
      case .end: break
      }
    }
  }

  func finish(_ receiver: StoreReceiver) throws {
    if reader == nil, hasBegun { end(receiver) }
    try reader?.finish()
    guard let models, hasBegun || reader != nil else { return }
    for instance in try models.instances() { receiver.store(instance) }
  }

  private func begin(_ header: PartHeader, _ receiver: StoreReceiver) throws {
    guard models != nil else { return receiver.begin(header.contentType) }
    try models?.begin(header)
  }

  private func take(_ bytes: ByteSlice, _ receiver: StoreReceiver) throws {
    guard models != nil else { return receiver.take(bytes) }
    try models?.take(bytes)
  }

  private func end(_ receiver: StoreReceiver) {
    guard models != nil else { return receiver.end() }
    models?.end()
  }
}
