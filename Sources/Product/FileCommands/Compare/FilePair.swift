// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile

/// Two files that are compared.
struct FilePair: Sendable {
  let first: String
  let second: String

  func compare(_ options: CompareOptions) -> ComparisonReport.Pair {
    var pair = ComparisonReport.Pair(first: first, second: second)
    do {
      let left = try read(first)
      let right = try read(second)
      var comparison = DataSetComparison(options)
      if options.comparesMeta {
        var metas = [left.fileMetaInformation, right.fileMetaInformation]
        for index in metas.indices { metas[index].keep { !CompareOptions.writer.contains($0.tag) } }
        comparison.compare(metas[0], metas[1])
      }
      comparison.compare(left.dataSet, right.dataSet)
      pair.differences = comparison.differences
      if options.comparesPixels { pair.differences += try PixelComparison(options).compare(left, right) }
    } catch {
      pair.error = "\(error)"
    }
    return pair
  }

  private func read(_ path: String) throws -> Part10File {
    do {
      return try Part10File.read(try MappedFile.bytes(path), options: ReadOptions(interpretsUN: true))
    } catch {
      throw CommandFailure("\(path): \(error)")
    }
  }
}
