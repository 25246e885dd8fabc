// Reference pages: bulletins with their supersedence, weaknesses by CVE number, words of the trade;
// each with links to the entries that they concern. Pages of entries are publish/page.h's.
#pragma once

#include <string>
#include <string_view>

#include "entries/encyclopedia.h"
#include "publish/html/html.h"
#include "publish/page.h"

namespace antidotary::cli {

/// The page of a bulletin, weakness, term, check or vendor, as publish::reference_subject names it.
std::string reference_page(const entries::Encyclopedia& encyclopedia,
                           const publish::Subject& subject, const publish::Paper& paper);

/// The bulletin to install today instead of `bulletin`: the end of its chain of successors. The
/// chain's ids in order, `bulletin` left out; it ends where an id has no page, and at a circle.
std::vector<std::string> successors(const entries::Encyclopedia& encyclopedia,
                                    const entries::Bulletin& bulletin);

}  // namespace antidotary::cli
