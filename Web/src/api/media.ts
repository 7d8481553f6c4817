// SPDX-License-Identifier: Apache-2.0

import { h } from "../components/dom";

/** The address of a study, or of one series, as a file-set with DICOMDIR in a zip. */
export function mediumAddress(studyUID: string, seriesUID: string | null): string {
  const study = `/api/v1/studies/${encodeURIComponent(studyUID)}`;
  return seriesUID === null ? `${study}/media` : `${study}/series/${encodeURIComponent(seriesUID)}/media`;
}

/** The same of all studies of a patient. */
export function patientMediumAddress(patientID: string, issuer: string): string {
  return `/api/v1/media?${new URLSearchParams({ patient: patientID, issuer })}`;
}

/** Has the browser keep it as a file, without holding it in memory. */
export function download(address: string): void {
  h("a", { attrs: { href: address, download: "" } }).click();
}
