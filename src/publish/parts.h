// Parts: the pieces that an entry's page is put together from.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "entries/encyclopedia.h"
#include "publish/sheet.h"

namespace antidotary::publish {

/// Which sources a page has named, so that its end can list exactly those.
class Citations {
 public:
  explicit Citations(const entries::Entry& entry) : entry_(entry) {}
  /// " [MS, UMD]", or nothing.
  Words cite(const std::vector<std::string>& ids);
  /// `text` with its citation.
  Words said(std::string_view text, const std::vector<std::string>& ids);
  void list(Sheet& sheet) const;

 private:
  const entries::Entry& entry_;
  std::set<std::string> used_;
};

void add_names(Sheet& sheet, Citations& citations, const entries::Entry& entry);
void add_names(Sheet& sheet, Citations& citations, const entries::Variant& variant);
void add_rating(Sheet& sheet, Citations& citations, const entries::Entry& entry);
void add_vendor_ratings(Sheet& sheet, Citations& citations,
                        const std::vector<entries::VendorRating>& ratings);
void add_facts(Sheet& sheet, Citations& citations, const std::vector<entries::Fact>& facts);
void add_payloads(Sheet& sheet, Citations& citations,
                  const std::vector<entries::Payload>& payloads);
/// The variant's changes by kind, each with its old and new value, its grade and sources.
void add_changes(Sheet& sheet, Citations& citations, const entries::Variant& variant);

/// "MS02-015" for "ms02-015".
std::string bulletin_name(std::string_view id);
/// "harvest" as "Harvest", with '-' and '_' as blanks.
std::string label_of(std::string_view topic);

}  // namespace antidotary::publish
