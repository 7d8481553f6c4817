// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Collects the indexed attributes of a data set that streams by.
final class AttributeScan {
  private(set) var attributes = DataSet(inheritedCharacterSet: .utf8)
  private(set) var pixelDataOffset: Int64?
  private(set) var isDone = false
  private(set) var problem: String?

  init(transferSyntax: TransferSyntax) {}

  var knowsSOPInstance: Bool { attributes[Tag(0x0008, 0x0018)] != nil }

  func feed(_ bytes: UnsafeRawBufferPointer) {}

  func finish() { isDone = true }
}
