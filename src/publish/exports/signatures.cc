// ClamAV and YARA: what an entry says of contents, for the two engines that everybody has.
//
// Contents are digests of files, and messages whose subject or body stands beside an attachment
// (nothing less convicts a message). Names and places of files are no contents. Weak evidence is
// left out: neither engine knows grades.
//
// ClamAV: .hdb and .hsb (digest:size:name), .ldb (logical signatures of mail, target 4). No .ndb is
// written: a single literal is more than any entry would convict by.
#include <fmt/core.h>

#include <algorithm>

#include "core/digest.h"
#include "core/text.h"
#include "publish/exports/export.h"
#include "publish/exports/terms.h"

namespace antidotary::publish {
namespace {

constexpr std::size_t literal_bytes_min = 4;
constexpr std::size_t literal_bytes_max = 120;
constexpr std::size_t subsignatures_max = 60;  // ClamAV takes 64

/// The longest run without wildcards, cut where it is long; empty where it is too short to mean
/// anything.
std::string literal_of(std::string_view text) {
  std::string_view best;
  std::size_t from = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] != '*' && text[i] != '?') continue;
    if (i - from > best.size()) best = text.substr(from, i - from);
    from = i + 1;
  }
  best = best.substr(0, literal_bytes_max);
  return best.size() < literal_bytes_min ? std::string() : std::string(best);
}

/// A message as literals: any subject or any phrase or both, and any attachment. Literals only: a
/// message is compared as it travels, before any decoding.
struct Letter {
  std::vector<std::string> subjects;
  std::vector<std::string> attachments;
  std::vector<std::string> phrases;

  bool convicts() const { return !attachments.empty() && !(subjects.empty() && phrases.empty()); }
};

Letter letter_of(const Terms& terms) {
  Letter letter;
  const auto take = [](const Term* term, std::vector<std::string>& out) {
    if (term == nullptr) return;
    for (const std::string& value : term->any_of) {
      std::string literal = literal_of(value);
      // One alternative that no literal can say makes the whole list unusable.
      if (literal.empty()) return out.clear();
      if (std::find(out.begin(), out.end(), literal) == out.end()) out.push_back(literal);
    }
  };
  take(find_term(terms, Property::mail_subject), letter.subjects);
  take(find_term(terms, Property::mail_attachment), letter.attachments);
  // Phrases too short to mean anything are left out alone: without any, the letter says too little.
  if (const Term* body = find_term(terms, Property::mail_body)) {
    for (const std::string& phrase : body->any_of) {
      std::string literal = literal_of(phrase);
      if (!literal.empty()) letter.phrases.push_back(std::move(literal));
    }
  }
  return letter;
}

/// A subject alone is said only with its header's name, so that it is no word of the body.
std::string header_of(const std::string& subject) { return "Subject: " + subject; }

struct Databases {
  std::string hdb;
  std::string hsb;
  std::string ldb;
};

std::string hex(std::string_view text) { return to_hex(as_bytes(text)); }

void add_digests(Databases& out, const Terms& terms, const std::string& name) {
  const Term* size_term = find_term(terms, Property::file_size);
  const std::vector<std::string> any = {"*"};
  const std::vector<std::string>& sizes = size_term == nullptr ? any : size_term->any_of;
  for (const Term& term : terms) {
    if (!is_digest(term.property)) continue;
    std::string& database = term.property == Property::file_md5 ? out.hdb : out.hsb;
    for (const std::string& digest : term.any_of) {
      for (const std::string& size : sizes) {
        // Without a size the engine must be of level 73 or newer.
        database += fmt::format("{}:{}:{}{}\n", digest, size, name, size == "*" ? ":73" : "");
      }
    }
  }
}

std::string any_part(std::size_t from, std::size_t count) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < count; ++i) parts.push_back(std::to_string(from + i));
  return "(" + join(parts, "|") + ")";
}

void add_letter(Databases& out, const Letter& letter, const std::string& name) {
  if (!letter.convicts()) return;
  std::vector<std::string> hexes;
  std::vector<std::string> logic;
  const auto add_any = [&](const std::vector<std::string>& list, auto form) {
    if (list.empty()) return;
    logic.push_back(any_part(hexes.size(), list.size()));
    for (const std::string& text : list) hexes.push_back(hex(form(text)) + "::i");
  };
  const auto plain = [](const std::string& text) { return text; };
  add_any(letter.subjects, header_of);
  add_any(letter.attachments, plain);
  add_any(letter.phrases, plain);
  if (hexes.size() > subsignatures_max) return;
  out.ldb +=
      fmt::format("{};Engine:81-255,Target:4;{};{}\n", name, join(logic, "&"), join(hexes, ";"));
}

std::string yara_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte >= 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string identifier_of(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    out += word ? c : '_';
  }
  return out;
}

class Rules {
 public:
  void add(const entries::Entry& entry, const entries::Variant& variant,
           const entries::Change& change) {
    const Terms terms = terms_of(change);
    const std::string condition_by_digest = digests(terms);
    const Letter letter = letter_of(terms);
    if (condition_by_digest.empty() && !letter.convicts()) return;
    std::string strings;
    std::string condition = condition_by_digest;
    if (condition.empty()) condition = letter_condition(letter, strings);
    out_ += fmt::format(
        "rule {}_{}\n{{\n  meta:\n    entry = {}\n    variant = {}\n"
        "    change = {}\n    evidence = {}\n",
        identifier_of(variant.title), identifier_of(change.id), yara_string(entry.id),
        yara_string(variant.id), yara_string(change.id),
        yara_string(
            entries::enum_names(change.evidence)[static_cast<std::size_t>(change.evidence)]));
    for (const std::string& id : change.sources) {
      const auto source = entry.sources.find(id);
      if (source == entry.sources.end()) continue;
      out_ += fmt::format("    reference = {}\n", yara_string(source->second.url));
    }
    if (!strings.empty()) out_ += "  strings:\n" + strings;
    out_ += fmt::format("  condition:\n    {}\n}}\n\n", condition);
  }

  bool empty() const { return out_.empty(); }
  std::string take() { return (hashes_ ? "import \"hash\"\n\n" : "") + out_; }

 private:
  std::string digests(const Terms& terms) {
    std::vector<std::string> parts;
    for (const Term& term : terms) {
      if (!is_digest(term.property)) continue;
      const char* name = term.property == Property::file_md5    ? "md5"
                         : term.property == Property::file_sha1 ? "sha1"
                                                                : "sha256";
      for (const std::string& digest : term.any_of) {
        parts.push_back(fmt::format("hash.{}(0, filesize) == \"{}\"", name, digest));
      }
    }
    hashes_ = hashes_ || !parts.empty();
    return join(parts, " or ");
  }

  static std::string letter_condition(const Letter& letter, std::string& strings) {
    std::vector<std::string> parts;
    const auto add = [&](char mark, const std::vector<std::string>& list, auto form,
                         const char* quantity) {
      for (std::size_t i = 0; i < list.size(); ++i) {
        strings += fmt::format("    ${}{} = {} nocase\n", mark, i, yara_string(form(list[i])));
      }
      if (!list.empty()) parts.push_back(fmt::format("{} of (${}*)", quantity, mark));
    };
    const auto plain = [](const std::string& text) { return text; };
    add('s', letter.subjects, header_of, "any");
    add('a', letter.attachments, plain, "any");
    add('b', letter.phrases, plain, "any");
    return join(parts, " and ");
  }

  std::string out_;
  bool hashes_ = false;
};

template <class Visit>
void for_each_firm_change(const ExportRequest& request, Visit visit) {
  for (const Chosen& chosen : request.chosen) {
    for (const entries::Variant* variant : chosen.variants()) {
      for (const auto& change : variant->changes) {
        if (change->evidence != entries::Grade::weak) visit(*chosen.entry, *variant, *change);
      }
    }
  }
}

tl::unexpected<Error> nothing_of_contents(std::string_view format) {
  return fail(ErrorKind::bad_input,
              "nothing of what was named can be said to {}: it looks at contents, and no digest "
              "and no whole lure is known here; 'antidotary export csv' has names and places",
              format);
}

}  // namespace

Result<std::vector<ExportFile>> export_clamav(const ExportRequest& request) {
  Databases databases;
  for_each_firm_change(request, [&](const entries::Entry&, const entries::Variant& variant,
                                    const entries::Change& change) {
    const Terms terms = terms_of(change);
    const std::string name = "Antidotary." + dotted(variant.title) + "-" + change.id;
    add_digests(databases, terms, name);
    add_letter(databases, letter_of(terms), name);
  });
  std::vector<ExportFile> files;
  const auto add = [&files](const char* name, std::string& text) {
    if (!text.empty()) files.push_back({name, std::move(text)});
  };
  add("antidotary.hdb", databases.hdb);
  add("antidotary.hsb", databases.hsb);
  add("antidotary.ldb", databases.ldb);
  if (files.empty()) return nothing_of_contents("ClamAV");
  return files;
}

Result<std::vector<ExportFile>> export_yara(const ExportRequest& request) {
  Rules rules;
  for_each_firm_change(request,
                       [&](const entries::Entry& entry, const entries::Variant& variant,
                           const entries::Change& change) { rules.add(entry, variant, change); });
  if (rules.empty()) return nothing_of_contents("YARA");
  return one_file("antidotary.yar", rules.take());
}

}  // namespace antidotary::publish
