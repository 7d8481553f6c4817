// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// A stored instance that now stands elsewhere.
public struct Relocation: Sendable, Hashable {
  public var instance: StoredInstance
  public var to: ObjectExtent
  /// Where it was compressed on the way.
  public var recoded: RecodedForm?

  public init(instance: StoredInstance, to: ObjectExtent, recoded: RecodedForm? = nil) {
    self.instance = instance
    self.to = to
    self.recoded = recoded
  }
}

/// An instance that was compressed at rest: what a Part 10 file of it says of its inside, and what it was before.
public struct RecodedForm: Sendable, Hashable {
  public var transferSyntax: UID
  public var dataSetOffset: Int64
  public var pixelDataOffset: Int64
  public var original: OriginalForm

  public init(transferSyntax: UID, dataSetOffset: Int64, pixelDataOffset: Int64, original: OriginalForm) {
    self.transferSyntax = transferSyntax
    self.dataSetOffset = dataSetOffset
    self.pixelDataOffset = pixelDataOffset
    self.original = original
  }
}

extension DataSetPlace {
  init(_ form: RecodedForm) {
    self.init(
      dataSetOffset: form.dataSetOffset, pixelDataOffset: form.pixelDataOffset, transferSyntax: form.transferSyntax)
  }
}

/// A study of which nothing arrived for a while and of which something stands outside of its study file.
public struct UnsettledStudy: Sendable, Hashable {
  public var study: UID
  /// Number of the study file to be made, from 1.
  public var generation: Int

  public init(study: UID, generation: Int) {
    self.study = study
    self.generation = generation
  }
}

/// An extent that nothing refers to any more, and that waits for its release until nobody can be reading it.
public struct RetiredExtent: Sendable, Hashable {
  public var id: Int64
  public var extent: ObjectExtent

  public init(id: Int64, extent: ObjectExtent) {
    self.id = id
    self.extent = extent
  }
}

/// What the life of stored objects asks of the index. Every change is on disk when the function returns.
public protocol LifeCycleIndex: Sendable {
  /// Studies that became quiet before `quietSince` (microseconds since 1970), the longest quiet first.
  func unsettledStudies(quietSince: Int64, limit: Int) throws -> [UnsettledStudy]

  /// All versions of all instances of a study, in the order of `InstanceIndex.instances`, each instance's versions
  /// together.
  func allVersions(ofStudy study: UID) throws -> [StoredInstance]

  /// Swaps the locations of a whole study in one transaction, and retires the old ones until `releaseAt`.
  /// - Returns: false, with nothing changed, where the study is not just what `moves` says any more.
  func relocate(_ study: UnsettledStudy, _ moves: [Relocation], releaseAt: Int64) throws -> Bool

  /// Extents whose time has come, the oldest first.
  func retired(before: Int64, limit: Int) throws -> [RetiredExtent]

  /// Forgets extents that were released.
  func forget(retired ids: [Int64]) throws

  /// Files that nothing refers to, neither an instance nor a retired extent.
  func unreferencedFiles() throws -> [String]

  /// Forgets a file that was removed.
  func forget(file: String) throws

  /// Retires extents that nothing refers to.
  func retire(_ extents: [ObjectExtent], releaseAt: Int64) throws

  /// Forgets all that comes out of files. Until `endRebuild` the index is known to be incomplete.
  func beginRebuild() throws

  /// Whether a rebuild was begun and not ended.
  func isRebuilding() throws -> Bool

  /// Says that all files are indexed.
  func endRebuild() throws

  /// Says which study file a study has; it is settled where all of it stands in study files.
  func setGeneration(of study: UID, to generation: Int) throws

  /// Has a study settled again, though all of it stands in study files.
  func unsettle(_ study: UID) throws

  /// Whether anything refers to a file.
  func isKnown(file: String) throws -> Bool

  /// Paths of the files that are known.
  func filePaths() throws -> [String]

  /// What stands in a file, in the order of positions.
  func locations(in file: String) throws -> [StoredInstance]

  /// The extents of a file that wait for their release.
  func retired(in file: String) throws -> [ObjectExtent]
}
