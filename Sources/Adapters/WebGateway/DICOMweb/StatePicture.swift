// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMPixels
import HTTPTypes

/// A presentation state that is rendered: the first image of those that it is made for and that are here
/// (PS3.18 §8.3.5.1, behaviour of presentation states).
struct StatePicture: Sendable {
  let presentation: SoftcopyPresentation
  let image: StoredInstance
  /// Counted from 1.
  let frame: Int

  /// Nil for what is no presentation state.
  init?(_ call: Call, _ instance: StoredInstance) async throws {
    guard SoftcopyPresentation.Kind(rawValue: instance.identity.sopClass.rawValue) != nil else { return nil }
    let services = call.services
    let found = try await call.blocking { () throws -> (SoftcopyPresentation, StoredInstance, Int)? in
      let presentation = try SoftcopyPresentation(try services.archive.dataSet(of: instance))
      for uid in presentation.referencedImages {
        guard
          let image = try services.index.instances(
            .init(studies: [instance.identity.study], instances: [uid])
          ).first, PixelForm.isImage(image)
        else { continue }
        let count = try services.images.image(image, archive: services.archive).frameCount
        guard let frame = (0..<count).first(where: { presentation.applies(to: uid, frame: $0) }) else { continue }
        return (presentation, image, frame + 1)
      }
      return nil
    }
    guard let found else { throw Problem(.notFound, "No image that the presentation state is made for is here.") }
    (presentation, image, frame) = found
  }
}
