// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMWeb
import HTTPTypes
import Hummingbird
import NIOCore
import Trust

/// What our own viewer reads images by: a whole series as one stream in the order asked, and the index of a study
/// together with its first image in one answer.
enum StreamRoutes {
  /// Frames of one stream.
  static let maximumFrames = 200_000

  static func add(to routes: RouteTable) {
    routes.on(
      .get, "api/v1/studies/:study/series/:series/stream", needs: .viewImages, records: .accessed, series)
    routes.on(.get, "api/v1/studies/:study/opening", needs: .viewImages, records: .accessed, opening)
  }

  @Sendable private static func series(_ call: Call) async throws -> Response {
    let path = try call.resource
    let wish = try wish(call)
    let all = try await call.blocking { try call.services.index.attributes(ofStudy: path.study) }
    let members = all.filter { $0.instance.identity.series == path.series }
    guard !members.isEmpty else { throw Problem.notFound }
    let mark = SeriesMark.of(members.map(\.instance.identity.instance))
    if let asked = try call.query["of"], asked != mark {
      throw Problem(.conflict, "The series has other members now; read the study again.")
    }
    let counts = members.map {
      PixelForm.isImage($0.instance) ? max($0.attributes.integer(.numberOfFrames) ?? 1, 1) : 0
    }
    let places = try order(call.query, counts)
    let stream = FrameStream(call: call, instances: members.map(\.instance), wish: wish)
    return .stream(type: FrameRecord.mediaType, headers: FrameRoutes.caching) { body in
      try await stream.send(places, to: &body)
    }
  }

  private static func wish(_ call: Call) throws -> FrameStream.Wish {
    guard let text = try call.query["form"] else { return .auto }
    guard let wish = FrameStream.Wish(rawValue: text) else {
      throw WebError(.malformed, "It is auto, plain, jpeg-lossless or rle.", at: "parameter form")
    }
    return wish
  }

  /// The frames in the order of `order=40-79,0-39` or outwards from `start=40`, counted over the whole series from 0;
  /// else from the first to the last.
  static func order(_ query: QueryParameters, _ counts: [Int]) throws -> [FrameStream.Place] {
    let flat = counts.enumerated().flatMap { instance, count in
      (0..<count).map { FrameStream.Place(instance: instance, frame: $0) }
    }
    guard flat.count <= maximumFrames else {
      throw Problem(.contentTooLarge, "A stream has at most \(maximumFrames) frames.")
    }
    if let text = query["order"] { return try numbers(text, count: flat.count).map { flat[$0] } }
    guard let start = try query.integer("start", in: 0...max(flat.count - 1, 0)), !flat.isEmpty else { return flat }
    var places = [flat[start]]
    var distance = 1
    while places.count < flat.count {
      // Readers go on more often than back.
      if start + distance < flat.count { places.append(flat[start + distance]) }
      if start - distance >= 0 { places.append(flat[start - distance]) }
      distance += 1
    }
    return places
  }

  /// `7`, `0-9` and `9-0`, separated by commas.
  private static func numbers(_ text: String, count: Int) throws -> [Int] {
    var numbers: [Int] = []
    func malformed(_ reason: String) -> WebError { WebError(.malformed, reason, at: "parameter order") }
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
      guard let first = ends.first, let last = ends.last, ends.count <= 2, ends.allSatisfy({ (0..<count).contains($0) })
      else { throw malformed("Frames are numbers from 0 to \(count - 1), alone or as first-last.") }
      guard numbers.count + abs(last - first) < maximumFrames else { throw malformed("These are too many frames.") }
      numbers += first <= last ? Array(first...last) : (last...first).reversed()
    }
    return numbers
  }

  /// The index of the study, then the first frame of the series that is asked for or of the first with images; a large
  /// one first with fewer pixels.
  @Sendable private static func opening(_ call: Call) async throws -> Response {
    let study = try call.resource.study
    let asked = try call.query["series"].map { try ResourcePath(parsing: $0).study }
    let wish = try wish(call)
    let all = try await call.blocking { try call.services.index.attributes(ofStudy: study) }
    guard !all.isEmpty else { throw Problem.notFound }
    let chosen = all.first {
      PixelForm.isImage($0.instance) && (asked == nil || $0.instance.identity.series == asked)
    }?.instance.identity.series
    let members = all.map(\.instance).filter { $0.identity.series == chosen }
    let stream = FrameStream(call: call, instances: members, wish: wish)
    let first = ReadingOrder.first(of: all.filter { $0.instance.identity.series == chosen })
    let isPacked = !call.context.isLoopback && Compression.accepts(call.request.headers)
    let showsImages = call.principal.may(.viewImages)
    let index = try await call.blocking { () throws -> ByteBuffer in
      let json = DisplaySetIndex.json(study: study, all, first: chosen, showsImages: showsImages).buffer
      let packed = isPacked ? Gzip.compress(json, level: 1) : nil
      let payload = ByteSlice(Array((packed ?? json).readableBytesView))
      return FrameRecord(form: packed == nil ? .json : .packedJSON, payload: payload).buffer
    }
    return .stream(type: FrameRecord.mediaType, headers: [.cacheControl: "no-store"]) { body in
      try await body.write(index)
      guard let first else { return }
      let place = FrameStream.Place(instance: first, frame: 0)
      let coarse = try await stream.coarse(of: place)
      if let coarse { try await body.write(coarse.buffer) }
      try await body.write(try await stream.buffer(of: place, pixels: coarse?.whole))
    }
  }
}
