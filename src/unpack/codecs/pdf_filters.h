// PDF's filters: what a stream of a document is packed by, one after the other.
//
// Flate is zlib's; the rest is small and own. Pictures' own codings (DCT, JPX, JBIG2, CCITT) are
// left as they are: they are the pictures. Internal to the room.
//
// Spec: ISO 32000-1:2008, 7.4.
#pragma once

#include <string>
#include <vector>

#include "unpack/brought.h"

namespace antidotary::unpack {

/// More filters on one stream are refused: no honest writer uses them.
inline constexpr std::size_t pdf_filters_max = 16;

struct PdfFilter {
  std::string name;  ///< "FlateDecode" or its short form "Fl".
  int predictor = 1;
  int colors = 1;
  int bits = 8;
  int columns = 1;
  bool early_change = true;  ///< Of LZW.
};

/// True for the codings of pictures, which end a chain.
bool is_picture_filter(std::string_view name);

/// Undoes the filters in order. Each stage's bytes are paid. What comes out before damage is kept
/// beside the error (malformed, truncated, unsupported, refused, budget_spent).
Brought unpack_pdf_stream(Bytes packed, const std::vector<PdfFilter>& filters, Budget& budget);

}  // namespace antidotary::unpack
