// Calls of constants in scripts: what clamscan's view shows in their place.
//
// `unescape("...")`, `eval("...")`, and the two ways of packing scripts that were common: they are
// read, never run. docs/formats/clamav-views.md, "Calls of constants".
#pragma once

#include "unpack/views/script_tokens.h"

namespace antidotary::unpack {

/// The tokens of one script, with what calls of constants stand for. `behind` are the tokens that
/// are to be shown behind the script's own.
struct OpenedScript {
  ScriptTokens tokens;
  ScriptTokens behind;
};
OpenedScript open_calls(std::string_view script);

}  // namespace antidotary::unpack
