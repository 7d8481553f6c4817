// SPDX-License-Identifier: Apache-2.0

import Foundation
import Radiology
import Testing

/// The documents show the table as the program has it.
@Suite struct ExamDiagramTests {
  static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Documentation/exam-states.md")

  static var document: String {
    """
    # The states of an exam

    Made from `ExamTransitions.table`; `MARTLET_WRITE_DIAGRAMS=1 swift test --filter ExamDiagramTests` writes it anew.

    ```mermaid
    \(ExamDiagram.mermaid)
    ```

    \(ExamDiagram.markdown)

    """
  }

  @Test func theDocumentIsTrue() throws {
    if ProcessInfo.processInfo.environment["MARTLET_WRITE_DIAGRAMS"] != nil {
      try Self.document.write(to: Self.file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: Self.file, encoding: .utf8) == Self.document)
  }
}
