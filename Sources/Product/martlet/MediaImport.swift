// SPDX-License-Identifier: Apache-2.0

import Archive
import ArgumentParser
import DICOMMedia
import FileCommands
import Foundation
import MartletServer
import Synchronization

/// `martlet media`: file-sets with a DICOMDIR.
struct Media: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "media",
    abstract: "Make, list, check and take in file-sets with a DICOMDIR, as discs and sticks have them.",
    subcommands: FileCommands.media + [MediaImport.self])
}

/// `martlet media import`: a medium, in a folder or in a ZIP file, into the archive.
struct MediaImport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Take a medium into the archive: a folder, or a ZIP file.",
    discussion: """
      All DICOM objects are taken, whether the DICOMDIR names them or not; what it names and is not there is told. ZIP \
      files that are encrypted or split, whose names lead out of a folder or whose members lie over one another, and \
      those that unpack to far more than they are, are refused before anything is taken. Exit code 1 says that \
      something was not stored or is missing. While the server of this data folder runs, upload ZIP files in its web \
      page and send folders to it: martlet send.
      """)

  @Argument(help: "Folders, or ZIP files.", completion: .file()) var paths: [String]
  @Flag(help: "Print the summary, and what was not stored, as JSON.") var json = false
  @OptionGroup var folder: DataFolderOption

  func run() throws {
    // A medium that cannot be read is told before the archive is opened.
    let media = try paths.map { try Medium($0) }
    var report = MediaIntake.Report()
    try ArchiveAtRest(folder) { owner in
      "upload ZIP files in its web page, and send folders to it: martlet send --called \(owner.aeTitle) "
        + "\(owner.address) PATH…"
    }
    .use { archive in
      for medium in media { try medium.take(into: archive, &report, isShown: !json && isatty(STDERR_FILENO) == 1) }
    }
    try IntakeReport(report).tell(asJSON: json)
  }
}

/// Where a medium is.
private enum Medium {
  case folder(String, [String])
  case zip(String, ZipFile)

  init(_ path: String) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw CommandFailure("\(path): is not there")
    }
    if isFolder.boolValue {
      self = .folder(path, try Importer.files(below: [path]))
      return
    }
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    let length = try file.seekToEnd()
    let reading = Mutex(file)
    do {
      self = .zip(
        path,
        try ZipFile(length: Int64(length)) { offset, count in
          let data = try reading.withLock { file in
            try file.seek(toOffset: UInt64(offset))
            return try file.read(upToCount: count) ?? Data()
          }
          guard data.count == count else { throw MediaError(.damagedZip, "The file ends early.") }
          return Array(data)
        })
    } catch let error as MediaError {
      throw CommandFailure("\(path): \(error)")
    }
  }

  func take(into archive: ImageArchive, _ report: inout MediaIntake.Report, isShown: Bool) throws {
    switch self {
    case .folder(let path, let files):
      let found = Mutex(MediaIntake.Report())
      let progress = ProgressLine(total: files.count, isShown: isShown)
      let summary = Importer(archive: archive).run(files) { file, result, sofar in
        if let reason = result.trouble { found.withLock { $0.note(.init(file: file, reason: reason)) } }
        progress.show(sofar.files, "\(sofar.stored) stored")
      }
      progress.end()
      report.add(found.withLock { $0 })
      report.summary.add(summary)
      // A folder without a directory is taken too.
      guard let folder = try? MediaFolder(path) else { return }
      for record in try folder.directory().directory.referencedFiles {
        guard let file = record.reference?.fileID, folder.path(of: file) == nil else { continue }
        report.noteMissing(file.components.joined(separator: "/"))
      }
    case .zip(let path, let zip):
      let intake = try MediaIntake(zip, into: archive, source: InstanceSource(way: .imported, sender: path))
      let progress = ProgressLine(total: intake.files, isShown: isShown)
      while try intake.next() {
        progress.show(intake.report.summary.files, "\(intake.report.summary.stored) stored")
      }
      progress.end()
      report.add(intake.report)
    }
  }
}
