// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMCore

/// The life of stored objects behind their arrival: quiet studies are gathered in study files, and space that nobody
/// needs goes back. Each step may be cut off by a crash at any point and is simply done again.
public struct LifeCycle: Sendable {
  let index: any LifeCycleIndex
  let store: any LifeCycleStore
  let options: LifeCycleOptions
  private let corrections: Corrections?
  private let compressor: RestCompressor

  /// - Parameter corrections: whose records are kept with the studies that they concern.
  public init(
    index: any LifeCycleIndex, store: any LifeCycleStore, options: LifeCycleOptions = LifeCycleOptions(),
    corrections: Corrections? = nil
  ) {
    self.index = index
    self.store = store
    self.options = options
    self.corrections = corrections
    compressor = RestCompressor(options.compression)
  }

  /// Settles studies that are quiet, releases what was retired long enough ago, and removes files of which nothing is
  /// left.
  /// - Parameter shouldStop: asked between steps, and before each image that is compressed.
  public func run(shouldStop: @escaping () -> Bool = { false }) throws -> LifeCycleSummary {
    var summary = LifeCycleSummary()
    while !shouldStop() {
      let studies = try index.unsettledStudies(
        quietSince: options.now() - options.quietTime, limit: LifeCycleOptions.portion + summary.unsettled.count)
      // What could not be settled comes again and again.
      let fresh = studies.filter { study in !summary.unsettled.contains { $0.study == study.study } }
      guard !fresh.isEmpty else { break }
      for study in fresh {
        if shouldStop() { return summary }
        do {
          if try settle(study, &summary.compression, shouldStop) {
            summary.settled += 1
          } else {
            summary.unsettled.append(.init(study.study, nil))
          }
        } catch let error as ArchiveError where error.code == .damaged || error.code == .missing {
          summary.unsettled.append(.init(study.study, error))
        } catch is CancellationError {
          return summary
        }
      }
    }
    while !shouldStop(), case let count = try releaseRetired(), count > 0 { summary.released += count }
    for file in try index.unreferencedFiles() where try store.removeFile(file) {
      try index.forget(file: file)
      summary.filesRemoved += 1
    }
    return summary
  }

  /// Gathers a study in its study file and swaps the locations.
  /// - Returns: false where something arrived meanwhile; the next run does it.
  public func settle(_ study: UnsettledStudy) throws -> Bool {
    var compression = CompressionSummary()
    return try settle(study, &compression) { false }
  }

  /// - Throws: `CancellationError` where it is to stop; nothing is left behind then.
  private func settle(
    _ study: UnsettledStudy, _ compression: inout CompressionSummary, _ shouldStop: @escaping () -> Bool
  ) throws -> Bool {
    let instances = try index.allVersions(ofStudy: study.study)
    let members = instances.map { instance in
      let identity = instance.identity
      return StudyMember(
        name: ObjectName(
          study: identity.study, series: identity.series, instance: identity.instance, version: instance.version),
        extent: instance.location.extent,
        place: DataSetPlace(
          dataSetOffset: instance.location.dataSetOffset, pixelDataOffset: instance.location.pixelDataOffset,
          transferSyntax: instance.transferSyntax))
    }
    var recoded: [Int: RecodedForm] = [:]
    var counts = CompressionSummary()
    let file = try store.makeStudyFile(
      study.study, generation: study.generation, members: members,
      records: corrections?.records(of: study.study) ?? [],
      recoding: MemberRecoding(
        wants: { compressor.wants(instances[$0]) && instances[$0].location.length <= RestCompressor.largestFile },
        body: { member, stored in
          if shouldStop() { throw CancellationError() }
          do throws(CompressionRefusal) {
            guard let result = try compressor.recode(stored, of: instances[member]) else { return nil }
            counts.add(saved: stored.count - result.bytes.count)
            recoded[member] = result.form
            return result.bytes
          } catch {
            counts.add(error, instances[member].identity.instance)
            return nil
          }
        }, place: { recoded[$0].map(DataSetPlace.init) }))
    for instance in instances where compressor.wants(instance) && instance.location.length > RestCompressor.largestFile
    {
      counts.add(CompressionRefusal(.tooLarge, "\(instance.location.length) bytes"), instance.identity.instance)
    }
    let moves = zip(instances, file.extents).enumerated().map { number, pair in
      Relocation(instance: pair.0, to: pair.1, recoded: recoded[number])
    }
    let isDone = try index.relocate(study, moves, releaseAt: options.now() + options.releaseDelay)
    if isDone { compression.add(counts) } else { _ = try store.removeFile(file.file) }
    return isDone
  }

  /// Has the studies settled again whose files are not signed, such as those that were made before there was a key:
  /// each object is compared with its checksum on the way.
  /// - Returns: how many.
  public func unsettleUnsigned() throws -> Int {
    var studies: Set<UID> = []
    for file in store.filePaths() {
      guard let seal = try? store.seal(of: file, readsBodies: false), seal.signature == nil else { continue }
      for instance in try index.locations(in: file) { studies.insert(instance.identity.study) }
    }
    for study in studies { try index.unsettle(study) }
    return studies.count
  }

  private func releaseRetired() throws -> Int {
    let retired = try index.retired(before: options.now(), limit: LifeCycleOptions.portion)
    guard !retired.isEmpty else { return 0 }
    try store.release(retired.map(\.extent))
    try index.forget(retired: retired.map(\.id))
    return retired.count
  }
}

/// What a run of the life cycle did.
public struct LifeCycleSummary: Sendable, Equatable {
  /// A study that was left as it is.
  public struct Left: Sendable, Equatable {
    public var study: UID
    /// Nil where something arrived meanwhile.
    public var error: ArchiveError?

    init(_ study: UID, _ error: ArchiveError?) {
      self.study = study
      self.error = error
    }
  }

  public var settled = 0
  public var unsettled: [Left] = []
  public var released = 0
  public var filesRemoved = 0
  public var compression = CompressionSummary()

  public init() {}
}

/// What the life cycle is told when it is made.
public struct LifeCycleOptions: Sendable {
  /// Studies or extents that are asked for at a time.
  static let portion = 100

  /// Microseconds without an arrival after which a study is quiet.
  public var quietTime: Int64
  /// Microseconds that a retired extent is kept, so that who was told of it can read it to the end.
  public var releaseDelay: Int64
  /// The first that fits says how images are compressed on their way into study files; none: as received.
  public var compression: [CompressionRule]
  /// Microseconds since 1970-01-01 UTC.
  public var now: @Sendable () -> Int64

  public init(
    quietTime: Int64 = 3_600_000_000, releaseDelay: Int64 = 1_800_000_000, compression: [CompressionRule] = [],
    now: @escaping @Sendable () -> Int64 = ArchiveOptions.systemTime
  ) {
    self.quietTime = quietTime
    self.releaseDelay = releaseDelay
    self.compression = compression
    self.now = now
  }
}

extension StoredLocation {
  /// The range and checksum alone.
  public var extent: ObjectExtent { ObjectExtent(file: file, offset: offset, length: length, checksum: checksum) }
}
