// SPDX-License-Identifier: Apache-2.0

/** The part of the code that shows images beside their report. */
export { readingPage } from "../../reports/reading-page";
