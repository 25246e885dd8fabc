// ExplainSignature: any signature of a pack for a person: where it comes from, what it looks for,
// decoded; and of a name that no signature of it bears why that is so.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/json.h"
#include "core/result.h"
#include "pack/pack.h"

namespace antidotary::cli {

struct SignatureText {
  std::string name;        ///< As reports show it.
  std::string kind;        ///< "rule", "digest", "member", "yara".
  std::string path;        ///< Of the file that it stands in.
  std::uint32_t line = 0;  ///< 1-based; 0: not kept.
  std::string text;        ///< As its author wrote it; empty where that is not kept.
  std::string words;       ///< What it looks for, line by line; not escaped.
};

/// Everything of this name in the pack. Errors: malformed.
Result<std::vector<SignatureText>> explain_signature(const pack::Pack& pack,
                                                     const std::string& name);

/// For a terminal; escaped.
std::string shown(const SignatureText& signature);
Json json_of(const SignatureText& signature);

/// Sentences on what was read under this name and does nothing: ignored, refused. Not escaped.
/// Errors: malformed.
Result<std::vector<std::string>> why_not_taken(const pack::Pack& pack, const std::string& name);

/// Names in the pack that hold `name`, or nearly are it; the nearest first. Errors: malformed.
Result<std::vector<std::string>> nearest_signatures(const pack::Pack& pack,
                                                    const std::string& name);

}  // namespace antidotary::cli
