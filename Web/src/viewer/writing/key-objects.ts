// SPDX-License-Identifier: Apache-2.0

import { DataSet } from "../../dicom/data-set";
import { Authorship, code, Code, codeSequence, common, daOf, element, evidence, Reference, tmOf } from "./composing";
import * as content from "./content-item";

export const KEY_OBJECT_CLASS = "1.2.840.10008.5.1.4.1.1.88.59";

/** Document titles of CID 7010 that people use. */
export const keyTitles: readonly Code[] = [
  code("113000", "DCM", "Of Interest"), code("113002", "DCM", "For Referring Provider"),
  code("113003", "DCM", "For Surgery"), code("113004", "DCM", "For Teaching"), code("113005", "DCM", "For Conference"),
  code("113006", "DCM", "For Therapy"), code("113009", "DCM", "For Peer Review"), code(
    "113010", "DCM", "Quality Issue"
  ),
];

/** A Key Object Selection (PS3.3 §A.35.4, TID 2010). */
export function keyObjects(
  authorship: Authorship, title: Code, description: string, images: readonly Reference[],
): DataSet {
  const { now, author } = authorship;
  const children: DataSet[] = [];
  if (author) {
    children.push(
      content.coded("HAS OBS CONTEXT", content.dcm("121005", "Observer Type"), content.dcm("121006", "Person"))
    );
    children.push(content.personName("HAS OBS CONTEXT", content.dcm("121008", "Person Observer Name"), author));
  }
  if (description) {
    children.push(content.text("CONTAINS", content.dcm("113012", "Key Object Description"), description));
  }
  return {
    ...common(authorship, KEY_OBJECT_CLASS, "KO", 9_900, title.meaning),
    "00080023": element("DA", daOf(now)), "00080033": element("TM", tmOf(now)), "00081111": element("SQ"),
    "0040A040": element("CS", "CONTAINER"), "0040A043": codeSequence(title), "0040A050": element("CS", "SEPARATE"),
    "0040A375": evidence(images),
    "0040A504": element("SQ", { "00080105": element("CS", "DCMR"), "0040DB00": element("CS", "2010") }),
    "0040A730": element("SQ", ...children, ...images.map((one) => content.image("CONTAINS", one))),
  };
}
