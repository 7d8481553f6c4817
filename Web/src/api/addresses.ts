// SPDX-License-Identifier: Apache-2.0

export const sessionAddress = "/api/v1/session";

/** The index of a study and the first image of a series, of the first with images by default. */
export function openingAddress(studyUID: string, series: string | null): string {
  const query = series ? `?series=${encodeURIComponent(series)}` : "";
  return `/api/v1/studies/${encodeURIComponent(studyUID)}/opening${query}`;
}
