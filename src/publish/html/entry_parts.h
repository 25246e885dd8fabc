// EntryParts: pieces of the pages of families and variants.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "publish/html/leaf.h"

namespace antidotary::publish {

/// The prose under a heading of the entry, or one sentence that there is none.
std::string section_text(const Place& place, const entries::Entry& entry, std::string_view name);
std::string status_line(const entries::Entry& entry);
/// Checks of encyclopedia/posture that stand against one of the entry's ways in.
std::string checks_for(const Place& place, const entries::Entry& entry);
std::string names(const Place& place, Footnotes& notes, const entries::Entry& entry);
std::string names(const Place& place, Footnotes& notes, const entries::Variant& variant);
std::string facts(const Place& place, Footnotes& notes, const std::vector<entries::Fact>& facts,
                  bool conflicts);
std::string payload_rows(const Place& place, Footnotes& notes,
                         const std::vector<entries::Payload>& payloads, std::string_view letter);
std::string payload_table(const std::string& rows);
std::string vendor_ratings(Footnotes& notes, const std::vector<entries::VendorRating>& ratings);
/// All variants' files, registry values with old and new value, messages, network: a table each.
std::string change_tables(const Place& place, Footnotes& notes, const entries::Entry& entry);
/// Each change of one variant with its remedy beside it.
std::string ledger(const Place& place, Footnotes& notes, const entries::Variant& variant);
std::string removal_steps(const Place& place, const entries::Entry& entry,
                          const entries::Variant* variant);
/// Where sources contradict each other: facts, mistaken names, variants that cannot be told apart.
std::string disagreements(const Place& place, Footnotes& notes, const entries::Entry& entry);

}  // namespace antidotary::publish
