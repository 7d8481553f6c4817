// SPDX-License-Identifier: Apache-2.0

import Crypto
import DICOMCodecs
import DICOMCore
import DICOMFile
import DICOMPixels
import DICOMTestKit
import Testing

/// Images of the corpus, decoded and compared with what is true by construction or what independent decoders say. The
/// large ones, slow without optimisation, are left to `Tests/Interop/test_codecs.py`, which has all.
struct CorpusPixelTests {
  private static let largest = 2_000_000

  static let images = {
    let all = Corpus.files().filter { $0.manifest["pixel"]?["sha256"]?.string != nil }
    let small = all.filter { entry in
      let factors = ["rows", "columns", "frames", "samples", "bits_allocated"].map { entry.integer($0) ?? 1 }
      return factors.reduce(1, *) / 8 <= largest
    }
    print("Corpus images: \(small.count) compared, \(all.count - small.count) large ones left out")
    return small
  }()

  @Test(arguments: images)
  func decodesLikeOthers(_ entry: Corpus.Entry) throws {
    let expectation = PixelExpectation(entry)
    let file = try Part10File.read(entry.bytes())
    var hash = SHA256()
    var statistics = PixelStatistics()
    do {
      let reader = try FrameReader(file.dataSet, transferSyntax: file.transferSyntax)
      if reader.frameCount != expectation.frames {
        let isKnown = KnownPixelDifferences.failures[entry.id] != nil
        #expect(isKnown, "\(entry.id): \(reader.frameCount) of \(expectation.frames) frames")
        return
      }
      for index in 0..<reader.frameCount {
        let frame = try reader.frame(index)
        hash.update(data: frame.bytes)
        if !expectation.isTrusted { statistics.add(frame) }
      }
    } catch {
      let isKnown = KnownPixelDifferences.failures[entry.id] != nil
      #expect(isKnown, "\(entry.id): \(error)")
      return
    }
    #expect(KnownPixelDifferences.failures[entry.id] == nil, "\(entry.id) can be decoded by now")
    let text = hash.finalize().map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    if text == expectation.sha256 { return }
    if let reason = KnownPixelDifferences.hashes[entry.id] {
      #expect(!reason.isEmpty)
    } else if expectation.isTrusted {
      Issue.record("\(entry.id): another hash than \(expectation.agree.joined(separator: ", "))")
    } else {
      #expect(statistics.isClose(to: expectation), "\(entry.id): \(statistics) against \(expectation)")
    }
  }
}
