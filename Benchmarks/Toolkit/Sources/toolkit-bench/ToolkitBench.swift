// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMCore
import DICOMFile
import DICOMPixels

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `toolkit-bench decode ROUNDS FILE`, `toolkit-bench encode ROUNDS FILE UID`, `toolkit-bench parse ROUNDS FILE…`:
/// repeats one thing in one thread and prints bytes, seconds of processor time and a checksum.
@main
struct ToolkitBench {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.count >= 3, let rounds = Int(arguments[1]), rounds > 0 else {
      fatalError("usage: toolkit-bench decode|encode|parse ROUNDS FILE…")
    }
    let files = Array(arguments[2...])
    switch arguments[0] {
    case "decode": try decode(read(files[0]), rounds)
    case "encode": try encode(read(files[0]), TransferSyntax(UID(files[1])), rounds)
    case "parse": try parse(files, rounds)
    default: fatalError("no such benchmark")
    }
  }

  /// The bytes of a file.
  private static func read(_ path: String) -> ByteSlice {
    guard let file = fopen(path, "rb") else { fatalError("no \(path)") }
    defer { fclose(file) }
    fseek(file, 0, SEEK_END)
    let size = ftell(file)
    rewind(file)
    return ByteSlice(
      [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        count = fread(buffer.baseAddress, 1, size, file)
      })
  }

  /// Processor time of this process in seconds.
  private static func clock() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
  }

  private static func report(bytes: Int, since start: Double, checksum: UInt64) {
    print("{\"bytes\": \(bytes), \"seconds\": \(clock() - start), \"checksum\": \(checksum)}")
  }

  private static func decode(_ bytes: ByteSlice, _ rounds: Int) throws {
    let file = try Part10File.read(bytes)
    let reader = try FrameReader(file.dataSet, transferSyntax: file.transferSyntax)
    var total = 0
    var last: [UInt8] = []
    let start = clock()
    for _ in 0..<rounds {
      for frame in 0..<reader.frameCount {
        last = try reader.frame(frame).bytes
        total += last.count
      }
    }
    report(bytes: total, since: start, checksum: checksum(last))
  }

  private static func encode(_ bytes: ByteSlice, _ syntax: TransferSyntax, _ rounds: Int) throws {
    let file = try Part10File.read(bytes)
    let reader = try FrameReader(file.dataSet, transferSyntax: file.transferSyntax)
    guard let encoder = CodecRegistry.standard.encoder(for: syntax) else { fatalError("no encoder") }
    let frames = try (0..<reader.frameCount).map { try reader.frame($0) }
    var total = 0
    var last: [UInt8] = []
    let start = clock()
    for _ in 0..<rounds {
      for frame in frames {
        last = try encoder.encode(frame, options: EncodingOptions()).bytes
        total += frame.bytes.count
      }
    }
    report(bytes: total, since: start, checksum: checksum(last))
  }

  /// Reads files as a whole, data sets of sequences included; reading the files is part of it.
  private static func parse(_ paths: [String], _ rounds: Int) throws {
    var total = 0
    var elements = 0
    let start = clock()
    for _ in 0..<rounds {
      for path in paths {
        let bytes = read(path)
        total += bytes.count
        elements += try Part10File.read(bytes).dataSet.elements.count
      }
    }
    report(bytes: total, since: start, checksum: UInt64(elements))
  }

  /// FNV-1a, as the small programs over the libraries print it.
  private static func checksum(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
