// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import Foundation

/// Reads rows of files.
struct ExtractReader: Sendable {
  /// Why a file has no row.
  struct Failure: Error {
    let reason: String
    /// Not a damaged file, but none of DICOM at all.
    let isNoDICOM: Bool
  }

  /// What some files in a row give.
  struct Batch: Sendable {
    /// The rows as text, where that was asked for.
    var text: [UInt8] = []
    /// The rows, where it was not.
    var rows: [[ExtractCell]] = []
    var failures: [(path: String, failure: Failure)] = []
  }

  private let columns: [ExtractColumn]
  private let scan: HeaderScan
  private let plain: PlainRow?

  init(_ columns: [ExtractColumn]) {
    self.columns = columns
    // A private attribute may be in any block of its group.
    var wanted: Set<Tag> = []
    for column in columns {
      guard case .attribute(let path) = column.source else { continue }
      switch path.steps[0].attribute {
      case .tag(let tag): wanted.insert(tag)
      case .inPrivateBlock(let group, _, let element):
        for block in UInt16(0x10)...0xFF {
          wanted.insert(Tag(group, block))
          wanted.insert(Tag(group, block << 8 | UInt16(element)))
        }
      }
    }
    scan = HeaderScan(wanted: wanted)
    plain = PlainRow(columns)
  }

  /// Reads files, one after the other.
  /// - Parameter text: how their rows are written; nil keeps them.
  func batch(_ paths: ArraySlice<String>, text: ExtractText?) -> Batch {
    var batch = Batch()
    var quick: (row: PlainRow, scratch: PlainRow.Scratch)?
    if case .csv? = text, let plain { quick = (plain, PlainRow.Scratch(plain)) }
    for path in paths {
      if let quick, quick.row.append(path, quick.scratch, to: &batch.text) { continue }
      switch row(path) {
      case .failure(let failure): batch.failures.append((path, failure))
      case .success(let cells):
        if let text { text.append(cells, to: &batch.text) } else { batch.rows.append(cells) }
      }
    }
    return batch
  }

  func row(_ path: String) -> Result<[ExtractCell], Failure> {
    do {
      let header = try scan.read(path)
      return .success(columns.map { cell($0, path, header) })
    } catch let error as ReadError {
      return .failure(Failure(reason: "\(error)", isNoDICOM: error.code == .notDICOM))
    } catch {
      return .failure(Failure(reason: "\(error)", isNoDICOM: false))
    }
  }

  private func cell(_ column: ExtractColumn, _ path: String, _ header: HeaderScan.Result) -> ExtractCell {
    switch column.source {
    case .file: return ExtractCell(texts: [path], isNumber: false)
    case .size: return ExtractCell(texts: [String(header.size)], isNumber: true)
    case .attribute(let attribute):
      if case .tag(let tag) = attribute.steps[0].attribute, tag.group == 0x0002 {
        if tag == .transferSyntaxUID {
          return ExtractCell(texts: [header.transferSyntax.uid.rawValue], isNumber: false)
        }
        return cell(attribute, header.meta)
      }
      return cell(attribute, header.dataSet)
    }
  }

  private func cell(_ path: AttributePath, _ dataSet: DataSet) -> ExtractCell {
    if path.steps.count == 1, path.last.item == nil, let tag = dataSet.resolve(path.last.attribute) {
      return dataSet[tag].map { Self.cell($0, dataSet) } ?? .absent
    }
    // A step into something that is no sequence leads nowhere.
    guard let holders = try? dataSet.holders(of: path) else { return .absent }
    var texts: [String] = []
    var isNumber = true
    for holder in holders {
      guard let tag = holder.resolve(path.last.attribute), let element = holder[tag] else { continue }
      let cell = Self.cell(element, holder)
      texts += cell.texts
      isNumber = isNumber && cell.isNumber
    }
    return ExtractCell(texts: texts, isNumber: isNumber && !texts.isEmpty)
  }

  private static func cell(_ element: DataElement, _ dataSet: DataSet) -> ExtractCell {
    switch element.value {
    case .items(let items): return ExtractCell(texts: [String(items.count)], isNumber: true)
    case .fragments: return .absent
    case .bytes(let bytes):
      if bytes.isEmpty { return ExtractCell(texts: [""], isNumber: false) }
      switch element.vr {
      case .OB, .OD, .OF, .OL, .OV, .OW, .UN, .SQ:
        return ExtractCell(texts: [Data(bytes.array).base64EncodedString()], isNumber: false)
      case .AT:
        return ExtractCell(texts: (dataSet.tags(element.tag) ?? []).map(\.hexadecimal), isNumber: false)
      case .DS, .IS, .FL, .FD, .SL, .SS, .SV, .UL, .US, .UV:
        return ExtractCell(texts: dataSet.strings(element.tag) ?? [], isNumber: true)
      default: return ExtractCell(texts: dataSet.strings(element.tag) ?? [], isNumber: false)
      }
    }
  }
}
