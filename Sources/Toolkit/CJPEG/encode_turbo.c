// SPDX-License-Identifier: Apache-2.0
#include <stddef.h>
#include <stdio.h>

#include <jpeglib.h>
#include <jerror.h>

#define CJPEG_ENCODE cjpeg_encode_turbo
#include "encode_template.h"

void cjpeg_free(uint8_t *data) { free(data); }
