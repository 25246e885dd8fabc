// explain NAME: the page of a threat, a variant or a bulletin, under any vendor's name for it.
#include "cli/desk.h"
#include "cli/explain_signature.h"
#include "cli/packs.h"
#include "cli/reference_pages.h"
#include "cli/write_file.h"
#include "core/text.h"
#include "entries/names.h"
#include "publish/html/html.h"

namespace antidotary::cli {
namespace {

std::string title(const entries::NameMatch& match) {
  return match.variant != nullptr ? match.variant->title : match.entry->title;
}

// Ids of bulletins and weaknesses are no names of threats, and none is near another by its letters.
std::string_view what_it_would_be(const std::string& name) {
  if (starts_with_ignoring_case(name, "CVE-")) return "bulletin here closes the weakness";
  const bool bulletin = name.size() == 8 && name[4] == '-' && starts_with_ignoring_case(name, "MS");
  return bulletin ? "page here is of the bulletin" : "";
}

Exit say_unknown(const std::string& name, const entries::Resolution& resolution) {
  if (const std::string_view what = what_it_would_be(name); !what.empty()) {
    return complain(
        fmt::format("no {} '{}'; 'antidotary search' looks for products and words", what, name));
  }
  std::string sentence = fmt::format("no entry knows the name '{}'", name);
  if (!resolution.nearest.empty()) {
    sentence += fmt::format("; the nearest: {}", join(resolution.nearest, ", "));
  }
  return complain(sentence + "; 'antidotary search' looks for files, values, subjects and words");
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
  if (match.letter_unknown) {
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

Exit give_html(const Invocation& invocation, const entries::Encyclopedia& encyclopedia,
               const publish::Subject& subject) {
  const std::string page = publish::html_page(encyclopedia, subject);
  if (!invocation.has("out")) {
    print(page);
    return Exit::clean;
  }
  const Status written = write_file(invocation.value("out"), page);
  return written ? Exit::clean : complain(written.error());
}

Exit give_steps(const Invocation& invocation, const entries::Encyclopedia& encyclopedia,
                const entries::NameMatch& match) {
  if (invocation.has("reg")) {
    const Status written =
        write_file(invocation.value("reg"), publish::registry_file(*match.entry, match.variant));
    if (!written) return complain(written.error());
  }
  if (invocation.has("checklist")) {
    const Status written =
        write_file(invocation.value("checklist"),
                   publish::checklist(encyclopedia, *match.entry, match.variant));
    if (!written) return complain(written.error());
  }
  print_paged(invocation,
              publish::steps(encyclopedia, *match.entry, match.variant, paper(invocation)));
  return Exit::clean;
}

Exit give_reference(const Invocation& invocation, const entries::Encyclopedia& encyclopedia,
                    const publish::Subject& subject) {
  if (invocation.has("steps")) {
    return complain(
        fmt::format("'{}' is no threat, so there are no steps that remove it; leave "
                    "out --steps",
                    invocation.arguments[0]));
  }
  if (invocation.has("html")) return give_html(invocation, encyclopedia, subject);
  if (invocation.has("json")) {
    print(publish::json_page(encyclopedia, subject));
  } else {
    print_paged(invocation, reference_page(encyclopedia, subject, paper(invocation)));
  }
  return Exit::clean;
}

/// A signature of the pack that was named: its own words, whether or not an entry knows the name.
Exit give_signatures(const Invocation& invocation, const std::vector<SignatureText>& found) {
  for (const char* form : {"html", "steps"}) {
    if (!invocation.has(form)) continue;
    return complain(
        fmt::format("'{}' is a signature, which has no page and no steps; leave out --{}",
                    invocation.arguments[0], form));
  }
  std::string text;
  for (const SignatureText& one : found) {
    if (invocation.has("json")) print_line(typed("signature", json_of(one)));
    text += shown(one);
  }
  if (!invocation.has("json")) print_paged(invocation, text);
  return Exit::clean;
}

/// Of a name that neither the pack nor an entry knows: why, or what is near it.
Result<std::string> missing_from(const pack::Pack& pack, const std::string& name) {
  const auto why = ANTIDOTARY_TRY(why_not_taken(pack, name));
  if (!why.empty()) return join(why, "; ");
  const auto nearest = ANTIDOTARY_TRY(nearest_signatures(pack, name));
  if (nearest.empty()) return std::string();
  return fmt::format("neither an entry nor the pack knows '{}'; the nearest in the pack: {}", name,
                     join(nearest, ", "));
}

// Flags that ask for nothing without another one.
std::string_view misused(const Invocation& invocation) {
  const bool of_steps = invocation.has("reg") || invocation.has("checklist");
  if (of_steps && !invocation.has("steps")) return "--reg and --checklist go with --steps";
  if (invocation.has("out") && !invocation.has("html")) return "--out goes with --html";
  if (invocation.has("html") && (invocation.has("steps") || invocation.has("json"))) {
    return "--html, --steps and --json are three forms; name one";
  }
  return {};
}

}  // namespace

Exit run_explain(const Invocation& invocation) {
  if (const std::string_view wrong = misused(invocation); !wrong.empty()) return complain(wrong);
  const auto encyclopedia = open_encyclopedia(invocation);
  if (!encyclopedia) return complain(encyclopedia.error());
  const std::string& name = invocation.arguments[0];
  const publish::Paper sheet = paper(invocation);
  if (const auto subject = publish::reference_subject(*encyclopedia, name)) {
    return give_reference(invocation, *encyclopedia, *subject);
  }
  const auto opened = pack_of(invocation, databases_of(invocation));
  if (!opened) return complain(opened.error());
  if (*opened) {
    const auto found = explain_signature(*(*opened)->pack, name);
    if (!found) return complain(found.error());
    if (!found->empty()) return give_signatures(invocation, *found);
  }
  const entries::Resolution resolution = entries::resolve(*encyclopedia, name);
  if (resolution.kind == entries::Resolution::Kind::unknown) {
    const auto missing = *opened ? missing_from(*(*opened)->pack, name) : Result<std::string>("");
    if (!missing) return complain(missing.error());
    return missing->empty() ? say_unknown(name, resolution) : complain(*missing);
  }
  if (resolution.kind == entries::Resolution::Kind::ambiguous) {
    return say_ambiguous(name, resolution);
  }
  const entries::NameMatch& match = resolution.matches[0];
  say_relation(match);
  if (invocation.has("json")) {
    print_line(publish::entry_json(*encyclopedia, *match.entry));
  } else if (invocation.has("steps")) {
    return give_steps(invocation, *encyclopedia, match);
  } else if (invocation.has("html")) {
    publish::Subject subject;
    subject.entry = match.entry;
    subject.variant = match.variant;
    return give_html(invocation, *encyclopedia, subject);
  } else {
    print_paged(invocation, publish::page(*encyclopedia, *match.entry, match.variant, sheet));
  }
  return Exit::clean;
}

}  // namespace antidotary::cli
