// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

/// Fuzz targets: each a static library with `LLVMFuzzerTestOneInput`, linked with libFuzzer by `scripts/fuzz`.
let targets: [(name: String, products: [String])] = [
  ("FuzzDataSet", ["DICOMCore", "DICOMFile"]),
  ("FuzzCharacterSet", ["DICOMCore"]),
  ("FuzzPath", ["DICOMCore", "DICOMDictionary"]),
  ("FuzzValues", ["DICOMCore", "DICOMDictionary"]),
  ("FuzzModels", ["DICOMCore", "DICOMFile"]),
  ("FuzzRendering", ["DICOMCore", "DICOMDictionary", "DICOMFile", "DICOMPixels"]),
  ("FuzzPDU", ["DICOMNetwork"]),
  ("FuzzCommandSet", ["DICOMCore", "DICOMNetwork"]),
  ("FuzzPrint", ["DICOMCore", "DICOMDictionary", "DICOMFile", "DICOMNetwork", "DICOMServices"]),
  ("FuzzMultipart", ["DICOMCore", "DICOMWeb"]),
  ("FuzzHL7", ["HL7"]),
  ("FuzzNormalized", ["DICOMCore", "DICOMFile", "DICOMServices"]),
  ("FuzzWebRequest", ["DICOMCore", "DICOMServices", "DICOMWeb"]),
  ("FuzzStructuredReport", ["DICOMCore", "DICOMFile", "DICOMObjects"]),
  ("FuzzObjects", ["DICOMCore", "DICOMFile", "DICOMObjects"]),
  ("FuzzValidation", ["DICOMCore", "DICOMFile", "DICOMValidation"]),
  ("FuzzColourProfile", ["DICOMCodecs", "DICOMPixels"]),
  ("FuzzTranscoding", ["DICOMCore", "DICOMFile", "DICOMPixels", "DICOMCodecs"]),
  ("FuzzKernels", ["PixelKernels"]),
  ("FuzzDirectory", ["DICOMCore", "DICOMMedia"]),
  ("FuzzCodecs", ["DICOMCore", "DICOMPixels", "DICOMCodecs"]),
  ("FuzzEncoders", ["DICOMCore", "DICOMPixels", "DICOMCodecs"]),
  ("FuzzImage", ["DICOMCore", "DICOMFile", "DICOMPixels", "DICOMCodecs"]),
]

let package = Package(
  name: "fuzz",
  platforms: [.macOS(.v15)],
  products: targets.map { .library(name: $0.name, type: .static, targets: [$0.name]) },
  dependencies: [.package(name: "martlet", path: "..", traits: [])],
  targets: targets.map {
    .target(name: $0.name, dependencies: $0.products.map { .product(name: $0, package: "martlet") })
  })
