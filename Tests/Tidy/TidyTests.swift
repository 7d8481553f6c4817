// SPDX-License-Identifier: Apache-2.0

import Testing

/// House rules that a compiler does not check. Each test lists what breaks its rule.
struct TidyTests {
  static let maximumLine = 120
  static let maximumFile = 800
  static let maximumFunction = 70

  private func swiftFiles(_ folders: [String] = ["Sources", "Tests", "Fuzz"]) throws -> [Repository.File] {
    try Repository.files(in: folders, endings: [".swift"]).filter { !$0.isGenerated }
  }

  private func textFiles() throws -> [Repository.File] {
    let others = try Repository.files(
      in: ["Web/src", "Web/tests", "Tests/Interop", "Tests/Browser", "Tests/support", "Tools", "Benchmarks"],
      endings: [".ts", ".py", ".c", ".css"])
    let shims = try Repository.files(in: ["Sources"], endings: [".c", ".h", ".cpp"])
    return try swiftFiles() + others + shims
  }

  /// Module → folder of `Sources/` that it stands in.
  private func layerOfModules() throws -> [String: String] {
    var found: [String: String] = [:]
    for file in try Repository.files(in: ["Sources"], endings: [".swift", ".h", ".modulemap"]) {
      if let layer = file.layer, let target = file.target { found[target] = layer }
    }
    for file in try Repository.files(in: ["Sources"], endings: ["module.modulemap"]) {
      let parts = file.path.split(separator: "/")
      if let layer = file.layer { found[String(parts[parts.count - 2])] = layer }
    }
    return found
  }

  @Test func theSourcesAreFound() throws {
    #expect(try swiftFiles().count > 50)
    #expect(try layerOfModules()["DICOMCore"] == "Toolkit")
  }

  @Test func importsPointUpwards() throws {
    let layers = try layerOfModules()
    var wrong: [String] = []
    for file in try swiftFiles(["Sources"])
      + Repository.files(in: ["Sources"], endings: [".swift"]).filter(\.isGenerated)
    {
      for module in SourceText(file.text).codeLines.compactMap(Layers.imported) {
        if let objection = Layers.objection(to: module, in: file, layers: layers) { wrong.append(objection) }
      }
    }
    #expect(wrong == [])
  }

  @Test func theManifestPointsUpwards() throws {
    let layers = try layerOfModules()
    var wrong: [String] = []
    for target in Manifest.targets(try Repository.manifest()) {
      guard let layer = layers[target.name], let allowed = Layers.allowed[layer] else { continue }
      for name in target.dependencies {
        if let other = layers[name], !allowed.contains(other) { wrong.append("\(target.name) → \(name)") }
      }
      if layer == "Toolkit", target.usesOtherPackages, !Layers.networkTargets.contains(target.name) {
        wrong.append("\(target.name) uses another package")
      }
    }
    #expect(wrong == [])
    #expect(!(try Repository.manifest()).contains("unsafeFlags"))
  }

  @Test func linesAreShort() throws {
    var wrong: [String] = []
    for file in try textFiles() {
      for (index, line) in SourceText.split(Array(file.text.utf8)).enumerated() where line.count > Self.maximumLine {
        wrong.append("\(file.path):\(index + 1): \(line.count) characters")
      }
    }
    #expect(wrong == [])
  }

  @Test func filesAreShort() throws {
    let wrong = try textFiles().filter { $0.text.utf8.count { $0 == UInt8(ascii: "\n") } > Self.maximumFile }
    #expect(wrong.map(\.path) == [])
  }

  @Test func functionsAreShort() throws {
    var wrong: [String] = []
    for file in try swiftFiles() {
      for function in FunctionLengths(SourceText(file.text)).all() where function.length > Self.maximumFunction {
        wrong.append("\(file.path):\(function.line): \(function.length) lines")
      }
    }
    #expect(wrong == [])
  }

  @Test func everyFileNamesItsLicence() throws {
    let scripts = try Repository.files(in: ["scripts", ".ci"], endings: [""])
    let wrong = try (textFiles() + scripts).filter { file in
      let head = file.text.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false).prefix(2)
      return !head.contains { $0.contains("SPDX-License-Identifier: Apache-2.0") }
    }
    #expect(wrong.map(\.path) == [])
  }

  @Test func nothingIsLeftForLater() throws {
    let words = ["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"]
    var wrong: [String] = []
    for file in try textFiles() {
      for (index, line) in SourceText.split(Array(file.text.utf8)).enumerated()
      where words.contains(where: { word in line.split(whereSeparator: { !$0.isLetter }).contains { $0 == word } }) {
        wrong.append("\(file.path):\(index + 1)")
      }
    }
    #expect(wrong == [])
  }

  @Test func nothingIsForced() throws {
    var wrong: [String] = []
    for file in try swiftFiles(["Sources"]) {
      let source = SourceText(file.text)
      for (index, (code, line)) in zip(source.codeLines, source.lines).enumerated() {
        let place = "\(file.path):\(index + 1)"
        if code.contains("try!") || code.contains("as!") { wrong.append(place + ": forced") }
        if Forced.unwraps(code), !line.contains("//") { wrong.append(place + ": forced unwrap without a reason") }
        if code.contains("@unchecked Sendable"), !line.contains("//") {
          wrong.append(place + ": @unchecked Sendable without a reason on the line")
        }
      }
    }
    #expect(wrong == [])
  }
}
