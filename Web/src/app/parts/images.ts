// SPDX-License-Identifier: Apache-2.0

/** The part of the code that shows images. */
export { lightPage } from "../../light/light-page";
export { makeRenderer, viewerPage } from "../../viewer/viewer-page";
