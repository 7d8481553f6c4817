// SPDX-License-Identifier: Apache-2.0
#include <stddef.h>
#include <stdio.h>

#include <jpeglib.h>
#include <jerror.h>

#define CJPEG_DECODE cjpeg_decode_turbo
#include "decode_template.h"
