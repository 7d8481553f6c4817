// SPDX-License-Identifier: Apache-2.0

import Hummingbird

/// Puts middlewares and routes together: reading this is reading all that the server answers.
struct RouterOfRoutes {
  let router: Router<WebContext>
  let catalogue: RouteCatalogue

  init(_ services: WebServices) {
    router = Router(context: WebContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: RequestLogging(metrics: services.metrics))
    router.add(middleware: CrossOrigin(origins: services.options.allowedOrigins))
    router.add(middleware: SecurityHeaders())
    router.add(middleware: ProblemResponses())
    router.add(middleware: Compression(pool: services.pool))
    router.add(
      middleware: Authentication(
        authenticator: services.authenticator, pool: services.documents, linkKey: services.options.linkKey))
    let routes = RouteTable(router: router, services: services)
    catalogue = routes.catalogue
    HealthRoutes.add(to: routes)
    SessionRoutes.add(to: routes)
    AccountRoutes.add(to: routes)
    StudyRoutes.add(to: routes)
    StreamRoutes.add(to: routes)
    MediaRoutes.add(to: routes)
    MediaUploadRoutes.add(to: routes)
    EventRoutes.add(to: routes)
    SystemRoutes.add(to: routes)
    NodeRoutes.add(to: routes)
    AnnouncedStudyRoutes.add(to: routes)
    if let directory = services.ports.routes { RuleRoutes(directory: directory).add(to: routes) }
    if let directory = services.ports.arrivalRules { DoorRoutes(directory: directory).add(to: routes) }
    MessageRoutes.add(to: routes)
    MessagingRoutes.add(to: routes)
    if let jobs = services.ports.jobs { QueueRoutes(jobs: jobs).add(to: routes) }
    OtherArchiveRoutes(others: services.ports.otherArchives, jobs: services.ports.jobs).add(to: routes)
    if services.ports.department != nil {
      PatientRoutes.add(to: routes)
      OrderRoutes.add(to: routes)
      PerformedStepRoutes.add(to: routes)
      WorklistRoutes.add(to: routes)
      MismatchRoutes.add(to: routes)
      ReconciliationRoutes.add(to: routes)
      DepartmentEventRoutes.add(to: routes)
      AgendaRoutes.add(to: routes)
      CriticalRoutes.add(to: routes)
      DuplicateRoutes.add(to: routes)
      PracticeRoutes.add(to: routes)
      ReportRoutes.add(to: routes)
      DocumentRoutes.add(to: routes)
      FHIRRoutes.add(to: routes)
      StatisticsRoutes.add(to: routes)
    }
    PreferenceRoutes.add(to: routes)
    CorrectionRoutes.add(to: routes)
    BinRoutes.add(to: routes)
    DeletionRoutes.add(to: routes)
    SearchRoutes.add(to: routes)
    RetrieveRoutes.add(to: routes)
    MetadataRoutes.add(to: routes)
    FrameRoutes.add(to: routes)
    BulkDataRoutes.add(to: routes)
    RenderedRoutes.add(to: routes)
    URIRoutes.add(to: routes)
    StoreRoutes.add(to: routes)
    CommitmentRoutes.add(to: routes)
    WorkitemRoutes.add(to: routes)
    DescriptionRoutes.add(to: routes)
    LinkRoutes.add(to: routes)
    ClientRoutes.add(to: routes)
    CapabilityRoutes.add(to: routes)
    MethodRoutes.add(to: routes)
  }
}
