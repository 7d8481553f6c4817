// SPDX-License-Identifier: Apache-2.0
#include <stddef.h>
#include <stdio.h>

#include <gdcm-3.0/gdcmjpeg/8/jpeglib.h>
#include <gdcm-3.0/gdcmjpeg/8/jerror.h>

#define CJPEG_DECODE cjpeg_decode_gdcm8
#include "decode_template.h"
