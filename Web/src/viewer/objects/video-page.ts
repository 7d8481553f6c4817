// SPDX-License-Identifier: Apache-2.0

import { h, setText } from "../../components/dom";
import { icon } from "../../components/icons";
import { t } from "../../i18n/i18n";

const USUAL_RATE = 25;

/** What is known of a film before it plays. */
export interface Film {
  readonly address: string;
  /** Images in a second; null where nothing says it. */
  readonly rate: number | null;
  readonly count: number | null;
}

/** A film with the browser's own player, and single steps by buttons and by the keys `,` and `.`. */
export function videoPage({ address, rate, count }: Film): HTMLElement {
  const each = rate && rate > 0 ? rate : USUAL_RATE;
  const video = h("video", { attrs: {
    controls: true, src: address, preload: "auto", playsinline: true, "aria-label": t("Film"),
  } });
  const failure = h("p", { class: "video-failure", hidden: true, attrs: { role: "alert" } });
  failure.textContent = t("This browser cannot play the film. It can be downloaded.");
  const steps = h("div", { class: "film-steps" });
  video.addEventListener("error", () => {
    failure.hidden = false;
    video.hidden = true;
    steps.hidden = true;
  });
  /** The image at hand, from 0. Times that were set lie in the middle of an image. */
  const at = (): number => Math.floor(video.currentTime * each + 1e-6);
  const last = (): number => {
    const known = Number.isFinite(video.duration) ? Math.round(video.duration * each) : count ?? Infinity;
    return Math.max(0, known - 1);
  };
  const where = h("span", { class: "film-place", attrs: { role: "status" } });
  const tell = (): void => setText(where, Number.isFinite(last())
    ? t("Image {n} of {all}", { n: Math.min(at(), last()) + 1, all: last() + 1 }) : t("Image {n}", { n: at() + 1 }));
  const goTo = (image: number): void => {
    video.pause();
    video.currentTime = (Math.max(0, Math.min(last(), image)) + 0.5) / each;
  };
  for (const event of ["loadedmetadata", "timeupdate", "seeked", "durationchange"]) {
    video.addEventListener(event, tell);
  }
  const button = (label: string, keys: string, to: () => number): HTMLElement => {
    const made = h("button", { class: "button", title: keys ? `${label} (${keys})` : label, attrs: {
      type: "button", "aria-label": label,
    } }, icon("back"));
    made.addEventListener("click", () => goTo(to()));
    return made;
  };
  steps.append(
    button(t("One image back"), ",", () => at() - 1), where,
    button(t("One image on"), ".", () => at() + 1),
  );
  const page = h("div", { class: "film" }, video, failure, steps);
  page.addEventListener("keydown", (event) => {
    if (event.key !== "," && event.key !== ".") return;
    event.preventDefault();
    event.stopPropagation();
    goTo(at() + (event.key === "." ? 1 : -1));
  });
  tell();
  return page;
}
