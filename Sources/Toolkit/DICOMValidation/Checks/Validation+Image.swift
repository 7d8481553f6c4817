// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

extension Validation {
  /// Whether the attributes of an image agree with one another and with its pixel data (PS3.3 §C.7.6.3, PS3.5 §8).
  mutating func checkImage(_ uses: [Use]) {
    guard let use = uses.first(where: { $0.module.key == "image-pixel" }) else { return }
    let module = use.module
    checkBits(module)
    checkColour(module)
    checkPixelData(module)
    checkAspect(module)
    checkRescale(uses)
  }

  private mutating func checkBits(_ module: Module) {
    guard let allocated = root.integer(.bitsAllocated) else { return }
    if allocated != 1, allocated % 8 != 0 || allocated == 0 {
      report(
        .enumeratedValue, .error, .bitsAllocated, module: module,
        "BitsAllocated \(allocated) is not 1 or a multiple of 8.")
    }
    guard let stored = root.integer(.bitsStored) else { return }
    if stored > allocated || stored < 1 {
      report(
        .inconsistentValues, .error, .bitsStored, module: module,
        "BitsStored \(stored) does not fit into BitsAllocated \(allocated).")
    }
    if let high = root.integer(.highBit), high != stored - 1 {
      report(
        .inconsistentValues, .error, .highBit, module: module,
        "HighBit is \(high); BitsStored \(stored) makes it \(stored - 1).")
    }
  }

  private mutating func checkColour(_ module: Module) {
    guard let photometric = root.string(.photometricInterpretation), let samples = root.integer(.samplesPerPixel) else {
      return
    }
    let expected: Int
    switch photometric {
    case "MONOCHROME1", "MONOCHROME2", "PALETTE COLOR": expected = 1
    case "ARGB", "CMYK": expected = 4
    case "RGB", "HSV", "YBR_FULL", "YBR_FULL_422", "YBR_PARTIAL_422", "YBR_PARTIAL_420", "YBR_ICT", "YBR_RCT", "XYB":
      expected = 3
    default: return
    }
    if samples != expected {
      report(
        .inconsistentValues, .error, .samplesPerPixel, module: module,
        "SamplesPerPixel is \(samples); \(photometric) has \(expected).")
    }
  }

  private mutating func checkPixelData(_ module: Module) {
    guard let element = root[.pixelData] else { return }
    if let transferSyntax {
      let isEncapsulated = if case .fragments = element.value { true } else { false }
      if transferSyntax.isEncapsulated != isEncapsulated, !element.isEmpty {
        report(
          .encoding, .error, .pixelData, clause: "PS3.5 A.4",
          transferSyntax.isEncapsulated
            ? "The pixel data is native; the transfer syntax says that it stands in fragments."
            : "The pixel data stands in fragments; the transfer syntax says that it is native.")
      }
      if transferSyntax.isExplicitVR, element.vr == .OB, !isEncapsulated, let bits = root.integer(.bitsAllocated),
        bits > 8
      {
        report(
          .wrongVR, .error, .pixelData, clause: "PS3.5 8.1.2", "PixelData is OB; \(bits) bits allocated make it OW.")
      }
    }
    guard let bytes = element.bytes, let expected = expectedPixelBytes(), !element.isEmpty else { return }
    let padded = expected + expected % 2
    if bytes.count != expected, bytes.count != padded {
      report(
        .pixelDataLength, .error, .pixelData, clause: "PS3.5 8.1.1",
        "PixelData has \(bytes.count) bytes; rows, columns, samples, bits and frames make \(padded).")
    }
  }

  /// Bytes of native pixel data; nil where an attribute is missing or absurd.
  private func expectedPixelBytes() -> Int? {
    guard let rows = root.integer(.rows), let columns = root.integer(.columns),
      let bits = root.integer(.bitsAllocated), let samples = root.integer(.samplesPerPixel)
    else { return nil }
    let frames = max(root.integer(.numberOfFrames) ?? 1, 1)
    var total = 1
    for factor in [rows, columns, samples, bits, frames] {
      let (product, overflow) = total.multipliedReportingOverflow(by: factor)
      if overflow || factor < 1 { return nil }
      total = product
    }
    if root.string(.photometricInterpretation) == "YBR_FULL_422" { total = total / 3 * 2 }
    return (total + 7) / 8
  }

  /// Original CT images are in Hounsfield units (PS3.3 §C.8.2.1); MR values have no unit to rescale to.
  private mutating func checkRescale(_ uses: [Use]) {
    if let ct = uses.first(where: { $0.module.key == "ct-image" }), let type = root.string(.rescaleType), type != "HU",
      let image = root.strings(.imageType), image.first == "ORIGINAL", image.count < 3 || image[2] != "LOCALIZER",
      root.string(.multienergyCTAcquisition) != "YES"
    {
      report(
        .inconsistentValues, .error, .rescaleType, module: ct.module,
        "RescaleType is \(type); original images that are no localizers are in HU.")
    }
    guard let mr = uses.first(where: { $0.module.key == "mr-image" }) else { return }
    let slope = root.double(.rescaleSlope) ?? 1
    let intercept = root.double(.rescaleIntercept) ?? 0
    guard slope != 1 || intercept != 0 else { return }
    for tag in [Tag.rescaleSlope, .rescaleIntercept] where root[tag] != nil {
      report(
        .inconsistentValues, .warning, tag, module: mr.module,
        "The MR Image IOD has no Modality LUT; viewers differ in applying \(Self.label(tag)) before the window.")
    }
  }

  /// Pixel Aspect Ratio only where nothing better says the distance of pixels (PS3.3 §C.7.6.3.1.7).
  private mutating func checkAspect(_ module: Module) {
    guard let ratio = root.integers(.pixelAspectRatio) else { return }
    for tag in [Tag.pixelSpacing, .imagerPixelSpacing, .nominalScannedPixelSpacing] where root[tag] != nil {
      report(
        .unexpectedAttribute, .error, .pixelAspectRatio, module: module,
        "PixelAspectRatio shall not be present beside \(Self.label(tag)).")
      break
    }
    if ratio.count == 2, ratio[0] == ratio[1] {
      report(
        .valueRange, .error, .pixelAspectRatio, module: module,
        "PixelAspectRatio shall not be present for square pixels.")
    }
  }
}
