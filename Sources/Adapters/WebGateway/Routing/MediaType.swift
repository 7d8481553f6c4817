// SPDX-License-Identifier: Apache-2.0

import DICOMWeb

/// Hummingbird has a type of this name too.
typealias MediaType = DICOMWeb.MediaType
