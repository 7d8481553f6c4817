// SPDX-License-Identifier: Apache-2.0
// Pages with text and pictures as PDF: cairo and pango.
#include <cairo-pdf.h>
#include <pango/pangocairo.h>
