// SPDX-License-Identifier: Apache-2.0
#include <stddef.h>
#include <stdio.h>

#include <gdcm-3.0/gdcmjpeg/16/jpeglib.h>
#include <gdcm-3.0/gdcmjpeg/16/jerror.h>

#define CJPEG_DECODE cjpeg_decode_gdcm16
#include "decode_template.h"
