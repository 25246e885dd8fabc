// Forms: the three that a draft is imported from. See draft.h.
#pragma once

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
/// The letter of a variant named `title` in the family `family`: "b" of "Win32/Mimail.B"; else a
/// letter that is not in `taken`.
std::string letter_of(std::string_view title, const std::vector<DraftVariant>& taken);
/// Adds a label under the vendor whose grammar it is written in, where that can be told.
void add_label(std::vector<DraftName>& names, std::vector<std::string>& also_called,
               const std::string& label);
void add_source(Draft& draft, std::string publisher, const std::string& url);

}  // namespace antidotary::entries
