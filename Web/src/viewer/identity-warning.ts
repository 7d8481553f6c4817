// SPDX-License-Identifier: Apache-2.0

import { StudySummary } from "../api/types";
import { h, setText } from "../components/dom";
import { icon } from "../components/icons";
import * as text from "../components/text";
import { text as tagText } from "../dicom/data-set";
import { t } from "../i18n/i18n";
import { Scope } from "../signals/scope";
import { FrameSet } from "./state/frame-set";
import { Viewer } from "./viewer";

type Identity = Pick<StudySummary, "patientID" | "patientName" | "birthDate" | "sex">;

/** As the images themselves say it, else as the archive says of their study. */
function identityOf(viewer: Viewer, set: FrameSet): Identity | null {
  const image = viewer.details.peek((set.frames[0]?.instance ?? set.others[0])?.sopInstanceUID ?? "");
  const study = viewer.studyOf(set);
  if (!image) return study;
  return {
    patientID: tagText(image, "00100020") ?? "", patientName: tagText(image, "00100010") ?? "",
    birthDate: tagText(image, "00100030") ?? "", sex: tagText(image, "00100040") ?? "",
  };
}

/** The letters of a name without its markup: `DOE^JANE` and `Doe^Jane^^` are one. */
function folded(name: string): string {
  const plain = name.split("=")[0].toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  return plain.replace(/[\^\s]+/g, " ").trim();
}

/** True where two studies cannot be told to be of one patient: number, name, birth date and sex must not disagree. */
export function isOtherPatient(p: Identity, q: Identity): boolean {
  const disagree = (one: string, other: string): boolean => one !== "" && other !== "" && one !== other;
  return p.patientID !== q.patientID || disagree(folded(p.patientName), folded(q.patientName))
    || disagree(p.birthDate, q.birthDate) || disagree(p.sex, q.sex);
}

function named(study: Identity): string {
  const born = study.birthDate ? `* ${text.date(study.birthDate)}` : "";
  const name = text.personName(study.patientName) || t("No name");
  return [name, study.patientID, born, study.sex].filter(Boolean).join(" ");
}

/** Says in red that the panes show images of what may be two patients. */
export function identityWarning(viewer: Viewer, scope: Scope): HTMLElement {
  const words = h("span");
  const banner = h(
    "div", { class: "identity-warning", hidden: true, attrs: { role: "alert" } }, icon("warning"), words,
  );
  scope.effect(() => {
    viewer.study.get();
    viewer.priors.all.get();
    viewer.details.arrivals.get();
    const studies = viewer.visiblePanes.flatMap((pane) => {
      const set = pane.set.get();
      return (set && identityOf(viewer, set)) ?? [];
    });
    const [first] = studies;
    const other = studies.find((study) => isOtherPatient(first, study));
    banner.hidden = other === undefined;
    setText(words, other ? t("These images may be of two patients: {one} / {other}", {
      one: named(first), other: named(other),
    }) : "");
  });
  return banner;
}
