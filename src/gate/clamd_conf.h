// A clamd.conf in our own words: the daemon's configuration as TOML, and what of it cannot be
// honoured, line by line. Nothing is left out in silence.
//
// Options by their documentation (clamd.conf(5) of 1.4). An option at a value that changes nothing
// here is not told.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace antidotary::gate {

struct Translation {
  std::string toml;
  std::vector<std::string> notes;  ///< "FILE:LINE: sentence": what is done otherwise.
  std::vector<std::string>
      mistakes;  ///< The same: what is no clamd.conf; `toml` is of no use then.
};

Translation translate_clamd_conf(std::string_view text, const std::string& file);

}  // namespace antidotary::gate
