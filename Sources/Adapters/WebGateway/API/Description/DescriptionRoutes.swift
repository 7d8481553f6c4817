// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird

/// `/api/v1/openapi.json`: the API as an OpenAPI document, made of the routes themselves.
enum DescriptionRoutes {
  static func add(to routes: RouteTable) {
    let catalogue = routes.catalogue
    routes.onOpen(.get, "api/v1/openapi.json") { visit in
      .json(OpenAPIDocument(catalogue.entries, version: visit.services.options.version).json)
    }
  }
}
