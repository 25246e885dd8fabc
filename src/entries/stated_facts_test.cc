// Method: what public pages print in full stands in tables (tests/facts), written from the pages
// and not from the entries; each row must be stated by a change, for prose is neither found nor
// removed.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "core/text.h"
#include "entries/kinds/registry.h"
#include "entries/this_tree.h"

namespace antidotary::entries {
namespace {

std::vector<std::vector<std::string>> rows_of(const std::string& name) {
  std::ifstream in(std::string(ANTIDOTARY_SOURCE_DIR) + "/tests/facts/" + name);
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::vector<std::string>& row = rows.emplace_back();
    for (const std::string_view field : split(line, '\t')) row.emplace_back(field);
  }
  return rows;
}

const Variant* variant_of(const std::vector<std::string>& row) {
  const Entry* entry = encyclopedia_of_this_tree().find(row.at(0));
  return entry == nullptr ? nullptr : entry->find(row.at(1));
}

bool states(const RegistryChange& change, const std::vector<std::string>& row) {
  if (!equal_ascii_ignoring_case(change.key, row.at(2))) return false;
  const std::string& value = row.at(3);
  const std::string& data = row.at(4);
  if (value == "(key)") return change.action == RegistryChange::Action::create_key;
  if (value == "(any name)" ? !change.value_is_pattern : change.value != value) return false;
  if (data == "(removed)") return change.action == RegistryChange::Action::remove;
  return data.empty() || equal_ascii_ignoring_case(change.data, data);
}

TEST(StatedFacts, EveryRegistryValueThatIsPrintedIsAChange) {
  const auto rows = rows_of("registry.tsv");
  ASSERT_GE(rows.size(), 100u);
  for (const auto& row : rows) {
    const Variant* variant = variant_of(row);
    ASSERT_NE(variant, nullptr) << row[0] << "." << row[1];
    const bool stated =
        std::any_of(variant->changes.begin(), variant->changes.end(), [&](const auto& change) {
          const auto* registry = dynamic_cast<const RegistryChange*>(change.get());
          return registry != nullptr && states(*registry, row);
        });
    EXPECT_TRUE(stated) << row[0] << "." << row[1] << " does not state " << row[2] << ", value "
                        << row[3] << " = " << row[4];
  }
}

TEST(StatedFacts, NoEntryCitesAPageThatWasNotRead) {
  std::set<std::vector<std::string>> read;
  for (const auto& row : rows_of("sources.tsv")) read.insert(row);
  ASSERT_GE(read.size(), 300u);
  for (const Entry& entry : encyclopedia_of_this_tree().entries()) {
    if (entry.id.starts_with("test/")) continue;
    for (const auto& [id, source] : entry.sources) {
      EXPECT_EQ(read.count({entry.id, id, source.url}), 1u) << entry.id << " cites " << source.url;
    }
  }
}

TEST(StatedFacts, EveryFamilyHasItsDateAndItsWaysOfSpreading) {
  const auto rows = rows_of("families.tsv");
  ASSERT_EQ(rows.size(), 34u);
  for (const auto& row : rows) {
    const Entry* entry = encyclopedia_of_this_tree().find(row.at(0));
    ASSERT_NE(entry, nullptr) << row[0];
    EXPECT_EQ(entry->discovered.date, row.at(1)) << row[0];
    for (const std::string_view method : split(row.at(2), '|')) {
      EXPECT_TRUE(std::any_of(entry->transmissions.begin(), entry->transmissions.end(),
                              [&](const Transmission& each) { return each.method == method; }))
          << row[0] << " does not spread by " << method;
    }
  }
}

}  // namespace
}  // namespace antidotary::entries
