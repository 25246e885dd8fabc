// Property: any page has a bounded number of links, each is judged, and hosts are hosts.
#include <cstdint>
#include <string>

#include "core/demand.h"
#include "core/text.h"
#include "scan/links.h"

using namespace antidotary;

namespace {

pack::Links lists() {
  pack::Links out;
  for (const auto& [kind, text] :
       {std::pair{pack::LinkRule::Kind::guarded_host, "a.com"},
        std::pair{pack::LinkRule::Kind::guarded_regex, ".+:.+\\.b\\.com([/?].*)?"},
        std::pair{pack::LinkRule::Kind::honest_hosts, "c.com:a.com"}}) {
    pack::LinkRule rule;
    rule.kind = static_cast<std::uint8_t>(kind);
    rule.text = text;
    out.rules.push_back(std::move(rule));
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const scan::LinkLists known(lists());
  Budget budget;
  const auto links = scan::links_in(as_text(view_of(data, size)), budget);
  demand(links.has_value() && links->size() <= scan::links_max);
  for (const scan::Link& link : *links) {
    for (const std::string& host : {scan::real_host(link.real), scan::shown_host(link.shown)}) {
      demand(host == ascii_lower(host) && host.find_first_of("/?#") == host.npos);
    }
    const auto hit = known.judge(link, {.ssl = true, .cloak = true}, budget);
    demand(hit.has_value() && (!*hit || (*hit)->name.starts_with("Heuristics.")));
  }
  return 0;
}
