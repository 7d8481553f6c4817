// SPDX-License-Identifier: Apache-2.0

import Trust

/// The transition table as a diagram and a table for the documents.
public enum ExamDiagram {
  /// A state diagram in the language of Mermaid. Commands that lead back to the same state are left out.
  public static var mermaid: String {
    var lines = ["stateDiagram-v2", "  [*] --> requested"]
    for status in ExamStatus.allCases { lines.append("  \(status.rawValue): \(status.title)") }
    for row in ExamTransitions.table where row.from != row.to {
      lines.append("  \(row.from.rawValue) --> \(row.to.rawValue): \(row.command.title)")
    }
    return lines.joined(separator: "\n")
  }

  /// A table in Markdown: state, command, next state, who.
  public static var markdown: String {
    var lines = ["| state | command | next state | who |", "|---|---|---|---|"]
    for row in ExamTransitions.table {
      let who = row.who.roles.map(\.rawValue).sorted() + (row.who.systems ? ["systems"] : [])
      lines.append("| \(row.from.title) | \(row.command.title) | \(row.to.title) | \(who.joined(separator: ", ")) |")
    }
    return lines.joined(separator: "\n")
  }
}
