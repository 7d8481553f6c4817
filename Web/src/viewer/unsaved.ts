// SPDX-License-Identifier: Apache-2.0

import { Router } from "../app/router";
import { dialog } from "../components/dialog";
import { h } from "../components/dom";
import { plural, t } from "../i18n/i18n";
import { Scope } from "../signals/scope";
import { Viewer } from "./viewer";

/** How many drawings and key images stand on the screen only. */
export function unsavedCount(viewer: Viewer): number {
  const drawings = viewer.measurements.all.peek().filter((one) => one.source === undefined);
  return drawings.length + viewer.keyImages.marked.peek().length;
}

/** Asks before drawings and key images that were not saved are lost with the page. `save` opens the dialog for it. */
export function watchUnsaved(viewer: Viewer, router: Router, scope: Scope, save: () => void): void {
  scope.listen(window, "beforeunload", (event) => {
    if (unsavedCount(viewer) > 0) event.preventDefault();
  });
  let isAsking = false;
  scope.own(router.guardWith((leave) => {
    const count = unsavedCount(viewer);
    if (count === 0) return true;
    if (isAsking) return false;
    isAsking = true;
    const title = t("Leave without saving?");
    const buttons = [
      { text: t("Go back"), run: null },
      { text: t("Leave without saving"), kind: "danger" as const, run: () => "leave" },
      { text: t("Save…"), kind: "primary" as const, run: () => "save" },
    ];
    const what = plural(count, "{n} drawing or key image is not saved.|{n} drawings or key images are not saved.");
    void dialog<string>({ title, buttons }, h("p", { text: what })).then((answer) => {
      isAsking = false;
      if (answer === "leave") leave();
      if (answer === "save") save();
    });
    return false;
  }));
}
