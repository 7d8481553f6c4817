// SPDX-License-Identifier: Apache-2.0

import PixelKernels

extension CodecError {
  /// What a kernel says, in the words of a codec.
  init(_ error: KernelError) {
    let code: Code =
      switch error.code {
      case .truncated: .truncated
      case .corrupt: .corrupt
      case .mismatch: .mismatch
      case .unsupported, .buffer: .unsupported
      }
    self.init(code, "\(error.reason) \(error.position)")
  }
}
