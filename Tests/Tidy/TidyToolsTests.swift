// SPDX-License-Identifier: Apache-2.0

import Testing

/// The tools of the tidy test find what they are for.
struct TidyToolsTests {
  @Test func commentsAndStringsAreBlanked() {
    let text = #"""
      let a = "func { \("}") \" {" // func {
      /* { /* { */ } */ let b = 1
      """#
    let code = SourceText(text).codeLines
    #expect(code.count == 2)
    #expect(!code.joined().contains("{") && !code.joined().contains("}"))
    #expect(code[0].hasPrefix("let a = \"") && code[1].hasSuffix("let b = 1"))
  }

  @Test func rawAndMultilineStringsAreBlanked() {
    let quotes = "\"\"\""
    let code = SourceText("let a = #\"{ \"# + \(quotes)\n { \" func x() {\n\(quotes)\nlet b = 2").codeLines
    #expect(code.count == 4)
    #expect(!code.joined().contains("{"))
    #expect(code[3] == "let b = 2")
  }

  @Test func functionsAreMeasured() {
    let text = """
      protocol P {
        func none() throws
        init()
      }
      struct S: P {
        init() {}
        func two(_ f: () -> Void = { }) {
        }
        func five() {
          func inner() {
            print()
          }
        }
      }
      """
    let found = FunctionLengths(SourceText(text)).all()
    #expect(found.map(\.length) == [1, 2, 5, 3])
    #expect(found.map(\.line) == [6, 7, 9, 10])
  }

  @Test(arguments: [
    ("import Foundation", "Foundation"), ("@testable import DICOMCore", "DICOMCore"),
    ("public import struct Foundation.Data", "Foundation"), ("  import Glibc", "Glibc"),
    ("let import1 = 1", nil), ("// nothing", nil),
  ])
  func importsAreRead(line: String, module: String?) {
    #expect(Layers.imported(line) == module)
  }

  @Test(arguments: [
    ("Sources/Toolkit/DICOMCore/A.swift", "Foundation", true), ("Sources/Toolkit/DICOMCore/A.swift", "Archive", true),
    ("Sources/Toolkit/DICOMCore/A.swift", "NIOCore", true), ("Sources/Toolkit/DICOMNIO/A.swift", "NIOCore", false),
    ("Sources/System/Archive/A.swift", "SQLStore", true), ("Sources/System/Archive/A.swift", "DICOMCore", false),
    ("Sources/Adapters/SQLStore/A.swift", "Archive", false), ("Sources/Adapters/SQLStore/A.swift", "martlet", true),
    ("Sources/Adapters/SQLStore/A.swift", "Foundation", false),
  ])
  func wrongArrowsAreFound(path: String, module: String, isWrong: Bool) {
    let layers = ["DICOMCore": "Toolkit", "Archive": "System", "SQLStore": "Adapters", "martlet": "Product"]
    let file = Repository.File(path: path, text: "")
    #expect((Layers.objection(to: module, in: file, layers: layers) != nil) == isWrong)
  }

  @Test func theManifestIsRead() {
    let text = #"let a = [toolkit("A", ["B", network("NIOCore", "swift-nio")]), .target(name: "C", path: "x")]"#
    #expect(
      Manifest.targets(text) == [
        .init(name: "A", dependencies: ["B", "NIOCore", "swift-nio"], usesOtherPackages: true),
        .init(name: "C", dependencies: ["x"], usesOtherPackages: false),
      ])
  }

  @Test(arguments: [("a!.b", true), ("f()!", true), ("a != b", false), ("!a", false), ("a!=b", false), ("x[1]!", true)])
  func forcedUnwrapsAreFound(code: String, isForced: Bool) {
    #expect(Forced.unwraps(code) == isForced)
  }
}
