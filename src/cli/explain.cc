// explain NAME: the page of a threat, a variant or a bulletin, under any vendor's name for it.
#include "cli/desk.h"
#include "cli/explain_signature.h"
#include "cli/packs.h"
#include "cli/reference_pages.h"
#include "core/text.h"
#include "entries/names.h"

namespace antidotary::cli {
namespace {

std::string title(const entries::NameMatch& match) {
  return match.variant != nullptr ? match.variant->title : match.entry->title;
}

Exit say_unknown(const std::string& name, const entries::Resolution& resolution) {
  std::string sentence = fmt::format("no entry knows the name '{}'", name);
  if (!resolution.nearest.empty()) {
    sentence += fmt::format("; the nearest: {}", join(resolution.nearest, ", "));
  }
  return complain(sentence);
}

Exit say_ambiguous(const std::string& name, const entries::Resolution& resolution) {
  std::string sentence = fmt::format("'{}' may mean:", name);
  for (const auto& match : resolution.matches) {
    sentence += fmt::format(" {} ({});", title(match), match.why);
  }
  return complain(sentence + " name one of them");
}

// What a person must know before reading: the label they used was a mistake or is a generic one.
void say_relation(const entries::NameMatch& match) {
  const bool exact = match.vendor_name != nullptr || match.variant != nullptr;
  if (!exact && match.why.find("no variant") != std::string::npos) {
    complain(fmt::format("this is the page of the family {}: {}", title(match), match.why));
  }
  if (match.vendor_name == nullptr || match.vendor_name->relation == entries::NameRelation::same) {
    return;
  }
  complain(fmt::format("{}'s label {} ({}) is {}{}{}", match.vendor_name->vendor,
                       match.vendor_name->label, enum_name(match.vendor_name->relation),
                       title(match), match.vendor_name->note.empty() ? "" : ": ",
                       match.vendor_name->note));
}

}  // namespace

Exit run_explain(const Invocation& invocation) {
  const auto encyclopedia = open_encyclopedia(invocation);
  if (!encyclopedia) return complain(encyclopedia.error());
  const std::string& name = invocation.arguments[0];
  const publish::Paper sheet = paper(invocation);
  if (const std::string text = reference_page(*encyclopedia, name, sheet); !text.empty()) {
    print_paged(invocation, text);
    return Exit::clean;
  }
  // A signature of the pack that was named: its own words, whether or not an entry knows the name.
  const auto opened = pack_of(invocation, databases_of(invocation));
  if (!opened) return complain(opened.error());
  if (*opened) {
    const auto text = explain_signature(*(*opened)->pack, name);
    if (!text) return complain(text.error());
    if (!text->empty()) {
      print_paged(invocation, *text);
      return Exit::clean;
    }
  }
  const entries::Resolution resolution = entries::resolve(*encyclopedia, name);
  if (resolution.kind == entries::Resolution::Kind::unknown) return say_unknown(name, resolution);
  if (resolution.kind == entries::Resolution::Kind::ambiguous) {
    return say_ambiguous(name, resolution);
  }
  const entries::NameMatch& match = resolution.matches[0];
  say_relation(match);
  if (invocation.has("json")) {
    print_line(publish::entry_json(*encyclopedia, *match.entry));
  } else if (invocation.has("steps")) {
    print_paged(invocation, publish::steps(*encyclopedia, *match.entry, match.variant, sheet));
  } else {
    print_paged(invocation, publish::page(*encyclopedia, *match.entry, match.variant, sheet));
  }
  return Exit::clean;
}

}  // namespace antidotary::cli
