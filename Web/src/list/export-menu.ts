// SPDX-License-Identifier: Apache-2.0

import { download, mediumAddress, patientMediumAddress } from "../api/media";
import { StudySummary } from "../api/types";
import { h } from "../components/dom";
import { toast } from "../components/toast";
import { t } from "../i18n/i18n";
import { isElsewhere } from "./other-archives";

/** Exports the study that is selected in the list, or all of its patient. */
export function exportMenu(selected: () => StudySummary | undefined): HTMLElement {
  const title = t("Export the selected study");
  const menu = h("select", { class: "menu export", title, attrs: { "aria-label": title } });
  menu.append(
    h("option", { text: t("Export"), attrs: { value: "", hidden: true } }),
    h("option", { text: t("The study as a medium with DICOMDIR (zip)"), attrs: { value: "study" } }),
    h("option", { text: t("All studies of the patient as a medium with DICOMDIR (zip)"), attrs: { value: "patient" } }),
  );
  menu.value = "";
  menu.addEventListener("change", () => {
    const study = selected();
    const wantsAll = menu.value === "patient";
    menu.value = "";
    menu.blur();
    if (!study || isElsewhere(study)) return toast(t("Select a study of this archive first."), "error");
    download(
      wantsAll && study.patientID !== ""
        ? patientMediumAddress(study.patientID, study.issuer) : mediumAddress(study.studyUID, null),
    );
  });
  return menu;
}
