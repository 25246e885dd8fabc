// Leaf: one page before it has its frame; and the frame: head, header, footer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "publish/html/html.h"
#include "publish/html/markup.h"

namespace antidotary::publish {

struct Leaf {
  std::string title;
  std::string description;  ///< One sentence, for search engines and readers of links.
  std::string body;         ///< What stands in <main>.
  std::string json;         ///< The same as JSON, or empty: the file beside the page.
};

/// The whole document. `path` is the page's address below the site, empty for a page by itself.
std::string framed(const Leaf& leaf, const Place& place, std::string_view path);

/// Small pieces that several pages share.
std::string heading(std::string_view id, std::string_view text);
/// A row of a list of definitions; nothing where `html` is empty.
std::string row(std::string_view label, std::string_view html);
/// "low" to "severe", as a word with its mark.
std::string threat_badge(const entries::Entry& entry);
/// A date as the source gives it, or "unknown".
std::string date_text(const entries::Dated& dated);
/// An item that names an entry with its summary.
std::string entry_item(const Place& place, const entries::Entry& entry);
/// Every word of the class "worm/mass-mailer", linked to the glossary where it has the word.
std::string class_text(const Place& place, const std::string& name);
/// True where `bulletin` concerns `entry`, whichever of the two says so.
bool concerns(const entries::Bulletin& bulletin, const entries::Entry& entry);

// The leaves, by what they are about.
Leaf entry_leaf(const Place& place, const entries::Entry& entry);
Leaf variant_leaf(const Place& place, const entries::Entry& entry, const entries::Variant& variant);
Leaf bulletin_leaf(const Place& place, const entries::Bulletin& bulletin);
Leaf weakness_leaf(const Place& place, const std::string& cve);
Leaf term_leaf(const Place& place, const entries::Term& term);
Leaf check_leaf(const Place& place, const entries::PostureCheck& check);
Leaf vendor_leaf(const Place& place, const std::string& vendor);
// The lists.
Leaf home_leaf(const Place& place);
Leaf letters_leaf(const Place& place);
Leaf years_leaf(const Place& place);
Leaf transmission_leaf(const Place& place);
Leaf bulletins_leaf(const Place& place);
Leaf weaknesses_leaf(const Place& place);
Leaf glossary_leaf(const Place& place);
Leaf checks_leaf(const Place& place);
Leaf vendors_leaf(const Place& place);
Leaf missing_leaf(const Place& place);

/// Vendors that have a page: whose labels entries list; sorted, each once, by its usual name.
std::vector<std::string> vendors_of(const entries::Encyclopedia& encyclopedia);
/// "TrendMicro-HouseCall" as "Trend Micro", where a dialect knows it.
std::string usual_vendor(std::string_view vendor);

/// A time line of families as SVG: a year a band, a month a column.
std::string time_line(const Place& place);
/// search-index.js.
std::string search_index(const entries::Encyclopedia& encyclopedia);

}  // namespace antidotary::publish
