// VariantJson: one variant by itself as JSON, as the site has it beside the variant's page.
#pragma once

#include "core/json.h"
#include "entries/entry.h"

namespace antidotary::publish {

/// Schema antidotary-variant/1: what entry_json says of the variant, with its entry's sources.
Json variant_json(const entries::Entry& entry, const entries::Variant& variant);

}  // namespace antidotary::publish
