// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

/// Loops over parts of the toolkit, for `scripts/bench toolkit`: what a process per file would hide.
let package = Package(
  name: "toolkit-bench",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "martlet", path: "../..", traits: [])],
  targets: [
    .executableTarget(
      name: "toolkit-bench",
      dependencies: ["DICOMCore", "DICOMDictionary", "DICOMFile", "DICOMPixels", "DICOMCodecs"].map {
        .product(name: $0, package: "martlet")
      })
  ])
