// SPDX-License-Identifier: Apache-2.0

import DICOMWeb
import HTTPTypes
import Hummingbird
import NIOCore

/// Retrieve Capabilities (PS3.18 §8.9): OPTIONS on the service or on any of its resources says what can be done there,
/// as a description in WADL (Annex H) or as JSON.
enum CapabilityRoutes {
  static let wadl = MediaType("application", "vnd.sun.wadl+xml")
  private static let root = "/dicom-web"

  /// Comes after the routes that it describes.
  static func add(to routes: RouteTable) {
    let entries = routes.catalogue.entries.filter { $0.path.hasPrefix(root) }
    let services = routes.services
    routes.router.on("dicom-web", method: .options) { request, context in
      try answer(Visit(request: request, context: context, services: services), entries)
    }
    for (path, methods) in routes.catalogue.methods where path.hasPrefix(root) {
      let own = entries.filter { $0.path == path || $0.path.hasPrefix(path + "/") }
      let allowed = (methods + [.options]).map(\.rawValue).joined(separator: ", ")
      routes.router.on(RouterPath(stringLiteral: path), method: .options) { request, context in
        var response = try answer(Visit(request: request, context: context, services: services), own)
        response.headers[.allow] = allowed
        return response
      }
    }
  }

  private static func answer(_ visit: Visit, _ entries: [RouteCatalogue.Entry]) throws -> Response {
    let offers = [Representation(wadl), .init(MediaType("application", "xml")), .init(.json)]
    guard let form = try visit.accept.choose(among: offers) else { throw Problem.notAcceptable(offers) }
    let base = visit.origin + root
    if form.media == .json { return .json(json(entries, base: base)) }
    return .bytes(ByteBuffer(string: description(entries, base: base)), type: form.media.essence)
  }

  // MARK: WADL

  /// A resource with the resources below it.
  private final class Node {
    var methods: [HTTPRequest.Method] = []
    var children: [(name: String, node: Node)] = []

    func child(_ name: String) -> Node {
      if let known = children.first(where: { $0.name == name }) { return known.node }
      let node = Node()
      children.append((name, node))
      return node
    }
  }

  private static func description(_ entries: [RouteCatalogue.Entry], base: String) -> String {
    let top = Node()
    for entry in entries {
      var node = top
      for part in entry.path.dropFirst(root.count).split(separator: "/") { node = node.child(String(part)) }
      node.methods.append(entry.method)
    }
    var xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<application xmlns=\"http://wadl.dev.java.net/2009/02\">\n"
    xml += "<resources base=\"\(escaped(base))\">\n"
    write(top, path: "", to: &xml)
    return xml + "</resources>\n</application>\n"
  }

  private static func write(_ node: Node, path: String, to xml: inout String) {
    for method in node.methods {
      xml += "<method name=\"\(method.rawValue)\">\n"
      let operation = DICOMwebOperation(method: method, path: path)
      let query = operation.parameters.map { "<param name=\"\($0)\" style=\"query\"/>\n" }.joined()
      let bodies = operation.requestTypes.map { "<representation mediaType=\"\(escaped($0))\"/>\n" }.joined()
      xml += "<request>\n\(query)\(bodies)</request>\n<response>\n"
      xml += operation.responseTypes.map { "<representation mediaType=\"\(escaped($0))\"/>\n" }.joined()
      xml += "</response>\n</method>\n"
    }
    for (name, child) in node.children {
      xml += "<resource path=\"\(escaped(name))\">\n"
      write(child, path: path + "/" + name, to: &xml)
      xml += "</resource>\n"
    }
  }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
  }

  // MARK: JSON

  private static func json(_ entries: [RouteCatalogue.Entry], base: String) -> JSONValue {
    .object([
      ("base", .string(base)),
      (
        "resources",
        .array(
          entries.map { entry in
            let operation = DICOMwebOperation(method: entry.method, path: String(entry.path.dropFirst(root.count)))
            return .object([
              ("path", .string(entry.path)), ("method", .string(entry.method.rawValue)),
              ("parameters", JSONValue(operation.parameters)), ("requestTypes", JSONValue(operation.requestTypes)),
              ("responseTypes", JSONValue(operation.responseTypes)),
            ])
          })
      ),
    ])
  }
}

/// What the description of the service says of a method of one of its resources.
struct DICOMwebOperation {
  let parameters: [String]
  let requestTypes: [String]
  let responseTypes: [String]

  private static let pixels =
    ["application/octet-stream"]
    + ["image/jpeg", "image/dicom-rle", "image/jls", "image/jp2", "image/jphc", "image/jxl", "video/mp4"]

  /// - Parameter path: below the service, with names in braces.
  init(method: HTTPRequest.Method, path: String) {
    func related(_ types: [String]) -> [String] { types.map { "multipart/related; type=\"\($0)\"" } }
    let last = path.split(separator: "/").last.map(String.init) ?? ""
    let models = ["application/dicom+json", "application/dicom+xml"]
    let pictures = RenderedRoutes.imageTypes.map(\.essence)
    guard method == .get else {
      parameters = ["accept"]
      requestTypes = method == .post ? related(["application/dicom"] + models) + ["application/dicom"] + models : []
      responseTypes = models
      return
    }
    requestTypes = []
    switch last {
    case "studies", "series", "instances":
      parameters = [
        "accept", "charset", "{attribute}", "includefield", "fuzzymatching", "emptyvaluematching",
        "multiplevaluematching", "limit", "offset",
      ]
      responseTypes = ["application/dicom+json"] + related(["application/dicom+xml"])
    case "metadata":
      parameters = ["accept", "charset"]
      responseTypes = ["application/dicom+json"] + related(["application/dicom+xml"])
    case "rendered":
      parameters = ["accept", "annotation", "charset", "iccprofile", "quality", "viewport", "window"]
      responseTypes =
        pictures + related(pictures) + ["text/html", "text/plain", "text/xml", "application/pdf", "video/mp4"]
    case "thumbnail":
      parameters = ["accept", "viewport"]
      responseTypes = pictures
    case "bulkdata", "pixeldata", "{frames}", "**":
      parameters = ["accept"]
      responseTypes = related(Self.pixels) + Self.pixels
    default:
      parameters = ["accept"]
      responseTypes = related(["application/dicom", "application/octet-stream"]) + ["application/dicom"]
    }
  }
}
