// SPDX-License-Identifier: Apache-2.0

import CZlib
import DICOMCore
import DICOMFile

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The test corpus: what its manifest says, and the files that are there.
///
/// The project's own files stand in `Tests/Corpus`, others in `../shared/corpus` beside the project or in the folder
/// that `MARTLET_CORPUS_FILES` names, those out of Python packages where `MARTLET_CORPUS_PYPI` says, by default below
/// `.build`. Files that are absent are counted, never passed over in silence.
public struct Corpus: Sendable {
  /// One file of the manifest.
  public struct Entry: Sendable, CustomStringConvertible {
    /// Path in the corpus.
    public let id: String
    package let manifest: JSONValue
    /// Where the file is; nil where it is absent.
    public let path: String?

    public var description: String { id }

    /// A text of the manifest.
    public func text(_ key: String) -> String? { manifest[key]?.string }
    /// A number of the manifest.
    public func integer(_ key: String) -> Int? { manifest[key]?.integer }
    /// False where the file does not conform on purpose.
    public var isValid: Bool { manifest["valid"]?.bool != false }

    /// The bytes of the file.
    public func bytes() throws -> ByteSlice {
      guard let path, let bytes = Corpus.read(path) else { throw CorpusError(reason: "\(id) is absent.") }
      return bytes
    }
  }

  public let entries: [Entry]
  private let roots: [String]

  /// The corpus as it is on this machine.
  public static let standard = Corpus()

  private init() {
    let roots =
      [Self.variable("MARTLET_CORPUS"), Self.projectRoot + "/Tests/Corpus", Self.projectRoot + "/../shared/corpus"]
      .compactMap { $0 }
    self.roots = roots
    let pypi = Self.variable("MARTLET_CORPUS_PYPI") ?? Self.projectRoot + "/.build/corpus-pypi/pypi"
    let files = Self.variable("MARTLET_CORPUS_FILES")
    let manifest = roots.lazy.compactMap { Self.read($0 + "/manifest.json") }.first
    guard let manifest, let json = try? JSONReader.read(manifest.array) else {
      entries = []
      return
    }
    entries = (json["files"]?.array ?? []).compactMap { file in
      guard let id = file["id"]?.string else { return nil }
      var candidates = roots.map { $0 + "/" + id }
      if id.hasPrefix("pypi/") { candidates.append(pypi + "/" + id.dropFirst(5)) }
      if let files, id.hasPrefix("files/") { candidates.append(files + "/" + id.dropFirst(6)) }
      return Entry(id: id, manifest: file, path: candidates.first { access($0, R_OK) == 0 })
    }
  }

  private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// Files that are present and whose id begins with `prefix`. Prints how many are absent.
  public static func files(_ prefix: String = "") -> [Entry] {
    let wanted = standard.entries.filter { $0.id.hasPrefix(prefix) }
    let present = wanted.filter { $0.path != nil }
    if present.count < wanted.count || wanted.isEmpty {
      print(
        "Corpus \(prefix.isEmpty ? "files" : prefix): \(present.count) present, \(wanted.count - present.count) absent")
    }
    return present
  }

  /// The lines of `models.jsonl.gz`: DICOM JSON models by file id.
  package static func models() throws -> [String: JSONValue] {
    guard let packed = standard.roots.lazy.compactMap({ read($0 + "/models.jsonl.gz") }).first else {
      throw CorpusError(reason: "models.jsonl.gz is absent.")
    }
    var models: [String: JSONValue] = [:]
    for line in try gunzip(packed).split(separator: 0x0A) {
      let json = try JSONReader.read(Array(line), depth: 8_192)
      if let id = json["id"]?.string, let model = json["model"] { models[id] = model }
    }
    return models
  }

  /// The folder of the package: the first one above the working folder or above this source that has a `Sources`.
  static var projectRoot: String {
    var starts = ["\(#filePath)"]
    if let folder = getcwd(nil, 0) {
      starts.append(String(cString: folder) + "/x")
      free(folder)
    }
    for start in starts {
      var path = Substring(start)
      while let slash = path.lastIndex(of: "/"), slash > path.startIndex {
        path = path[..<slash]
        if access(path + "/Package.swift", R_OK) == 0, access(path + "/Sources", R_OK) == 0 { return String(path) }
      }
    }
    return "."
  }

  /// All bytes of a file; nil where it cannot be read.
  public static func read(_ path: String) -> ByteSlice? {
    let file = open(path, O_RDONLY)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    let count = Int(status.st_size)
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1), alignment: 16)
    var done = 0
    while done < count {
      let part = platformRead(file, memory + done, count - done)
      if part <= 0 { break }
      done += part
    }
    return ByteSlice(ByteStorage(base: memory, count: done) { base, _ in base.deallocate() })
  }

  static func gunzip(_ packed: ByteSlice) throws -> [UInt8] {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer { stream.deallocate() }
    guard inflateInit2_(stream, MAX_WBITS + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw CorpusError(reason: "zlib refuses to start.")
    }
    defer { inflateEnd(stream) }
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    return packed.withUnsafeBytes { input in
      stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
      stream.pointee.avail_in = UInt32(input.count)
      var status = Z_OK
      while status == Z_OK {
        status = chunk.withUnsafeMutableBufferPointer { room in
          stream.pointee.next_out = room.baseAddress
          stream.pointee.avail_out = UInt32(room.count)
          return inflate(stream, Z_NO_FLUSH)
        }
        output.append(contentsOf: chunk[0..<chunk.count - Int(stream.pointee.avail_out)])
      }
      return output
    }
  }
}

/// What is wrong with the corpus on this machine.
public struct CorpusError: Error, Sendable {
  public let reason: String
}

private func platformRead(_ file: Int32, _ memory: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(file, memory, count)
}
