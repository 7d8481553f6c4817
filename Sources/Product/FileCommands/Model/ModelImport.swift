// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import Foundation

/// Writes DICOM files of models, one object in memory at a time.
struct ModelImport {
  /// A file, or a folder for the objects of several.
  let output: String
  /// Where references are resolved; nil is the folder of the model.
  let bulkData: String?
  let transferSyntax: TransferSyntax?

  /// Sequences in sequences that are read.
  private static let depth = 2_048

  /// Gives false where a model could not be read.
  func run(_ files: [String]) throws -> Bool {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: output, isDirectory: &isFolder)
    let isBelow = (exists && isFolder.boolValue) || output.hasSuffix("/") || files.count > 1
    if isBelow { try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true) }
    var succeeded = true
    for file in files {
      do {
        try convert(file, isBelow: isBelow)
      } catch {
        succeeded = false
        complain("martlet: \(file): \(error)")
      }
    }
    return succeeded
  }

  private func convert(_ file: String, isBelow: Bool) throws {
    let source = try FileBytes(file)
    let folder = bulkData ?? (file.contains("/") ? String(file[..<(file.lastIndex(of: "/") ?? file.startIndex)]) : ".")
    let options = ModelDecodingOptions(depth: Self.depth) { (uri) throws(ReadError) in
      try BulkDataFolder.resolve(uri, in: folder.isEmpty ? "/" : folder)
    }
    let first = try source.next() ?? .empty
    if Self.isXML(first) {
      var bytes = first.array
      while let piece = try source.next() { bytes += piece.array }
      try write(try DICOMXML.decode(bytes, options: options), isBelow: isBelow)
      return
    }
    var splitter = DICOMJSON.ObjectSplitter()
    var piece: ByteSlice? = first
    var count = 0
    while let bytes = piece {
      splitter.feed(bytes)
      while let object = try splitter.next() {
        count += 1
        if count == 2, !isBelow { throw CommandFailure("has several objects; --output must be a folder") }
        try write(try DICOMJSON.decode(object, options: options), isBelow: isBelow)
      }
      piece = try source.next()
    }
    splitter.finish()
    _ = try splitter.next()
    if count == 0 { throw CommandFailure("has no object") }
  }

  private static func isXML(_ bytes: ByteSlice) -> Bool {
    let start = bytes[0..<min(bytes.count, 256)].array
    return start.first { ![0x20, 0x0A, 0x0D, 0x09, 0xEF, 0xBB, 0xBF].contains($0) } == UInt8(ascii: "<")
  }

  private func write(_ model: DataSet, isBelow: Bool) throws {
    let syntax = try chosenSyntax(model)
    var dataSet = model
    dataSet.keep { $0.tag.group > 0x0002 }
    let bytes = try DataSetWriter.writeFile(dataSet, transferSyntax: syntax)
    var path = output
    if isBelow {
      let uid = dataSet.uid(.sopInstanceUID)?.rawValue ?? ""
      guard !uid.isEmpty, uid.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }) else {
        throw CommandFailure("has an object without a SOP Instance UID to name its file")
      }
      path += (path.hasSuffix("/") ? "" : "/") + uid + ".dcm"
    }
    try AtomicFile.write([bytes], to: path, replaces: true)
  }

  private func chosenSyntax(_ model: DataSet) throws -> TransferSyntax {
    let named = transferSyntax ?? model.uid(.transferSyntaxUID).map { TransferSyntax($0) }
    guard case .fragments = model[.pixelData]?.value else {
      let syntax = named ?? .explicitVRLittleEndian
      // Values of a model are not compressed.
      return syntax.isEncapsulated && model[.pixelData] != nil ? .explicitVRLittleEndian : syntax
    }
    guard let named, named.isEncapsulated else {
      throw CommandFailure("has encapsulated pixel data; --transfer-syntax must say which")
    }
    return named
  }
}
