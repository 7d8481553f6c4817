// SPDX-License-Identifier: Apache-2.0

import { beginEarly } from "./api/early";
import { openingAddress, sessionAddress } from "./api/addresses";
import { parseRoute } from "./app/route";
import { FRAMES_MEDIA_TYPE } from "./kernels/frame-record";

/** Asks for what the page will need first, while the browser still reads its code. */
const route = parseRoute(location.hash);
beginEarly(sessionAddress, "application/json");
if (route.page === "study" || route.page === "view") {
  beginEarly(openingAddress(route.studyUID, route.query.get("series")), FRAMES_MEDIA_TYPE);
}
