// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

/// Every target of Martlet is built alike: Swift 6, warnings are errors, imports say what they use.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A product of another package, needed by what stands behind the `Network` trait.
func network(_ product: String, _ package: String) -> Target.Dependency {
  .product(name: product, package: package, condition: .when(traits: ["Network"]))
}

func toolkit(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, path: "Sources/Toolkit/\(name)", swiftSettings: strict)
}
func system(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, path: "Sources/System/\(name)", swiftSettings: strict)
}
func adapter(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, path: "Sources/Adapters/\(name)", swiftSettings: strict)
}
func support(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, path: "Sources/Support/\(name)", swiftSettings: strict)
}
/// A C library of the system, named by its pkg-config file where that is sound.
func library(_ name: String, _ pkgConfig: String?, apt: String, brew: String) -> Target {
  .systemLibrary(
    name: name, path: "Sources/Toolkit/DICOMCodecs/Libraries/\(name)", pkgConfig: pkgConfig,
    providers: [.apt([apt]), .brew([brew])])
}
func tests(_ target: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: target + "Tests", dependencies: [.init(stringLiteral: target)] + dependencies, path: "Tests/\(target)Tests",
    swiftSettings: strict)
}

let toolkitTargets: [Target] = [
  .target(
    name: "CIconv", path: "Sources/Toolkit/CIconv",
    linkerSettings: [.linkedLibrary("iconv", .when(platforms: [.macOS, .iOS]))]),
  .systemLibrary(
    name: "CZlib", path: "Sources/Toolkit/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
  // Rounding is in libm, which an executable without Foundation does not link by itself.
  .target(
    name: "DICOMCore", dependencies: ["CIconv"], path: "Sources/Toolkit/DICOMCore", swiftSettings: strict,
    linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
  toolkit("DICOMDictionary", ["DICOMCore"]),
  toolkit("DICOMFile", ["DICOMCore", "DICOMDictionary", "CZlib"]),
  toolkit("PixelKernels"),
  toolkit("DICOMPixels", ["DICOMCore", "DICOMDictionary"]),
  toolkit("DICOMValidation", ["DICOMCore", "DICOMDictionary", "DICOMFile"]),
  toolkit("DICOMObjects", ["DICOMCore", "DICOMDictionary", "DICOMPixels"]),
  .target(
    name: "DICOMCodecs",
    dependencies: [
      "DICOMCore", "DICOMFile", "DICOMDictionary", "DICOMPixels", "PixelKernels", "CZlib", "CJPEG", "CJPEG2000",
      "LibCharLS", "LibLCMS", "LibOpenJPEG", "LibJXL",
    ],
    path: "Sources/Toolkit/DICOMCodecs", exclude: ["Libraries"], swiftSettings: strict),
  toolkit("DICOMMedia", ["DICOMCore", "DICOMDictionary", "DICOMFile", "CZlib"]),
  toolkit("DICOMNetwork", ["DICOMCore", "DICOMDictionary"]),
  toolkit("DICOMServices", ["DICOMCore", "DICOMDictionary", "DICOMNetwork"]),
  toolkit(
    "DICOMNIO",
    [
      "DICOMCore", "DICOMDictionary", "DICOMFile", "DICOMNetwork", "DICOMServices",
      network("NIOCore", "swift-nio"), network("NIOPosix", "swift-nio"),
      network("NIOTLS", "swift-nio"), network("NIOSSL", "swift-nio-ssl"),
    ]),
  toolkit("DICOMWeb", ["DICOMCore", "DICOMDictionary", "DICOMFile", "DICOMServices"]),
  toolkit("HL7", ["CIconv"]),
  toolkit("ClinicalDocuments"),
]

/// The codec libraries behind `DICOMCodecs`. gdcmjpeg has no pkg-config file, that of OpenJPH is empty, that of libjxl
/// has a flag that the package manager refuses.
let codecLibraries: [Target] = [
  library("LibJPEG", "libjpeg", apt: "libjpeg-dev", brew: "jpeg-turbo"),
  library("LibOpenJPEG", "libopenjp2", apt: "libopenjp2-7-dev", brew: "openjpeg"),
  library("LibJXL", nil, apt: "libjxl-dev", brew: "jpeg-xl"),
  library("LibCharLS", "charls", apt: "libcharls-dev", brew: "charls"),
  library("LibLCMS", "lcms2", apt: "liblcms2-dev", brew: "little-cms2"),
  .target(
    name: "CJPEG2000", dependencies: ["LibOpenJPEG"], path: "Sources/Toolkit/CJPEG2000",
    linkerSettings: [.linkedLibrary("openjph")]),
  .target(
    name: "CJPEG", dependencies: ["LibJPEG"], path: "Sources/Toolkit/CJPEG",
    linkerSettings: [
      .linkedLibrary("jpeg"), .linkedLibrary("gdcmjpeg8"), .linkedLibrary("gdcmjpeg12"), .linkedLibrary("gdcmjpeg16"),
    ]),
]

let systemTargets: [Target] = [
  system("Trust", [network("Crypto", "swift-crypto"), network("CryptoExtras", "swift-crypto")]),
  system(
    "Archive",
    [
      "ClinicalDocuments", "DICOMCodecs", "DICOMCore", "DICOMDictionary", "DICOMFile", "DICOMMedia", "DICOMServices",
    ]),
  system("Workflow", ["DICOMCore", "DICOMDictionary", "DICOMFile", "Archive", "Radiology"]),
  system("Radiology", ["ClinicalDocuments", "DICOMCore", "DICOMDictionary", "DICOMObjects", "DICOMServices", "Trust"]),
  system("Messaging"),
]

let adapterTargets: [Target] = [
  .target(name: "CDirectIO", path: "Sources/Adapters/CDirectIO"),
  adapter("SegmentStore", ["CDirectIO", "DICOMCore", "Archive", network("Crypto", "swift-crypto")]),
  adapter("SQLInterface"),
  adapter(
    "SQLiteDriver", ["SQLInterface", network("GRDB", "GRDB.swift"), network("GRDBSQLite", "GRDB.swift")]),
  .systemLibrary(
    name: "LibPQ", path: "Sources/Adapters/LibPQ", pkgConfig: "libpq",
    providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
  adapter("PostgreSQLDriver", ["SQLInterface", "LibPQ"]),
  .systemLibrary(
    name: "LibPango", path: "Sources/Adapters/LibPango", pkgConfig: "pangocairo",
    providers: [.apt(["libpango1.0-dev"]), .brew(["pango"])]),
  adapter("FilmPrinting", ["DICOMCore", "DICOMDictionary", "DICOMServices", "DICOMPixels", "LibPango"]),
  adapter("ReportPrinting", ["ClinicalDocuments", "LibPango"]),
  // Snowball has no pkg-config file.
  .systemLibrary(
    name: "LibStemmer", path: "Sources/Adapters/LibStemmer",
    providers: [.apt(["libstemmer-dev"]), .brew(["snowball"])]),
  adapter(
    "SQLStore",
    [
      "SQLInterface", "DICOMCore", "DICOMDictionary", "DICOMFile", "DICOMServices", "Archive", "Trust", "Workflow",
      "Messaging", "Radiology", "LibStemmer", network("Crypto", "swift-crypto"),
    ]),
  .systemLibrary(
    name: "LibSSL", path: "Sources/Adapters/LibSSL", pkgConfig: "openssl",
    providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
  .target(name: "CTLS", dependencies: ["LibSSL"], path: "Sources/Adapters/CTLS"),
  adapter(
    "DICOMGateway",
    [
      "CTLS",
      "DICOMCore", "DICOMDictionary", "DICOMFile", "DICOMNetwork", "DICOMServices", "DICOMPixels", "DICOMCodecs",
      "DICOMObjects", "Archive", "Trust", "Workflow", "Radiology", network("Crypto", "swift-crypto"),
      network("Logging", "swift-log"),
    ]),
  adapter(
    "HL7Gateway",
    [
      "ClinicalDocuments", "HL7", "Messaging", "Radiology", network("NIOCore", "swift-nio"),
      network("NIOPosix", "swift-nio"),
      network("NIOSSL", "swift-nio-ssl"), network("NIOConcurrencyHelpers", "swift-nio"),
      network("Logging", "swift-log"),
    ]),
  adapter(
    "WebGateway",
    [
      "DICOMCore", "DICOMDictionary", "DICOMFile", "DICOMPixels", "DICOMCodecs", "DICOMMedia", "DICOMObjects",
      "DICOMServices", "DICOMWeb", "Archive", "Trust", "Workflow", "Messaging", "Radiology", "ClinicalDocuments",
      network("Hummingbird", "hummingbird"),
      network("HummingbirdTLS", "hummingbird"),
      network("HummingbirdHTTP2", "hummingbird"), network("NIOCore", "swift-nio"), network("NIOPosix", "swift-nio"),
      network("NIOHTTP1", "swift-nio"), network("NIOTLS", "swift-nio"), network("NIOWebSocket", "swift-nio"),
      network("NIOSSL", "swift-nio-ssl"), network("X509", "swift-certificates"), network("SwiftASN1", "swift-asn1"),
      network("Crypto", "swift-crypto"), network("Logging", "swift-log"),
      network("ServiceLifecycle", "swift-service-lifecycle"),
      network("UnixSignals", "swift-service-lifecycle"), "CZlib",
    ]),
]

let productTargets: [Target] = [
  .target(
    name: "MartletServer",
    dependencies: [
      "DICOMCore", "DICOMFile", "DICOMMedia", "DICOMServices", "Archive", "Trust", "Workflow", "HL7", "Messaging",
      "Radiology", "SegmentStore",
      "SQLInterface", "SQLiteDriver", "PostgreSQLDriver", "SQLStore", "DICOMGateway", "FilmPrinting", "HL7Gateway",
      "ClinicalDocuments", "ReportPrinting",
      "WebGateway", network("ServiceLifecycle", "swift-service-lifecycle"),
      network("UnixSignals", "swift-service-lifecycle"), network("NIOCore", "swift-nio"),
      network("NIOHTTP1", "swift-nio"), network("NIOPosix", "swift-nio"), network("NIOSSL", "swift-nio-ssl"),
      network("Crypto", "swift-crypto"), network("CryptoExtras", "swift-crypto"),
      network("Logging", "swift-log"), network("TOMLKit", "TOMLKit"),
    ], path: "Sources/Product/MartletServer", swiftSettings: strict),
  .target(
    name: "FileCommands",
    dependencies: [
      "DICOMCore", "DICOMDictionary", "DICOMFile", "DICOMPixels", "DICOMCodecs", "DICOMMedia", "DICOMObjects",
      "DICOMValidation", network("ArgumentParser", "swift-argument-parser"), network("Crypto", "swift-crypto"),
      network("GRDBSQLite", "GRDB.swift"),
    ], path: "Sources/Product/FileCommands", swiftSettings: strict),
  .executableTarget(
    name: "martlet",
    dependencies: [
      "DICOMCore", "DICOMDictionary", "DICOMFile", "DICOMPixels", "DICOMCodecs", "DICOMMedia", "DICOMNetwork",
      "DICOMServices", "DICOMNIO", "Archive", "Trust", "Workflow", "HL7", "Messaging", "HL7Gateway", "Radiology",
      "FileCommands", "MartletServer",
      network("ArgumentParser", "swift-argument-parser"),
    ], path: "Sources/Product/martlet", swiftSettings: strict),
]

let supportTargets: [Target] = [
  support("DICOMTestKit", ["DICOMCore", "DICOMDictionary", "DICOMFile", "CZlib"]),
  support(
    "SystemTestKit",
    [
      "DICOMTestKit", "DICOMCore", "DICOMDictionary", "DICOMFile", "DICOMServices", "Archive", "Trust", "Workflow",
      "Radiology", "Messaging",
    ]),
  .executableTarget(
    name: "department-benchmark",
    dependencies: ["SQLStore", "SQLInterface", "SQLiteDriver", "PostgreSQLDriver", "Radiology"],
    path: "Benchmarks/Department", swiftSettings: strict),
  .executableTarget(
    name: "index-benchmark",
    dependencies: [
      "SQLStore", "SQLInterface", "SQLiteDriver", "PostgreSQLDriver", "Archive", "DICOMCore", "DICOMDictionary",
      "SystemTestKit",
    ], path: "Benchmarks/Index", swiftSettings: strict),
]

let testTargets: [Target] = [
  tests("DICOMNetwork", ["DICOMCore", "DICOMDictionary"]),
  tests("DICOMServices", ["DICOMCore", "DICOMDictionary", "DICOMNetwork"]),
  tests(
    "DICOMNIO",
    [
      "DICOMCore", "DICOMNetwork", "DICOMServices", network("NIOCore", "swift-nio"), network("NIOPosix", "swift-nio"),
    ]),
  tests("DICOMCore", ["DICOMDictionary", "DICOMFile", "DICOMTestKit"]),
  tests("DICOMDictionary", ["DICOMCore", "DICOMFile", "DICOMTestKit"]),
  tests("DICOMFile", ["DICOMCore", "DICOMDictionary", "DICOMTestKit"]),
  tests("DICOMMedia", ["CZlib", "DICOMCore", "DICOMDictionary", "DICOMFile", "DICOMTestKit"]),
  tests("DICOMValidation", ["DICOMCore", "DICOMDictionary", "DICOMFile", "DICOMTestKit"]),
  tests("DICOMWeb", ["DICOMCore"]),
  tests(
    "WebGateway",
    [
      "DICOMCore", "DICOMDictionary", "DICOMFile", "DICOMPixels", "DICOMCodecs", "DICOMWeb", "Archive", "Trust",
      "Radiology", "SQLStore", "SQLTestKit", "SystemTestKit", network("Hummingbird", "hummingbird"),
      network("NIOCore", "swift-nio"),
      network("NIOPosix", "swift-nio"),
      network("NIOEmbedded", "swift-nio"), network("NIOSSL", "swift-nio-ssl"), network("X509", "swift-certificates"),
      network("SwiftASN1", "swift-asn1"), network("Logging", "swift-log"),
    ]),
  tests("FilmPrinting", ["DICOMServices", "DICOMPixels"]),
  tests("ReportPrinting", ["ClinicalDocuments"]),
  tests("HL7"),
  tests("ClinicalDocuments"),
  tests("MartletServer"),
  tests("DICOMGateway", ["Archive", "DICOMCore", "DICOMDictionary", "DICOMNetwork", "DICOMServices"]),
  .target(
    name: "SQLTestKit", dependencies: ["SQLInterface", "SQLiteDriver", "PostgreSQLDriver"], path: "Tests/SQLTestKit",
    swiftSettings: strict),
  tests("SQLInterface", ["SQLTestKit"]),
  tests("SQLiteDriver", ["SQLInterface", "SQLTestKit"]),
  tests("PostgreSQLDriver", ["SQLInterface", "SQLTestKit"]),
  .testTarget(
    name: "SQLStoreTests",
    dependencies: [
      "SQLStore", "SQLInterface", "SQLiteDriver", "SQLTestKit", "DICOMCore", "DICOMServices", "Archive", "Trust",
      "Workflow", "Messaging", "Radiology", "SystemTestKit",
    ], path: "Tests/SQLStoreTests", exclude: ["Fixtures"], swiftSettings: strict),
  tests(
    "HL7Gateway",
    [
      "ClinicalDocuments", "HL7", "Messaging", "Radiology", "Trust", "SystemTestKit", "SQLStore", "SQLTestKit",
      network("NIOCore", "swift-nio"), network("NIOPosix", "swift-nio"), network("Logging", "swift-log"),
    ]),
  tests("Messaging", ["SystemTestKit"]),
  tests("FileCommands", ["DICOMCore", "DICOMDictionary"]),
  .testTarget(name: "TidyTests", path: "Tests/Tidy", swiftSettings: strict),
  tests("PixelKernels", ["DICOMPixels"]),
  tests("DICOMPixels", ["DICOMCore", "DICOMDictionary"]),
  tests("DICOMObjects", ["DICOMCodecs", "DICOMCore", "DICOMDictionary", "DICOMFile", "DICOMPixels", "DICOMTestKit"]),
  tests(
    "DICOMCodecs",
    [
      "CZlib", "DICOMCore", "DICOMDictionary", "DICOMFile", "DICOMPixels", "DICOMTestKit",
      network("Crypto", "swift-crypto"),
    ]),
  tests("Trust"),
  tests(
    "Workflow",
    [
      "SystemTestKit", "SQLTestKit", "SQLStore", "Archive", "DICOMCore", "DICOMDictionary", "DICOMFile",
      "DICOMServices", "Radiology", "Trust",
    ]),
  tests(
    "Radiology",
    ["DICOMCore", "DICOMDictionary", "DICOMServices", "Trust", "SQLStore", "SQLTestKit", "SystemTestKit"]),
  tests("Archive", ["SystemTestKit", "DICOMTestKit", "DICOMCodecs", "DICOMCore", "DICOMDictionary", "DICOMFile"]),
  tests(
    "SegmentStore",
    [
      "CDirectIO", "SystemTestKit", "DICOMTestKit", "Archive", "DICOMCodecs", "DICOMCore", "DICOMDictionary",
      "DICOMFile",
      "SQLInterface", "SQLStore", "SQLiteDriver", "SQLTestKit", "Trust",
    ]),
  .testTarget(
    name: "SimulationTests",
    dependencies: ["SystemTestKit", "DICOMTestKit", "Archive", "DICOMCore", "DICOMDictionary", "DICOMFile"],
    path: "Tests/SimulationTests", swiftSettings: strict),
]

let package = Package(
  name: "martlet",
  platforms: [.macOS(.v15), .iOS(.v18)],
  products: [
    "DICOMCore", "DICOMDictionary", "DICOMFile", "PixelKernels", "DICOMPixels", "DICOMObjects", "DICOMCodecs",
    "DICOMMedia", "DICOMValidation", "DICOMNetwork", "DICOMServices", "DICOMNIO", "DICOMWeb", "HL7",
    "ClinicalDocuments",
    "DICOMTestKit",
  ].map { .library(name: $0, targets: [$0]) } + [.executable(name: "martlet", targets: ["martlet"])],
  traits: [
    .default(enabledTraits: ["Network"]),
    .trait(
      name: "Network", description: "The NIO edge, the server and the command line; off fetches no other package."),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.0"),
    .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log.git", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.0"),
    .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.0"),
    .package(url: "https://github.com/apple/swift-asn1.git", from: "1.3.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
    .package(url: "https://github.com/LebJe/TOMLKit.git", from: "0.6.0"),
  ],
  targets: toolkitTargets + codecLibraries + systemTargets + adapterTargets + productTargets + supportTargets
    + testTargets)
