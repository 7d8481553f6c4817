// SPDX-License-Identifier: Apache-2.0

import { InstanceInfo } from "../../api/types";

/** Beginnings of SOP Class UIDs, the longer before the shorter, and what they are called here. */
const kinds: [string, string][] = [
  ["1.2.840.10008.5.1.4.1.1.104.1", "PDF document"],
  ["1.2.840.10008.5.1.4.1.1.104.2", "CDA document"],
  ["1.2.840.10008.5.1.4.1.1.104.", "3D model"],
  ["1.2.840.10008.5.1.4.1.1.88.59", "key object selection"],
  ["1.2.840.10008.5.1.4.1.1.88.67", "radiation dose report"],
  ["1.2.840.10008.5.1.4.1.1.88.", "structured report"],
  ["1.2.840.10008.5.1.4.1.1.11.", "presentation state"],
  ["1.2.840.10008.5.1.4.1.1.77.1.1.1", "video"],
  ["1.2.840.10008.5.1.4.1.1.77.1.2.1", "video"],
  ["1.2.840.10008.5.1.4.1.1.77.1.4.1", "video"],
  ["1.2.840.10008.5.1.4.1.1.9.", "waveform"],
  ["1.2.840.10008.5.1.4.1.1.66.5", "surface"],
  ["1.2.840.10008.5.1.4.1.1.66.4", "segmentation"],
  ["1.2.840.10008.5.1.4.1.1.66.", "spatial registration"],
  ["1.2.840.10008.5.1.4.1.1.481.3", "radiotherapy structure set"],
  ["1.2.840.10008.5.1.4.1.1.481.5", "radiotherapy plan"],
  ["1.2.840.10008.5.1.4.1.1.481.", "radiotherapy object"],
];

const videoSyntax = /^1\.2\.840\.10008\.1\.2\.4\.10[0-8](\.1)?$/;

export function kindOf(instance: InstanceInfo): string {
  if (instance.isVideo) return "video";
  if (instance.transferSyntaxUID && videoSyntax.test(instance.transferSyntaxUID)) return "video";
  return kinds.find(([prefix]) => instance.sopClassUID.startsWith(prefix))?.[1] ?? "object without an image";
}
