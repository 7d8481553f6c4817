// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile

/// Collects the indexed attributes of a data set that streams by.
final class AttributeScan {
  /// Bytes that are kept of all values of one instance together.
  private static let totalLength = 256 * 1024

  private var scanner: IndexScanner
  private let isDeflated: Bool
  /// Why the data set could not be read further, where it could not.
  private(set) var problem: String?

  init(transferSyntax: TransferSyntax) {
    scanner = IndexScanner(
      transferSyntax: transferSyntax, valueLength: IndexedAttributes.maximumLength, totalLength: Self.totalLength
    ) { IndexedAttributes.all.contains($0) }
    isDeflated = transferSyntax.isDeflated
  }

  var isDone: Bool { scanner.isDone || problem != nil }

  func feed(_ bytes: UnsafeRawBufferPointer) {
    guard problem == nil else { return }
    do {
      try scanner.scan(bytes)
    } catch {
      problem = "\(error)"
    }
  }

  func finish() {
    guard problem == nil else { return }
    do {
      try scanner.finish()
    } catch {
      problem = "\(error)"
    }
  }

  /// Both SOP UIDs have gone by.
  var knowsSOPInstance: Bool { scanner.dataSet[.sopInstanceUID] != nil }

  /// What was collected, as it was encoded.
  var raw: DataSet { scanner.dataSet }

  /// Counted from the data set's first byte; nil where there is none, or it is deflated.
  var pixelDataOffset: Int64? { isDeflated ? nil : scanner.pixelDataOffset.map { Int64($0) } }
}
