// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// A request of the URI service (WADO-URI, PS3.18 §9): one instance, as it is or rendered.
public struct URIRequest: Sendable, Hashable {
  public var path: ResourcePath
  /// Empty where the client leaves it to the category of the instance.
  public var contentType: Accept?
  /// Frame of a multi-frame image, counted from 1.
  public var frameNumber: Int?
  /// Patient, technique or both are to be burned in.
  public var annotations: Set<RenderedParameters.Annotation> = []
  /// 1 through 100.
  public var quality: Int?
  /// Largest size of the picture.
  public var rows: Int?
  public var columns: Int?
  /// Left, top, right and bottom edge of the part that is shown, 0 to 1.
  public var region: Region?
  public var window: RenderedParameters.Window?
  /// The presentation state to apply.
  public var presentation: UID?
  /// Of instances as they are, `application/dicom`.
  public var transferSyntax: UID?
  public var anonymize = false

  /// A part of the image in fractions of its width and height (PS3.18 §9.1.2.2.6).
  public struct Region: Sendable, Hashable {
    public var left: Double
    public var top: Double
    public var right: Double
    public var bottom: Double
  }

  /// Reads the query of a request (PS3.18 tables 9.1.2-1, 9.1.2-2, 9.4.1-1, 9.5.1-1).
  public init(parameters: QueryParameters) throws(WebError) {
    func required(_ name: String) throws(WebError) -> String {
      guard let value = parameters[name], !value.isEmpty else {
        throw WebError(.malformed, "It is missing.", at: "parameter \(name)")
      }
      return value
    }
    guard try required("requestType") == "WADO" else {
      throw WebError(.malformed, "The request type is WADO.", at: "parameter requestType")
    }
    for name in ["studyUID", "seriesUID", "objectUID"] where !UID(try required(name)).isWellFormed {
      throw WebError(.malformed, "A UID has 1 to 64 digits and points.", at: "parameter \(name)")
    }
    path = try ResourcePath(
      parsing: required("studyUID"), series: required("seriesUID"), instance: required("objectUID"))
    if let text = parameters["contentType"], !text.isEmpty { contentType = try Accept(parsing: text) }
    frameNumber = try parameters.integer("frameNumber", in: 1...Int(Int32.max))
    for name in ["annotation", "imageAnnotation"] {
      annotations.formUnion(try RenderedParameters.annotations(parameters[name] ?? "", of: name))
    }
    quality = try parameters.integer("imageQuality", in: 1...100)
    rows = try parameters.integer("rows", in: 1...RenderedParameters.largestViewport)
    columns = try parameters.integer("columns", in: 1...RenderedParameters.largestViewport)
    region = try parameters["region"].map { text throws(WebError) in try Self.region(text) }
    window = try Self.window(parameters)
    presentation = try Self.presentation(parameters)
    transferSyntax = try parameters["transferSyntax"].map { text throws(WebError) in
      guard UID(text).isWellFormed else {
        throw WebError(.malformed, "It is a UID.", at: "parameter transferSyntax")
      }
      return UID(text)
    }
    if let text = parameters["anonymize"] {
      guard text == "yes" else { throw WebError(.malformed, "It is yes, or left out.", at: "parameter anonymize") }
      anonymize = true
    }
  }

  private static func region(_ text: String) throws(WebError) -> Region {
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? -1 }
    guard numbers.count == 4, numbers.allSatisfy({ (0...1).contains($0) }), numbers[0] < numbers[2],
      numbers[1] < numbers[3]
    else {
      throw WebError(
        .malformed, "It is written left,top,right,bottom, each from 0 to 1, the first two below the others.",
        at: "parameter region")
    }
    return Region(left: numbers[0], top: numbers[1], right: numbers[2], bottom: numbers[3])
  }

  /// Center and width come together (PS3.18 §9.5.1.2.6).
  private static func window(_ parameters: QueryParameters) throws(WebError) -> RenderedParameters.Window? {
    let texts = (parameters["windowCenter"], parameters["windowWidth"])
    if texts.0 == nil, texts.1 == nil { return nil }
    guard let center = texts.0.flatMap({ Double($0) }), let width = texts.1.flatMap({ Double($0) }),
      center.isFinite, width.isFinite, width >= 1
    else {
      throw WebError(
        .malformed, "Center and width are decimal numbers and come together; the width is at least 1.",
        at: "parameter windowCenter")
    }
    return .init(center: center, width: width, function: .linear)
  }

  /// State and series come together (PS3.18 §9.5.1.2.7).
  private static func presentation(_ parameters: QueryParameters) throws(WebError) -> UID? {
    let texts = (parameters["presentationUID"], parameters["presentationSeriesUID"])
    if texts.0 == nil, texts.1 == nil { return nil }
    guard let uid = texts.0, let series = texts.1, UID(uid).isWellFormed, UID(series).isWellFormed else {
      throw WebError(
        .malformed, "presentationUID and presentationSeriesUID are UIDs and come together.",
        at: "parameter presentationUID")
    }
    return UID(uid)
  }

  /// As parameters of a rendered resource, for an image of this size.
  public func rendered(imageRows: Int, imageColumns: Int) -> RenderedParameters {
    var parameters = RenderedParameters(window: window, quality: quality)
    parameters.annotations = annotations
    guard rows != nil || columns != nil || region != nil else { return parameters }
    var source: RenderedParameters.Source?
    var (width, height) = (Double(imageColumns), Double(imageRows))
    if let region {
      let (x, y) = (region.left * width, region.top * height)
      (width, height) = ((region.right - region.left) * width, (region.bottom - region.top) * height)
      source = .init(x: x, y: y, width: max(width, 1), height: max(height, 1))
    }
    let largest = RenderedParameters.largestViewport
    parameters.viewport = .init(
      width: columns ?? (rows == nil ? min(max(Int(width), 1), largest) : largest),
      height: rows ?? (columns == nil ? min(max(Int(height), 1), largest) : largest), source: source)
    return parameters
  }
}
