// SPDX-License-Identifier: Apache-2.0

/** Where the words of a report come from: keys, or whatever recognises speech. */

/** What is written, as a source of words sees it. */
export interface DictationTarget {
  /** Final words, at the place of writing of the field that was last in use. */
  insert(words: string): void;
  /** The whole text of a field, as its writer left it. */
  write(field: string, text: string): void;
  /** Goes to the next field, or to the one before. */
  move(by: 1 | -1): void;
}

/** A source of words. Several can be at work at once. */
export interface DictationSource {
  /** For a person. */
  readonly name: string;
  /** Gives words to the target until what is returned is called. */
  start(target: DictationTarget): () => void;
}

/** What recognises speech in this build: nothing, until somebody puts their source here. */
export const speechSources: readonly DictationSource[] = [];

/** The keyboard: every field of the editor tells its text whenever that changes. */
export class TypedSource implements DictationSource {
  readonly name = "Typing";

  constructor(private readonly editor: HTMLElement) {}

  start(target: DictationTarget): () => void {
    const typed = (event: Event): void => {
      const field = event.target;
      if (!(field instanceof HTMLTextAreaElement) || field.dataset.field === undefined) return;
      target.write(field.dataset.field, field.value);
    };
    this.editor.addEventListener("input", typed);
    return () => this.editor.removeEventListener("input", typed);
  }
}
