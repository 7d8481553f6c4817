// SPDX-License-Identifier: Apache-2.0

import { h } from "../../components/dom";
import { icon } from "../../components/icons";
import { t } from "../../i18n/i18n";

const USUAL_RATE = 25;

/** A film with the browser's own player, and single steps. `rate`: images in a second. */
export function videoPage(address: string, rate: number | null): HTMLElement {
  const video = h("video", { attrs: { controls: true, src: address, preload: "auto", playsinline: true } });
  const failure = h("p", { class: "video-failure", hidden: true, attrs: { role: "alert" } });
  failure.textContent = t("This browser cannot play the film. It can be downloaded.");
  video.addEventListener("error", () => {
    failure.hidden = false;
    video.hidden = true;
  });
  const step = (way: number): void => {
    video.pause();
    video.currentTime = Math.max(0, video.currentTime + way / (rate && rate > 0 ? rate : USUAL_RATE));
  };
  const button = (label: string, way: number): HTMLElement => {
    const made = h("button", { class: "button", title: label, attrs: { type: "button", "aria-label": label } });
    made.append(icon(way < 0 ? "back" : "play"));
    made.addEventListener("click", () => step(way));
    return made;
  };
  return h(
    "div", { class: "film" }, video, failure,
    h("div", { class: "film-steps" }, button(t("One image back"), -1), button(t("One image on"), 1)),
  );
}
