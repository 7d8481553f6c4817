// SPDX-License-Identifier: Apache-2.0
#include <stddef.h>
#include <stdio.h>

#include <gdcm-3.0/gdcmjpeg/12/jpeglib.h>
#include <gdcm-3.0/gdcmjpeg/12/jerror.h>

#define CJPEG_ENCODE cjpeg_encode_gdcm12
#define CJPEG_HAS_LOSSLESS
#include "encode_template.h"
