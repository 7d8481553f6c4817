// SPDX-License-Identifier: Apache-2.0

public import DICOMServices
import Foundation

/// The folder that keeps printed films as PDF: `<yyyy-mm-dd>/<print job>.pdf`.
public struct FilmFolder: Sendable {
  public let path: String

  public init(path: String) { self.path = path }

  /// Draws the films and keeps them: they are on the disk when this returns.
  /// - Parameters:
  ///   - name: of the file, without its ending; a UID.
  ///   - title: of the document.
  /// - Returns: the path of the file.
  public func keep(_ films: [Film], name: String, title: String, day: String) throws(FilmError) -> String {
    let bytes = try FilmDocument.pdf(films, title: title)
    let folder = "\(path)/\(day)"
    let file = "\(folder)/\(name).pdf"
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw FilmError(.output, "\(folder): \(error.localizedDescription)")
    }
    try Self.write(bytes, to: file)
    try Self.flush(folder)
    return file
  }

  /// Keeps what belongs to a film beside it.
  /// - Parameter file: the path that `keep` gave.
  /// - Returns: the path.
  public func keep(_ bytes: [UInt8], beside file: String, ending: String) throws(FilmError) -> String {
    let path = Self.path(beside: file, ending)
    try Self.write(bytes, to: path)
    try Self.flush(String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex)))
    return path
  }

  /// What was kept beside a film that was kept lately; nil where there is none.
  public func kept(_ name: String, ending: String) -> [UInt8]? {
    days.lazy.compactMap { FileManager.default.contents(atPath: "\(path)/\($0)/\(name).\(ending)") }.first.map(
      Array.init)
  }

  private static func path(beside file: String, _ ending: String) -> String {
    (file.hasSuffix(".pdf") ? String(file.dropLast(4)) : file) + "." + ending
  }

  /// Days that are looked through for a film.
  private static let daysLookedThrough = 14

  /// Whether a film of this name was kept lately.
  public func has(_ name: String) -> Bool {
    days.contains { FileManager.default.fileExists(atPath: "\(path)/\($0)/\(name).pdf") }
  }

  private var days: [String] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return Array(all.sorted(by: >).prefix(Self.daysLookedThrough))
  }

  private static func write(_ bytes: [UInt8], to file: String) throws(FilmError) {
    let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("create", file) }
    defer { close(descriptor) }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        Foundation.write(descriptor, $0.baseAddress.map { $0 + written }, bytes.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure("write", file) }
      written += count
    }
    guard fsync(descriptor) == 0 else { throw failure("flush", file) }
  }

  private static func flush(_ folder: String) throws(FilmError) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open", folder) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure("flush", folder) }
  }

  private static func failure(_ act: String, _ path: String) -> FilmError {
    FilmError(.output, "cannot \(act) \(path): \(String(cString: strerror(errno)))")
  }
}
