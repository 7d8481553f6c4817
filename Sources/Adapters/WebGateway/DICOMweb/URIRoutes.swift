// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCodecs
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMPixels
import DICOMWeb
import HTTPTypes
import Hummingbird
import NIOCore
import Trust

/// WADO-URI: one instance by the parameters of a query (PS3.18 §9).
enum URIRoutes {
  static func add(to routes: RouteTable) {
    for path: RouterPath in ["wado", "dicom-web/wado"] {
      routes.on(.get, path, needs: .viewImages, records: .accessed, retrieve)
    }
  }

  @Sendable private static func retrieve(_ call: Call) async throws -> Response {
    try call.checkCharacterSet()
    let request = try URIRequest(parameters: call.query)
    guard !request.anonymize else {
      throw Problem(.notImplemented, "Instances are not de-identified here; leave anonymize out.")
    }
    let selection = InstanceSelection(request.path)
    let found = try await call.blocking { try call.services.index.instances(selection).first }
    guard let instance = found else {
      throw Problem(.notFound, "There is no such instance in this study and series.")
    }
    let accept = try await wanted(request, call, instance)
    if accept.choose(among: [.init(.dicom)]) != nil {
      return try await file(request, call, instance)
    }
    guard request.transferSyntax == nil else {
      throw Problem(.badRequest, "A transfer syntax is chosen for contentType=application/dicom only.")
    }
    return try await rendered(request, call, instance, accept)
  }

  /// The parameter, then the header field, then what the category of the instance has as its default
  /// (PS3.18 table 8.7.4-1; multi-frame images and other objects are given as they are).
  private static func wanted(
    _ request: URIRequest, _ call: Call, _ instance: StoredInstance
  ) async throws -> Accept {
    if let wanted = request.contentType { return wanted }
    let header = call.request.headers[values: .accept].joined(separator: ",")
    if !header.isEmpty {
      let accept = try Accept(parsing: header)
      // What takes anything, as browsers do, leaves it to the server.
      if !accept.ranges.contains(where: { $0.media.type == "*" }) { return accept }
    }
    if request.frameNumber != nil, PixelForm.isImage(instance) { return Accept(ranges: [.init(.jpeg)]) }
    return try await defaults(call, instance)
  }

  private static func defaults(_ call: Call, _ instance: StoredInstance) async throws -> Accept {
    let form = PixelForm(TransferSyntax(instance.transferSyntax))
    if form.isVideo, let media = form.media { return Accept(ranges: [.init(media)]) }
    let dataSet = try await call.blocking { try call.services.archive.header(of: instance) }
    if instance.location.pixelDataOffset == nil {
      let isText = dataSet[.contentSequence] != nil || dataSet[.valueType] != nil
      return Accept(ranges: [.init(isText ? RenderedDocument.html : .dicom)])
    }
    return Accept(ranges: [.init(dataSet.integer(.numberOfFrames) ?? 1 > 1 ? .dicom : .jpeg)])
  }

  private static func file(
    _ request: URIRequest, _ call: Call, _ instance: StoredInstance
  ) async throws -> Response {
    guard request.frameNumber == nil else {
      throw Problem(.badRequest, "A frame is chosen for images only, not for application/dicom.")
    }
    var media = MediaType.dicom
    media.parameters = request.transferSyntax.map { [.init("transfer-syntax", $0.rawValue)] } ?? []
    let ranges = [Accept.Range(media)]
    // Without a transfer syntax, what cannot be had as explicit VR little endian goes out as it is stored.
    let fallback = Accept.Range(MediaType("application", "dicom", [.init("transfer-syntax", "*")]), quality: 0.5)
    let accept = Accept(ranges: request.transferSyntax == nil ? ranges + [fallback] : ranges)
    let plan = try RetrievePlan([instance], accept: accept)
    return try await RetrieveRoutes.single(plan.parts[0], call, call.entityTag([instance]))
  }

  private static func rendered(
    _ request: URIRequest, _ call: Call, _ instance: StoredInstance, _ accept: Accept
  ) async throws -> Response {
    guard PixelForm.isImage(instance) else {
      return try await RenderedRoutes.respond(
        to: call, instances: [instance], frames: nil, parameters: .init(), accept: accept)
    }
    let (archive, index) = (call.services.archive, call.services.index)
    let (parameters, presentation) = try await call.blocking {
      () throws -> (RenderedParameters, SoftcopyPresentation?) in
      let image = try call.services.images.image(instance, archive: archive)
      let size = image.description
      let parameters = request.rendered(imageRows: size.rows, imageColumns: size.columns)
      guard let uid = request.presentation else { return (parameters, nil) }
      guard let state = try index.instances(.init(instances: [uid])).first,
        state.identity.study == instance.identity.study
      else { throw Problem(.notFound, "There is no such presentation state in the study.") }
      let presentation = try SoftcopyPresentation(try archive.dataSet(of: state))
      guard presentation.applies(to: instance.identity.instance, frame: (request.frameNumber ?? 1) - 1) else {
        throw Problem(.badRequest, "The presentation state is not made for this image.")
      }
      return (parameters, presentation)
    }
    return try await RenderedRoutes.respond(
      to: call, instances: [instance], frames: request.frameNumber.map { [$0] }, parameters: parameters, accept: accept,
      presentation: presentation)
  }
}
