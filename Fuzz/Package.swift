// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

/// Fuzz targets: each a static library with `LLVMFuzzerTestOneInput`, linked with libFuzzer by `scripts/fuzz`.
let targets: [(name: String, product: String)] = [
  ("FuzzDataSet", "DICOMFile"),
  ("FuzzCharacterSet", "DICOMCore"),
  ("FuzzPath", "DICOMDictionary"),
  ("FuzzValues", "DICOMDictionary"),
  ("FuzzPDU", "DICOMNetwork"),
  ("FuzzMultipart", "DICOMWeb"),
  ("FuzzCodecs", "DICOMCodecs"),
  ("FuzzEncoders", "DICOMCodecs"),
  ("FuzzImage", "DICOMCodecs"),
]

let package = Package(
  name: "fuzz",
  platforms: [.macOS(.v15)],
  products: targets.map { .library(name: $0.name, type: .static, targets: [$0.name]) },
  dependencies: [.package(name: "martlet", path: "..", traits: [])],
  targets: targets.map {
    .target(name: $0.name, dependencies: [.product(name: $0.product, package: "martlet")])
  })
