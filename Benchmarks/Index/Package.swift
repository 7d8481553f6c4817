// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

/// How long the index takes to fill and to answer: see `../README.md`. `Sources` is a link to those of Martlet.
func target(_ name: String, _ layer: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, path: "Sources/\(layer)/\(name)")
}
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")

let package = Package(
  name: "index-benchmark", platforms: [.macOS(.v15)],
  dependencies: [
    .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.0"),
    .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
  ],
  targets: [
    .target(name: "CIconv", path: "Sources/Toolkit/CIconv"),
    .systemLibrary(name: "CZlib", path: "Sources/Toolkit/CZlib", pkgConfig: "zlib"),
    .systemLibrary(name: "LibPQ", path: "Sources/Adapters/LibPQ", pkgConfig: "libpq"),
    .target(
      name: "DICOMCore", dependencies: ["CIconv"], path: "Sources/Toolkit/DICOMCore",
      linkerSettings: [.linkedLibrary("m")]),
    target("DICOMDictionary", "Toolkit", ["DICOMCore"]),
    target("DICOMFile", "Toolkit", ["DICOMCore", "DICOMDictionary", "CZlib"]),
    target("DICOMNetwork", "Toolkit", ["DICOMCore", "DICOMDictionary"]),
    target("DICOMServices", "Toolkit", ["DICOMCore", "DICOMDictionary", "DICOMNetwork"]),
    target("Trust", "System", [crypto, .product(name: "CryptoExtras", package: "swift-crypto")]),
    target("Archive", "System", ["DICOMCore", "DICOMDictionary", "DICOMFile", "DICOMServices"]),
    target("SQLInterface", "Adapters"),
    target(
      "SQLiteDriver", "Adapters",
      [
        "SQLInterface", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]),
    target("PostgreSQLDriver", "Adapters", ["SQLInterface", "LibPQ"]),
    target(
      "SQLStore", "Adapters",
      [
        "SQLInterface", "DICOMCore", "DICOMDictionary", "DICOMFile", "DICOMServices", "Archive", "Trust", crypto,
      ]),
    target("DICOMTestKit", "Support", ["DICOMCore", "DICOMDictionary", "DICOMFile", "CZlib"]),
    target(
      "SystemTestKit", "Support",
      ["DICOMTestKit", "DICOMCore", "DICOMDictionary", "DICOMFile", "DICOMServices", "Archive", "Trust"]),
    .executableTarget(
      name: "index-benchmark",
      dependencies: ["SQLStore", "SQLInterface", "SQLiteDriver", "PostgreSQLDriver", "Archive", "SystemTestKit"],
      path: "Benchmark"),
  ])
