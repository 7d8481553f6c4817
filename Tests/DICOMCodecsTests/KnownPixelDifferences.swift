// SPDX-License-Identifier: Apache-2.0

/// Files of the corpus that Martlet decodes to something else than the manifest has, and why.
enum KnownPixelDifferences {
  /// Cannot be decoded.
  static let failures: [String: String] = [
    "pypi/pydicom/test_files/MR_truncated.dcm": "native pixel data ends within the only frame; GDCM fills up with zeros"
  ]

  /// Decoded to other values.
  static let hashes: [String: String] = [
    "files/pydicom-data/data_store__data__liver_deflate.dcm": "single bits; the manifest has them packed",
    "files/pydicom-data/data_store__data__liver_nonbyte_aligned_deflate.dcm":
      "single bits; the manifest has them packed",
    "synthetic/ts/j2k91_g12.dcm":
      "lossy overshoot above the 12 bits stored is clamped; others keep 4406, which 12 bits do not hold",
    "synthetic/ts/jxl112_g12.dcm": "as j2k91_g12.dcm; others keep 4104",
  ]
}
