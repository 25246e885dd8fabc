// Forms: the three that a draft is imported from. See draft.h.
#pragma once

#include <set>
#include <string>

#include "core/json.h"
#include "entries/import/draft.h"

namespace antidotary::entries {

/// STIX 2.x: the family is a `malware` with `is_family`, its variants those that are `variant-of`
/// it.
Result<Draft> import_stix(const Json& bundle, const ImportRequest& request);
/// A value of a galaxy cluster; values that are `variant-of` it are its variants.
Result<Draft> import_misp_cluster(const Json& cluster, const ImportRequest& request);
/// A page: `# Name`, lines "Key: value", then sections (docs/formats/import.md).
Result<Draft> import_markdown(const ImportRequest& request);

/// Picks among what the file names. Errors: bad_input where that is not one.
Result<std::size_t> choose(const std::vector<std::string>& names, const std::string& wanted);
/// A member's text, made safe; empty where there is none or it is no text.
std::string text_of(const Json& object, std::string_view key);
/// The texts of a list, made safe.
std::vector<std::string> texts_of(const Json& object, std::string_view key);
/// Gives each variant of a draft an id of its own.
class VariantIds {
 public:
  /// "b" of "Win32/Mimail.B"; where that says none, or one that is taken, the next that is free.
  std::string next(std::string_view title);

 private:
  std::set<std::string> taken_;
  std::size_t number_ = 1;  ///< Lower ones are taken.
};
/// Adds a label under the vendor whose grammar it is written in, where that can be told.
void add_label(std::vector<DraftName>& names, std::vector<std::string>& also_called,
               const std::string& label);
/// Adds a source once; over import_items_max of them they are counted among what is left out.
void add_source(Draft& draft, std::string publisher, const std::string& url);
/// Says that of `all` items only import_items_max were taken, where that is so.
void say_left_out(Draft& draft, std::size_t all, std::string_view what);

}  // namespace antidotary::entries
