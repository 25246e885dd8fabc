// Import: which form it is, and the draft as files.
#include "entries/import/draft.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/json.h"
#include "core/text.h"
#include "entries/dates.h"
#include "entries/ids.h"
#include "entries/import/forms.h"
#include "entries/label.h"

namespace antidotary::entries {
namespace {

std::string capitalised(std::string_view word) {
  std::string out(word);
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 32);
  return out;
}

// A TOML basic string. Everything that is not plain is escaped, so no text ends it.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\u{:04X}", byte);
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string quoted_list(const std::vector<std::string>& list) {
  std::string out = "[";
  for (const std::string& text : list) out += (out.size() > 1 ? ", " : "") + quoted(text);
  return out + "]";
}

std::string source_id(std::size_t index) { return fmt::format("S{}", index + 1); }

std::string dated(const std::string& date, const std::string& source) {
  if (is_day(date) || is_month(date) || is_year(date)) {
    return fmt::format("discovered = {{ date = \"{}\", source = [{}] }}\n", date, source);
  }
  return "discovered = { note = \"FILL-IN: what no source gives a date for, says so.\" }\n";
}

class Writer {
 public:
  explicit Writer(const Draft& draft) : draft_(draft) {
    for (std::size_t i = 0; i < draft.sources.size(); ++i) {
      sources_ += (i > 0 ? ", " : "") + quoted(source_id(i));
    }
    if (draft.sources.empty()) sources_ = "\"IMPORT\"";
  }

  SourceFile entry() const {
    std::string out = "+++\nschema = 1\n";
    out += fmt::format("id = {}\ntitle = {}\nstatus = \"draft\"\nsummary = {}\nclass = {}\n",
                       quoted(draft_.id), quoted(draft_.title),
                       quoted(draft_.summary.empty() ? "FILL-IN: one sentence for a worried reader."
                                                     : draft_.summary),
                       quoted_list(draft_.classes));
    out += dated(draft_.date, sources_) + "circulating = \"unknown\"\n";
    if (!draft_.also_called.empty()) {
      out += "also_called = " + quoted_list(draft_.also_called) + "\n";
    }
    out += fmt::format(
        "\n[affected]\nsystems = [\"FILL-IN\"]\nsoftware = []\nnot_affected = []\nsource = [{}]\n",
        sources_);
    out += names(draft_.names);
    out +=
        "\n# Inputs of the computed rating, 0 (none) to 3 (high); docs/reference/ratings.md.\n"
        "[rating]\n";
    for (const char* input : {"prevalence", "damage", "spread", "recovery"}) {
      out +=
          fmt::format("{} = {{ value = 0, why = \"FILL-IN\", source = [{}] }}\n", input, sources_);
    }
    out += source_tables() + "+++\n";
    for (const char* heading :
         {"Overview", "Technical analysis", "Prevention", "Symptoms", "Recovery"}) {
      out += fmt::format("## {}\n{}\n\n", heading, prose(heading));
    }
    return {draft_.id + "/entry.md", std::move(out)};
  }

  SourceFile variant(const DraftVariant& variant) const {
    std::string out = fmt::format("schema = 1\nid = {}\ntitle = {}\n", quoted(variant.id),
                                  quoted(draft_.title + "." + upper(variant.id)));
    out += dated(variant.date, sources_);
    if (variant.changes.empty()) {
      out += "named_only = \"FILL-IN: no change is stated yet.\"\n";
    }
    out += names(variant.names);
    for (const auto& [topic, text] : variant.facts) {
      out += fmt::format("\n[[fact]]\ntopic = {}\ntext = {}\nsource = [{}]\n", quoted(topic),
                         quoted(text), sources_);
    }
    std::size_t number = 0;
    for (const DraftChange& change : variant.changes) {
      out += fmt::format("\n[[{}]]\nid = \"{}-{}\"\n", change.kind, change.kind, ++number);
      for (const auto& [key, text] : change.fields) out += key + " = " + quoted(text) + "\n";
      if (!change.sizes.empty()) {
        out += "sizes = [";
        for (std::size_t i = 0; i < change.sizes.size(); ++i) {
          out += (i > 0 ? ", " : "") + std::to_string(change.sizes[i]);
        }
        out += "]\n";
      }
      out += fmt::format(
          "evidence = \"weak\"                # grade it: docs/reference/evidence.md\n"
          "source = [{}]\n",
          sources_);
    }
    return {draft_.id + "/variants/" + variant.id + ".toml", std::move(out)};
  }

 private:
  static std::string upper(std::string text) {
    for (char& c : text) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    }
    return text;
  }

  std::string names(const std::vector<DraftName>& list) const {
    std::string out;
    std::set<std::string> seen;
    for (const DraftName& name : list) {
      if (!seen.insert(ascii_lower(name.vendor + "\n" + name.label)).second) continue;
      out += fmt::format("\n[[name]]\nvendor = {}\nlabel = {}\nsource = [{}]\n",
                         quoted(name.vendor), quoted(name.label), sources_);
    }
    return out;
  }

  std::string source_tables() const {
    std::string out;
    for (std::size_t i = 0; i < draft_.sources.size(); ++i) {
      const auto& [publisher, url] = draft_.sources[i];
      out +=
          fmt::format("\n[sources.{}]\nurl = {}\npublisher = {}\nkind = \"FILL-IN\"\n",
                      source_id(i), quoted(url), quoted(publisher.empty() ? "FILL-IN" : publisher));
    }
    if (draft_.sources.empty()) {
      out +=
          "\n[sources.IMPORT]\nurl = \"https://example.org/FILL-IN\"\npublisher = \"FILL-IN\"\n"
          "kind = \"FILL-IN\"\n";
    }
    return out;
  }

  std::string prose(std::string_view heading) const {
    for (const auto& [name, text] : draft_.sections) {
      if (equal_ascii_ignoring_case(name, heading) && !text.empty()) return text;
    }
    return "FILL-IN";
  }

  const Draft& draft_;
  std::string sources_;
};

template <class List>
void bound(List& list, std::string_view what, std::vector<std::string>& left_out) {
  if (list.size() <= import_items_max) return;
  left_out.push_back(fmt::format("{} of {} {}", list.size() - import_items_max, list.size(), what));
  list.resize(import_items_max);
}

void bound(Draft& draft) {
  bound(draft.names, "names", draft.left_out);
  bound(draft.also_called, "names without vendor", draft.left_out);
  bound(draft.sources, "sources", draft.left_out);
  bound(draft.variants, "variants", draft.left_out);
  for (DraftVariant& variant : draft.variants) {
    bound(variant.names, "names of variant " + variant.id, draft.left_out);
    bound(variant.facts, "facts of variant " + variant.id, draft.left_out);
    bound(variant.changes, "changes of variant " + variant.id, draft.left_out);
  }
}

}  // namespace

std::string imported_text(std::string_view text) {
  std::string shown;
  for (std::size_t at = 0; at < text.size() && shown.size() < import_text_bytes_max;) {
    const char32_t c = next_code_point(text, at);
    // An em dash is none of ours; what a terminal would not show is nobody's.
    if (c == 0x2014) {
      shown += ", ";
      continue;
    }
    std::string one;
    append_utf8(one, c < 0x20 || c == 0x7f ? U' ' : c);
    if (escape_for_terminal(one) == one) shown += one;
  }
  return collapse_white_space(shown);
}

Result<std::pair<std::string, std::string>> id_and_title(std::string_view name,
                                                         std::string_view wanted_id) {
  std::string id(wanted_id);
  std::string family;
  if (id.empty()) {
    const std::size_t slash = name.find('/');
    const Label label = parse_label(name);
    std::string platform = label.platform == "w32" ? "win32" : label.platform;
    if (slash != std::string_view::npos && platform.empty()) {
      platform = ascii_lower(name.substr(0, slash));
    }
    id = platform + "/" + label.family;
    family = label.family;
  }
  const std::size_t slash = id.find('/');
  const std::string_view view = id;
  if (slash == std::string::npos || !is_id(view.substr(0, slash)) ||
      !is_id(view.substr(slash + 1))) {
    return fail(ErrorKind::bad_input,
                "the name '{}' does not tell platform and family; say them with --id, such as "
                "--id win32/mimail",
                escape_for_terminal(imported_text(name).substr(0, 80)));
  }
  const std::string title =
      capitalised(view.substr(0, slash)) + "/" + capitalised(view.substr(slash + 1));
  return std::make_pair(id, title);
}

Result<Draft> import_draft(const ImportRequest& request) {
  if (request.text.size() > import_bytes_max) {
    return fail(ErrorKind::budget_spent, "the file is larger than {} MiB", import_bytes_max >> 20);
  }
  const std::string_view text = trim(request.text);
  Result<Draft> draft = tl::unexpected(Error{});
  if (text.starts_with('{') || text.starts_with('[')) {
    const auto json = Json::parse(text);
    if (!json) return tl::unexpected(with_context(json.error(), "the file is no whole JSON"));
    const Json* type = json->find("type");
    const std::string* kind = type == nullptr ? nullptr : type->string();
    if (kind != nullptr && *kind == "bundle" && json->find("objects") != nullptr) {
      draft = import_stix(*json, request);
    } else if (json->find("values") != nullptr) {
      draft = import_misp_cluster(*json, request);
    } else {
      return fail(
          ErrorKind::malformed,
          "this JSON is neither a STIX bundle (\"type\": \"bundle\" with \"objects\") nor a "
          "MISP galaxy cluster (with \"values\")");
    }
  } else {
    draft = import_markdown(request);
  }
  if (!draft) return draft;
  bound(*draft);
  if (draft->classes.empty()) draft->classes = {"malware/unknown"};
  if (draft->variants.empty()) draft->variants.push_back({"a", draft->date, {}, {}, {}, {}});
  return draft;
}

std::vector<SourceFile> files_of(const Draft& draft) {
  const Writer writer(draft);
  std::vector<SourceFile> files = {writer.entry()};
  for (const DraftVariant& variant : draft.variants) files.push_back(writer.variant(variant));
  return files;
}

}  // namespace antidotary::entries
