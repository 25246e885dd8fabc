// PictureEnd: where a picture's own data end, so that what was appended behind them shows.
//
// Spec: GIF89a; PNG (ISO/IEC 15948); JPEG (ITU-T T.81, annex B); BMP ("BITMAPFILEHEADER"); RIFF.
#pragma once

#include <cstddef>
#include <optional>

#include "core/budget.h"
#include "core/bytes.h"
#include "core/result.h"
#include "formats/format.h"

namespace antidotary::picture {

/// Bytes of the picture from the start of `bytes`; nullopt where its structure is damaged or cut,
/// or the format is none of gif, png, jpeg, bmp and riff. Pays a step a block or segment and each
/// 64 bytes searched. Errors: budget_spent.
Result<std::optional<std::size_t>> end_of(formats::Format format, Bytes bytes, Budget& budget);

}  // namespace antidotary::picture
