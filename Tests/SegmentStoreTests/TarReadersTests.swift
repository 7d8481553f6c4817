// SPDX-License-Identifier: Apache-2.0

import Archive
import Foundation
import SegmentStore
import SystemTestKit
import Testing

/// The archive comes back without Martlet: whatever reads tar files lists and extracts segments.
@Suite struct TarReadersTests {
  enum Reader: String, CaseIterable {
    case tar, python3, bsdtar, busybox, sevenZip = "7z"

    var list: [String] {
      switch self {
      case .tar, .busybox, .bsdtar: ["tf"]
      case .python3:
        ["-c", "import sys,tarfile\nfor m in tarfile.open(sys.argv[1],'r:'):\n  print(m.name+'/'*m.isdir())"]
      case .sevenZip: ["l", "-ba", "-slt"]
      }
    }

    var extract: [String] {
      switch self {
      case .tar, .busybox, .bsdtar: ["xf"]
      case .python3: ["-c", "import sys,tarfile\ntarfile.open(sys.argv[1],'r:').extractall('.')"]
      case .sevenZip: ["x", "-y"]
      }
    }

    /// Where the program is; nil where it is not installed.
    var program: URL? {
      (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .map { URL(filePath: $0 + "/" + rawValue) }
        .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }

    func run(_ arguments: [String], in folder: String) throws -> (status: Int32, output: String, errors: String) {
      let process = Process()
      process.executableURL = program
      process.arguments = (self == .busybox ? ["tar"] : []) + arguments
      process.currentDirectoryURL = URL(filePath: folder)
      let (output, errors) = (Pipe(), Pipe())
      process.standardOutput = output
      process.standardError = errors
      try process.run()
      let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      let problems = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      return (process.terminationStatus, text, problems)
    }
  }

  enum State: CaseIterable { case open, sealed, cutOff, recovered }

  /// With gaps of every length behind them, and some larger than the buffer.
  static let sizes = [0, 1, 512, 1024, 1536, 2048, 2560, 3072, 3584, 3585, 4096, 100_000, 1_500_000, 3_000_000, 700]

  @Test(arguments: Reader.allCases.filter { $0.program != nil }, State.allCases)
  func readsSegments(_ reader: Reader, _ state: State) throws {
    let fixture = try SegmentFixture(sizes: Self.sizes, .testing(segmentSize: 8 << 20))
    let folder = try bring(fixture, to: state)
    let target = try ScratchFolder()
    var listed = ""
    for segment in folder.segments {
      for arguments in [reader.list, reader.extract] {
        let (status, output, errors) = try reader.run(arguments + ["\(folder.path)/\(segment)"], in: target.path)
        #expect(status == 0 && errors == "", "\(reader) \(arguments.first ?? ""): \(errors)")
        if arguments == reader.list { listed += output }
      }
    }
    for (name, bytes, _) in fixture.objects {
      let path = SegmentFixture.path(name)
      #expect(listed.contains(path))
      let extracted = try Data(contentsOf: URL(filePath: "\(target.path)/\(path)"))
      #expect(extracted == Data(bytes), "\(reader) extracts \(path) differently")
    }
    let files = FileManager.default.enumerator(atPath: target.path)?.allObjects as? [String] ?? []
    #expect(files.filter { $0.hasSuffix(".dcm") }.count == fixture.objects.count)
    #expect(files.allSatisfy { $0.hasSuffix(".dcm") || !$0.contains("filler") })
  }

  /// Leaves the segments of the fixture as they are found at different times.
  private func bring(_ fixture: SegmentFixture, to state: State) throws -> ScratchFolder {
    switch state {
    case .open: return fixture.folder
    case .sealed:
      try fixture.store.close()
      return fixture.folder
    case .cutOff, .recovered:
      // A large object was on its way.
      let writer = try fixture.store.takeWriter()
      try writer.pend(testBytes(2_000_000, seed: 1))
      let copy = try fixture.folder.copy()
      writer.giveBack()
      if state == .recovered {
        _ = try SegmentStore(root: copy.path, options: .testing()).recover(indexedEnds: [:]) { _ in }
      }
      return copy
    }
  }

  /// The size of such a member is written in base 256; GNU tar lists it out of a file of which only the header is
  /// there.
  @Test func tarReadsTheHeaderOfAHugeMember() throws {
    let reader = Reader.tar
    guard reader.program != nil else { return }
    let size: Int64 = 9 << 30
    let folder = try ScratchFolder()
    try HugeMember.write(size: size, to: folder.path + "/huge.tar")
    let (status, output, _) = try reader.run(["tvf", "huge.tar"], in: folder.path)
    #expect(status == 0)
    #expect(output.contains(" \(size) ") && output.contains("1.2/3.4.dcm"), "\(output)")
  }
}
