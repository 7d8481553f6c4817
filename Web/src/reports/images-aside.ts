// SPDX-License-Identifier: Apache-2.0

import { Viewer } from "../viewer/viewer";
import { documentItems, drawnItems, keyImagesOf, MeasuredItem } from "./measured";
import { KeyImageReference } from "./types";

/** The images of the exam, as the report uses them: in the same window, or in another one. */
export interface ImagesAside {
  measurements(): Promise<MeasuredItem[]>;
  keyImages(): Promise<KeyImageReference[]>;
  show(image: KeyImageReference): void;
  /** Shows another study of the patient beside. */
  compare(study: string): Promise<boolean>;
}

/** Images in this window. */
export class ImagesHere implements ImagesAside {
  constructor(private readonly viewer: Viewer) {}

  async measurements(): Promise<MeasuredItem[]> {
    return [...drawnItems(this.viewer), ...await documentItems(this.viewer)];
  }

  keyImages(): Promise<KeyImageReference[]> {
    return Promise.resolve(keyImagesOf(this.viewer));
  }

  show(image: KeyImageReference): void {
    this.viewer.showImage(image.sopInstanceUID, image.frame ?? 1);
  }

  async compare(study: string): Promise<boolean> {
    const at = this.viewer.priors.all.peek().findIndex((prior) => prior.study.studyUID === study);
    if (at < 0) return false;
    for (let tries = 0; tries <= at; tries += 1) {
      const shown = this.viewer.panes.some((pane) => pane.set.peek()?.study === study);
      if (!shown) await this.viewer.comparePrior();
    }
    return true;
  }
}

interface Question {
  readonly exam: number;
  readonly id: string;
  readonly ask: "measurements" | "keyImages" | "show" | "compare";
  readonly image?: KeyImageReference;
  readonly study?: string;
}

interface Answer {
  readonly exam: number;
  readonly answers: string;
  readonly value: unknown;
}

const CHANNEL = "martlet.reading";
const PATIENCE_MS = 2_000;

/** Images in another window of this browser, which answers through a channel. */
export class ImagesElsewhere implements ImagesAside {
  private readonly channel = new BroadcastChannel(CHANNEL);
  private readonly waiting = new Map<string, (value: unknown) => void>();

  constructor(private readonly exam: number) {
    this.channel.addEventListener("message", (event: MessageEvent<Answer>) => {
      if (event.data.exam === exam && event.data.answers) this.waiting.get(event.data.answers)?.(event.data.value);
    });
  }

  close(): void {
    this.channel.close();
  }

  private ask<T>(question: Omit<Question, "exam" | "id">, none: T): Promise<T> {
    const id = crypto.getRandomValues(new Uint32Array(2)).join("-");
    return new Promise((resolve) => {
      const done = (value: unknown): void => {
        clearTimeout(timer);
        this.waiting.delete(id);
        resolve(value as T);
      };
      const timer = setTimeout(() => done(none), PATIENCE_MS);
      this.waiting.set(id, done);
      this.channel.postMessage({ ...question, exam: this.exam, id });
    });
  }

  measurements(): Promise<MeasuredItem[]> {
    return this.ask({ ask: "measurements" }, []);
  }

  keyImages(): Promise<KeyImageReference[]> {
    return this.ask({ ask: "keyImages" }, []);
  }

  show(image: KeyImageReference): void {
    void this.ask({ ask: "show", image }, null);
  }

  compare(study: string): Promise<boolean> {
    return this.ask({ ask: "compare", study }, false);
  }
}

/** Answers reports in other windows of this browser until what is returned is called. */
export function answerReports(exam: number, images: ImagesAside): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener("message", (event: MessageEvent<Question>) => {
    const question = event.data;
    if (question.exam !== exam || !question.ask) return;
    void answer(images, question).then((value) => {
      channel.postMessage({ exam, answers: question.id, value });
    });
  });
  return () => channel.close();
}

async function answer(images: ImagesAside, question: Question): Promise<unknown> {
  switch (question.ask) {
    case "measurements": return images.measurements();
    case "keyImages": return images.keyImages();
    case "compare": return question.study ? images.compare(question.study) : false;
    case "show":
      if (question.image) images.show(question.image);
      return null;
  }
}
