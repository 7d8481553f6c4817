// SPDX-License-Identifier: Apache-2.0

extension DataSet {
  /// The element at a path, of several the first; nil where it or something on the way is absent. A path that ends with
  /// an item gives the sequence.
  public func element(at path: AttributePath) throws(AttributePathError) -> DataElement? {
    for holder in try holders(of: path) {
      if let tag = holder.resolve(path.last.attribute), let element = holder[tag] { return element }
    }
    return nil
  }

  /// Every element that a path with `[*]` names, in the order of the items.
  public func elements(at path: AttributePath) throws(AttributePathError) -> [DataElement] {
    try holders(of: path).compactMap { holder in holder.resolve(path.last.attribute).flatMap { holder[$0] } }
  }

  /// The items that a path names, with an item at its end or all items of a sequence.
  public func items(at path: AttributePath) throws(AttributePathError) -> [DataSet] {
    var result: [DataSet] = []
    for holder in try holders(of: path) {
      result += try holder.items(of: path.last, in: path, firstOnly: false)
    }
    return result
  }

  /// The data sets that hold the last attribute of a path, whether it is there or not.
  public func holders(of path: AttributePath) throws(AttributePathError) -> [DataSet] {
    var open = [self]
    for (index, step) in path.steps.dropLast().enumerated() {
      var next: [DataSet] = []
      for dataSet in open { next += try dataSet.items(of: step, in: path.prefix(index + 1), firstOnly: true) }
      open = next
    }
    return open
  }

  /// The tag of an attribute in this data set; nil where its private creator has reserved no block.
  public func resolve(_ attribute: AttributePath.Attribute) -> Tag? {
    switch attribute {
    case .tag(let tag): tag
    case .inPrivateBlock(let group, let creator, let element):
      privateBlock(group: group, creator: creator)?.tag(element)
    }
  }

  /// Changes the data sets that hold the last attribute of a path.
  ///
  /// - Parameters:
  ///   - creating: supplies sequences, private blocks and an item behind the last one where they are absent; else
  ///     their absence is an error.
  ///   - body: gets each data set and the tag of the attribute in it.
  public mutating func modify(
    at path: AttributePath, creating: Bool = false,
    _ body: (inout DataSet, Tag) throws(AttributePathError) -> Void
  ) throws(AttributePathError) {
    // A copy, so that nothing is changed where a step fails.
    var copy = self
    try copy.modify(path, step: 0, creating: creating, body)
    self = copy
  }

  /// Sets the value at a path. See `modify` for `creating`.
  public mutating func set(
    _ value: DataElement.Value, vr: VR, at path: AttributePath, creating: Bool = true
  ) throws(AttributePathError) {
    guard path.last.item == nil else { throw Self.endsWithItem(path) }
    try modify(at: path, creating: creating) { holder, tag in
      holder.set(DataElement(tag: tag, vr: vr, value: value))
    }
  }

  /// Inserts an item before the one that the path names, or behind the last one where it names the sequence or the
  /// number behind the last. An absent sequence is created.
  public mutating func insert(_ item: DataSet, at path: AttributePath) throws(AttributePathError) {
    try modify(at: path, creating: true) { (holder, tag) throws(AttributePathError) in
      var items = try holder.sequence(tag, in: path)
      var number = items.count
      if case .number(let wanted) = path.last.item { number = wanted }
      guard number <= items.count else { throw Self.noItem(path, items.count) }
      var copy = item
      copy.inheritedCharacterSet = holder.characterSet
      items.insert(copy, at: number)
      holder.replaceItems(tag, items)
    }
  }

  /// Removes what a path names: elements, or items where it ends with an item.
  /// - Returns: how many were there.
  @discardableResult
  public mutating func erase(_ path: AttributePath) throws(AttributePathError) -> Int {
    let found = try path.last.item == nil ? elements(at: path).count : items(at: path).count
    guard found > 0 else { return 0 }
    try modify(at: path) { (holder, tag) throws(AttributePathError) in
      guard let item = path.last.item else { return holder.remove(tag) }
      var items = try holder.sequence(tag, in: path)
      switch item {
      case .all: items = []
      case .number(let number): if number < items.count { items.remove(at: number) }
      }
      holder.replaceItems(tag, items)
    }
    return found
  }

  // MARK: Following a path

  private func items(
    of step: AttributePath.Step, in path: AttributePath, firstOnly: Bool
  ) throws(AttributePathError) -> [DataSet] {
    guard let tag = resolve(step.attribute) else { return [] }
    let items = try sequence(tag, in: path)
    switch step.item {
    case .all: return items
    case nil: return firstOnly ? Array(items.prefix(1)) : items
    case .number(let number): return number < items.count ? [items[number]] : []
    }
  }

  /// The items of a sequence; none where it is absent, or an empty value of another VR.
  private func sequence(_ tag: Tag, in path: AttributePath) throws(AttributePathError) -> [DataSet] {
    guard let element = self[tag] else { return [] }
    if let items = element.items { return items }
    guard element.isEmpty else {
      throw AttributePathError(.notASequence, "\(tag) is \(element.vr.name) and has no items.", path: "\(path)")
    }
    return []
  }

  /// Keeps the form of the sequence's length.
  private mutating func replaceItems(_ tag: Tag, _ items: [DataSet]) {
    if let old = self[tag], old.items != nil { return set(old.replacing(.items(items))) }
    set(DataElement(tag: tag, vr: .SQ, value: .items(items)))
  }

  private mutating func modify(
    _ path: AttributePath, step index: Int, creating: Bool,
    _ body: (inout DataSet, Tag) throws(AttributePathError) -> Void
  ) throws(AttributePathError) {
    let step = path.steps[index]
    let here = path.prefix(index + 1)
    let tag = try tag(step.attribute, creating: creating, here)
    if index == path.steps.count - 1 { return try body(&self, tag) }
    var items = try sequence(tag, in: here)
    if creating, items.isEmpty || step.item == .number(items.count), step.item != .all {
      items.append(DataSet(byteOrder: byteOrder, inheritedCharacterSet: characterSet))
    }
    let chosen: Range<Int>
    switch step.item {
    case .all: chosen = items.indices
    case nil: chosen = 0..<min(1, items.count)
    case .number(let number): chosen = number < items.count ? number..<number + 1 : 0..<0
    }
    if chosen.isEmpty, step.item != .all { throw Self.noItem(here, items.count) }
    for number in chosen { try items[number].modify(path, step: index + 1, creating: creating, body) }
    if !chosen.isEmpty { replaceItems(tag, items) }
  }

  private mutating func tag(
    _ attribute: AttributePath.Attribute, creating: Bool, _ path: AttributePath
  ) throws(AttributePathError) -> Tag {
    if let tag = resolve(attribute) { return tag }
    guard case .inPrivateBlock(let group, let creator, let element) = attribute, creating else {
      throw AttributePathError(.absent, "No block is reserved by this private creator.", path: "\(path)")
    }
    guard let block = reservePrivateBlock(group: group, creator: creator) else {
      throw AttributePathError(
        .noPrivateBlock, "No private block of this group can be reserved.", path: "\(path)")
    }
    return block.tag(element)
  }

  private static func noItem(_ path: AttributePath, _ count: Int) -> AttributePathError {
    let present = count == 0 ? "the sequence is absent or empty" : count == 1 ? "there is one" : "there are \(count)"
    return AttributePathError(.absent, "There is no such item: \(present).", path: "\(path)")
  }

  private static func endsWithItem(_ path: AttributePath) -> AttributePathError {
    AttributePathError(.notASequence, "An item has no value.", path: "\(path)")
  }
}
