// Old data: what a registry value held before, as bytes, from what an entry says of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/bytes.h"
#include "core/result.h"

namespace antidotary::plan {

struct OldData {
  std::uint32_t type = 1;
  Buffer data;
  std::string shown;  ///< For a person.
};

/// `text` with an entry's variables, of the type that the entry names ("REG_SZ"). Variables are
/// written out where the computer's own folder is known, or as Windows' own variables where the
/// value had or needs the type that Windows expands. `type_now` is the value's present type.
/// Errors: unsupported where a variable means another folder for each user or a type is not known.
Result<OldData> old_data(std::string_view text, std::string_view type, std::uint32_t type_now,
                         std::string_view windows_path);

}  // namespace antidotary::plan
