// SPDX-License-Identifier: Apache-2.0

import DICOMCore

extension TokenReader {
  /// Closes the innermost level, if there is one.
  mutating func closeInnermost() -> Token? {
    guard let level = levels.popLast() else { return nil }
    switch level.kind {
    case .sequence: return .sequenceEnd
    case .item: return .itemEnd
    case .fragments: return .fragmentsEnd
    }
  }

  /// At the root or in an item: an element, or the end of the item.
  mutating func elementStep(_ header: ElementHeader) throws(ReadError) -> Token? {
    if header.tag.group == 0xFFFE { return strayDelimiter(header) }
    guard let header = header.leniency == .reservedBytes ? settled(header) : header else { return nil }
    let isUN = options.interpretsUN && header.vr == .UN && header.leniency != .shortLength
    let element = isUN ? interpreted(header) : header
    return try begin(element)
  }

  /// A length of 16 bits where one of 32 belongs is known by the element that stands behind it; nil where more bytes
  /// are needed to see that.
  private mutating func settled(_ header: ElementHeader) -> ElementHeader? {
    let encoding = current.encoding
    guard let short = input.peek(ElementReader.shortHeaderLength, { encoding.shortForm($0, of: header) }) else {
      return header
    }
    let start = short.headerLength + Int(short.length)
    let end = short.offset + start
    if end == current.end || end == totalLength { return short }
    let isShort: Bool? = input.peek(start + 6) { bytes in
      guard bytes.count == start + 6 else { return nil }
      return encoding.isElement(UnsafeRawBufferPointer(rebasing: bytes[start...]), after: header.tag)
    }
    if let isShort { return isShort ? short : header }
    guard hasNoMoreInput else { return nil }
    return input.peek(start + 6) { $0.count } == start ? short : header
  }

  /// The element of a header that is settled.
  private mutating func begin(_ header: ElementHeader) throws(ReadError) -> Token? {
    if let leniency = header.leniency {
      if leniency == .implicitElement, !isPlausible(header) { return endInGarbage() }
      note(leniency)
    }
    // Padding with zeros would go on as Command Group Length for ever.
    if header.tag.group == 0, levels.isEmpty, root.lastTag.map({ $0.group > 0 }) == true { return endInGarbage() }
    if let last = levels.isEmpty ? root.lastTag : levels[levels.count - 1].lastTag, header.tag <= last {
      note(header.tag == last ? .duplicateTag : .unorderedTags)
    }
    if levels.isEmpty { root.lastTag = header.tag } else { levels[levels.count - 1].lastTag = header.tag }
    input.consume(header.headerLength)
    if header.hasUndefinedLength { return try undefinedLength(header) }
    if let limit = options.limits.valueLength, header.vr != .SQ, Int(header.length) > limit {
      throw failure("\(header.tag) has \(header.length) bytes, more than \(limit).")
    }
    let end = header.valueOffset + Int(header.length)
    if header.vr == .SQ {
      try push(.sequence, header.tag, end: bounded(end), encoding: sequenceEncoding(header))
      return .sequenceStart(header)
    }
    if header.length % 2 == 1 { note(.oddLength) }
    pixelRepresentationFollows = header.tag == Tag(0x0028, 0x0103) && header.length >= 2
    state = .value(remaining: max(extended(to: end) - header.valueOffset, 0))
    return .element(header)
  }

  /// An element that says UN, with the VR of the dictionary (PS3.5 §6.2.2 note 2). Its value is in little endian.
  private mutating func interpreted(_ header: ElementHeader) -> ElementHeader {
    guard header.leniency == nil, current.encoding.isExplicitVR, current.encoding.byteOrder == .littleEndian else {
      return header
    }
    let vr = ElementReader.implicitVR(header.tag, signed: current.signed)
    guard vr != .UN, !header.hasUndefinedLength else { return header }
    if vr == .SQ, header.length > 0 {
      let start = header.headerLength
      let isItem = input.peek(start + 4) { bytes in
        bytes.count == start + 4 && bytes[start..<start + 4].elementsEqual([0xFE, 0xFF, 0x00, 0xE0])
      }
      guard isItem else { return header }
    }
    return ElementHeader(
      tag: header.tag, vr: vr, length: header.length, offset: header.offset, headerLength: header.headerLength,
      leniency: nil, isInterpreted: true)
  }

  /// What is in UN is implicit VR little endian, whatever the transfer syntax (PS3.5 §6.2.2 note 2).
  private func sequenceEncoding(_ header: ElementHeader) -> ElementReader {
    (header.vr == .UN && current.encoding.isExplicitVR) || header.isInterpreted
      ? ElementReader(isExplicitVR: false, byteOrder: .littleEndian) : current.encoding
  }

  /// Undefined length: a sequence, or fragments in OB and OW (PS3.5 §7.1.1).
  private mutating func undefinedLength(_ header: ElementHeader) throws(ReadError) -> Token? {
    let isFragments = header.vr == .OB || header.vr == .OW || header.tag == Tag(0x7FE0, 0x0010)
    try push(
      isFragments ? .fragments : .sequence, header.tag, end: .max,
      encoding: sequenceEncoding(header))
    return isFragments ? .fragmentsStart(header) : .sequenceStart(header)
  }

  /// In a sequence: an item, the end, or an element of the enclosing data set where the end is missing.
  mutating func sequenceStep(_ header: ElementHeader) throws(ReadError) -> Token? {
    let last = levels.count - 1
    switch header.tag {
    case .item:
      input.consume(header.headerLength)
      levels[last].number += 1
      let end = header.hasUndefinedLength ? Int.max : bounded(header.valueOffset + Int(header.length))
      try push(.item, levels[last].tag, end: end, encoding: levels[last].encoding)
      return .itemStart(offset: header.offset, length: header.length)
    case .sequenceDelimitationItem:
      input.consume(header.headerLength)
      if levels[last].end != .max { note(.unexpectedDelimiter) }
      return closeInnermost()
    case .itemDelimitationItem:
      input.consume(header.headerLength)
      note(.unexpectedDelimiter)
      return nil
    default:
      note(.missingDelimiter)
      return closeInnermost()
    }
  }

  /// In encapsulated pixel data: a fragment or the end (PS3.5 §A.4).
  mutating func fragmentStep(_ header: ElementHeader) -> Token? {
    if header.tag == .item, !header.hasUndefinedLength {
      input.consume(header.headerLength)
      if header.length % 2 == 1 { note(.oddLength) }
      state = .value(remaining: Int(header.length))
      return .fragment(offset: header.offset, length: header.length)
    }
    if header.tag == .sequenceDelimitationItem {
      input.consume(header.headerLength)
    } else {
      note(.missingDelimiter)
    }
    return closeInnermost()
  }

  /// An item or a delimiter where an element is expected.
  private mutating func strayDelimiter(_ header: ElementHeader) -> Token? {
    guard let top = levels.last else {
      note(.unexpectedDelimiter)
      input.consume(header.headerLength)
      return nil
    }
    switch header.tag {
    case .itemDelimitationItem:
      input.consume(header.headerLength)
      if top.end == .max { return closeInnermost() }
      note(.unexpectedDelimiter)
      return nil
    default:
      // The end of the sequence, or its next item: this item lacks its delimiter.
      note(.missingDelimiter)
      return closeInnermost()
    }
  }

  private mutating func endInGarbage() -> Token? {
    note(.trailingGarbage)
    state = .ended
    return closeInnermost()
  }

  /// Whether an element without VR in an explicit VR data set is one, or garbage.
  private func isPlausible(_ header: ElementHeader) -> Bool {
    guard header.vr != .UN || header.tag.isPrivate, header.tag > (current.lastTag ?? Tag(0, 0)) else { return false }
    if header.hasUndefinedLength { return header.vr == .SQ }
    guard let totalLength else { return header.length <= 1 << 24 }
    return header.valueOffset + Int(header.length) <= totalLength
  }

  private var current: Level { levels.last ?? root }

  private mutating func push(_ kind: Level.Kind, _ tag: Tag, end: Int, encoding: ElementReader) throws(ReadError) {
    // A sequence and its item are one step of depth.
    if kind != .item, levels.count / 2 >= options.limits.depth {
      throw failure("Sequences are nested deeper than \(options.limits.depth).")
    }
    levels.append(Level(kind: kind, tag: tag, number: 0, end: end, encoding: encoding, signed: current.signed))
  }

  /// The end of a sequence or item, not behind that of what encloses it.
  private mutating func bounded(_ end: Int) -> Int {
    let limit = min(levels.last?.end ?? .max, totalLength ?? .max)
    if limit < end { note(.lengthBeyondEnclosing) }
    return min(end, limit)
  }

  /// The end of a value. It may go beyond items and inner sequences, which then end later, but not beyond the outermost
  /// sequence of defined length.
  private mutating func extended(to end: Int) -> Int {
    guard let innermost = levels.last, innermost.end < end else { return end }
    note(.lengthBeyondEnclosing)
    let limit = min(levels.first { $0.end != .max }?.end ?? .max, end)
    for index in levels.indices where levels[index].end < limit { levels[index].end = limit }
    return limit
  }

  mutating func setPixelRepresentation(_ piece: ByteSlice) {
    let low = current.encoding.byteOrder == .littleEndian ? 0 : 1
    guard piece.count > low else { return }
    let signed = piece[low] == 1
    if levels.isEmpty { root.signed = signed } else { levels[levels.count - 1].signed = signed }
  }
}
