#include "pack/yara.h"

#include <yara.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "core/reader.h"
#include "core/text.h"
#include "pack/libyara.h"
#include "pack/yara_section.h"

namespace antidotary::pack {
namespace {

// libyara's price of one object, whatever its size, in bytes that it could have searched instead.
constexpr std::uint64_t steps_per_object = 1 << 16;
constexpr std::size_t reasons_max = 100;

struct ScannerRelease {
  void operator()(YR_SCANNER* scanner) const { yr_scanner_destroy(scanner); }
};
using Scanner = std::unique_ptr<YR_SCANNER, ScannerRelease>;

struct Set {
  std::vector<YaraSpace> spaces;
  std::map<std::string, std::size_t, std::less<>> by_name;
  Rules rules;
  Scanner scanner;

  /// The row for libyara's namespace; a set compiled elsewhere has one for all.
  const YaraSpace* space(std::string_view name) const {
    const auto found = by_name.find(name);
    if (found != by_name.end()) return &spaces[found->second];
    return spaces.empty() ? nullptr : &spaces.front();
  }
};

/// What the call-back knows of the scan under way.
struct Gathering {
  const Set* set = nullptr;
  const std::vector<std::string>* ignored = nullptr;
  std::vector<YaraMatch> matches;
  std::vector<std::string> reasons;
  std::set<std::string> modules;
};

/// Rules may hold any byte; reports hold UTF-8.
std::string told(const char* text) {
  if (text == nullptr) return {};
  return is_utf8(text) ? std::string(text) : utf8_from_latin1(text);
}

std::string value_of(const YR_META& meta) {
  switch (meta.type) {
    case META_TYPE_INTEGER:
      return std::to_string(meta.integer);
    case META_TYPE_BOOLEAN:
      return meta.integer != 0 ? "true" : "false";
    default:
      return told(meta.string);
  }
}

/// The first matches of all strings, then the second ones, until there are enough.
void gather_strings(YR_SCAN_CONTEXT* context, const YR_RULE* rule, YaraMatch& out) {
  std::vector<std::pair<const YR_STRING*, const YR_MATCH*>> next;
  const YR_STRING* string = nullptr;
  yr_rule_strings_foreach(rule, string) {
    if (STRING_IS_PRIVATE(string) || next.size() >= yara_strings_max) continue;
    if (const YR_MATCH* first = context->matches[string->idx].head) next.push_back({string, first});
  }
  bool more = true;
  while (more) {
    more = false;
    for (auto& [of, match] : next) {
      if (match == nullptr || out.strings.size() >= yara_strings_max) continue;
      const auto begin = static_cast<std::uint64_t>(match->base + match->offset);
      const auto length = static_cast<std::uint64_t>(match->match_length);
      out.strings.push_back({told(of->identifier), match::Span{begin, begin + length}});
      match = match->next;
      more = true;
    }
  }
}

void take_match(YR_SCAN_CONTEXT* context, const YR_RULE* rule, Gathering& into) {
  YaraMatch out;
  out.rule = told(rule->identifier);
  if (std::binary_search(into.ignored->begin(), into.ignored->end(), out.rule)) return;
  if (const YaraSpace* space = into.set->space(rule->ns->name)) {
    out.source = space->source;
    out.name_space = space->name;
    out.shown_name = shown_yara(out.rule, space->naming);
  }
  const char* tag = nullptr;
  yr_rule_tags_foreach(rule, tag) out.tags.push_back(told(tag));
  const YR_META* meta = nullptr;
  yr_rule_metas_foreach(rule, meta) {
    out.meta.push_back({told(meta->identifier), value_of(*meta)});
  }
  gather_strings(context, rule, out);
  into.matches.push_back(std::move(out));
}

std::string too_many(YR_SCAN_CONTEXT* context, const YR_STRING& string) {
  const YR_RULE& rule = context->rules->rules_table[string.rule_idx];
  return fmt::format("YARA rule {}: string {} matches too often; it was sought no further",
                     told(rule.identifier), told(string.identifier));
}

int on_message(YR_SCAN_CONTEXT* context, int message, void* data, void* user) {
  auto& into = *static_cast<Gathering*>(user);
  switch (message) {
    case CALLBACK_MSG_RULE_MATCHING:
      take_match(context, static_cast<const YR_RULE*>(data), into);
      break;
    case CALLBACK_MSG_TOO_MANY_MATCHES:
      if (into.reasons.size() < reasons_max) {
        into.reasons.push_back(too_many(context, *static_cast<const YR_STRING*>(data)));
      }
      break;
    case CALLBACK_MSG_IMPORT_MODULE:
      into.modules.insert(told(static_cast<const YR_MODULE_IMPORT*>(data)->module_name));
      break;
    default:
      break;  // what rules say on a console is for their author
  }
  return CALLBACK_CONTINUE;
}

std::string extension_of(const std::string& filename) {
  const auto dot = filename.rfind('.');
  return dot == std::string::npos ? "" : filename.substr(dot);
}

/// A variable that no rule names is not known to these rules, which is no error.
void define(YR_SCANNER* scanner, const YaraSubject& subject) {
  const std::string extension = extension_of(subject.filename);
  const std::pair<const char*, const char*> texts[] = {
      {"filename", subject.filename.c_str()},   {"filepath", subject.filepath.c_str()},
      {"extension", extension.c_str()},         {"filetype", subject.filetype.c_str()},
      {"container", subject.container.c_str()}, {"owner", subject.owner.c_str()},
  };
  for (const auto& [name, value] : texts) {
    yr_scanner_define_string_variable(scanner, name, value);
  }
  yr_scanner_define_integer_variable(scanner, "size",
                                     static_cast<std::int64_t>(subject.bytes.size()));
}

int seconds(const Budget& budget) {
  constexpr std::uint64_t longest_s = 1'000'000;
  // 0 would be no limit.
  const std::uint64_t ms = budget.time_left_ms();
  return static_cast<int>(std::clamp<std::uint64_t>(ms / 1000 + (ms % 1000 != 0), 1, longest_s));
}

Result<Set> load(YaraPart part) {
  Set set;
  set.rules = ANTIDOTARY_TRY(load_rules(part.stream));
  YR_SCANNER* scanner = nullptr;
  const int error = yr_scanner_create(set.rules.get(), &scanner);
  if (error != ERROR_SUCCESS) {
    return fail(ErrorKind::internal, "libyara makes no scanner: {}", yara_error(error));
  }
  set.scanner.reset(scanner);
  // The jail forbids signal handlers; a fault costs the worker, and the one object that it had.
  yr_scanner_set_flags(scanner, SCAN_FLAGS_NO_TRYCATCH | SCAN_FLAGS_REPORT_RULES_MATCHING);
  set.spaces = std::move(part.spaces);
  for (std::size_t i = 0; i < set.spaces.size(); ++i) set.by_name.emplace(set.spaces[i].name, i);
  return set;
}

struct CompilerRelease {
  void operator()(YR_COMPILER* compiler) const { yr_compiler_destroy(compiler); }
};

/// Rules of ours that make the modules do what they do on demand alone.
Result<Set> warming_rules(const std::set<std::string>& modules) {
  std::string text;
  if (modules.contains("magic")) {
    text += "import \"magic\" rule m { condition: magic.type() == magic.mime_type() }\n";
  }
  if (modules.contains("hash")) {
    text +=
        "import \"hash\" rule h { condition: hash.md5(0, filesize) == hash.sha1(0, filesize) "
        "or hash.sha256(0, filesize) == \"\" or hash.crc32(0, filesize) == 0 }\n";
  }
  YR_COMPILER* made = nullptr;
  if (yr_compiler_create(&made) != ERROR_SUCCESS) return fail(ErrorKind::internal, "no compiler");
  const std::unique_ptr<YR_COMPILER, CompilerRelease> compiler(made);
  YR_RULES* rules = nullptr;
  if (yr_compiler_add_string(made, text.c_str(), nullptr) != 0 ||
      yr_compiler_get_rules(made, &rules) != ERROR_SUCCESS) {
    return fail(ErrorKind::internal, "rules of ours do not compile");
  }
  const Rules owned(rules);
  const Buffer saved = ANTIDOTARY_TRY(save_rules(*rules));
  return load({{}, saved});
}

/// Those that were enabled.
std::vector<YR_RULE*> disable_rules(YR_RULES* rules) {
  std::vector<YR_RULE*> out;
  YR_RULE* rule = nullptr;
  yr_rules_foreach(rules, rule) {
    if (RULE_IS_DISABLED(rule)) continue;
    yr_rule_disable(rule);
    out.push_back(rule);
  }
  return out;
}

/// Inert stubs: what makes a module look at an object at all.
std::vector<Buffer> warming_objects() {
  std::vector<Buffer> out;
  out.push_back(to_buffer(as_bytes(std::string_view("#!/bin/sh\necho a text of two lines\n"))));
  Buffer pe(1024);
  store_u16_le(pe, 0, 0x5a4d);     // MZ
  store_u32_le(pe, 0x3c, 0x80);    // e_lfanew
  store_u32_le(pe, 0x80, 0x4550);  // PE
  store_u16_le(pe, 0x84, 0x14c);   // i386
  store_u16_le(pe, 0x94, 0xe0);    // size of the optional header
  store_u16_le(pe, 0x98, 0x10b);   // PE32
  out.push_back(std::move(pe));
  Buffer elf(128);
  store_u32_le(elf, 0, 0x464c457f);
  store_u32_le(elf, 4, 0x00010102);  // 64 bits, little-endian, version 1
  store_u16_le(elf, 16, 2);
  store_u16_le(elf, 18, 62);
  out.push_back(std::move(elf));
  return out;
}

}  // namespace

struct Yara::State {
  std::vector<std::string> ignored;
  std::vector<Set> sets;
  std::uint32_t rules = 0;

  Status scan(const Set& set, const YaraSubject& subject, Budget& budget, Gathering& into) const;
};

Status Yara::State::scan(const Set& set, const YaraSubject& subject, Budget& budget,
                         Gathering& into) const {
  static constexpr std::byte nothing{};
  YR_SCANNER* scanner = set.scanner.get();
  into.set = &set;
  into.ignored = &ignored;
  define(scanner, subject);
  yr_scanner_set_timeout(scanner, seconds(budget));
  yr_scanner_set_callback(scanner, on_message, &into);
  const Bytes bytes = subject.bytes.empty() ? Bytes(&nothing, 0) : subject.bytes;
  const int error = yr_scanner_scan_mem(scanner, as_octets(bytes), bytes.size());
  if (error == ERROR_SUCCESS) return {};
  if (error == ERROR_SCAN_TIMEOUT) return budget.exhaust(Limit::time);
  const YR_RULE* rule = yr_scanner_last_error_rule(scanner);
  return fail(ErrorKind::internal, "YARA rules were not evaluated: {}{}{}", yara_error(error),
              rule != nullptr ? ", in rule " : "", rule != nullptr ? told(rule->identifier) : "");
}

Result<Yara> Yara::open(Bytes compiled) {
  auto section = ANTIDOTARY_TRY(read_yara_section(compiled));
  auto state = std::make_unique<State>();
  state->ignored = std::move(section.ignored);
  for (YaraPart& part : section.parts) {
    state->sets.push_back(ANTIDOTARY_TRY(load(std::move(part))));
    state->rules += state->sets.back().rules->num_rules;
  }
  return Yara(std::move(state));
}

Yara::Yara(std::unique_ptr<State> state) : state_(std::move(state)) {}
Yara::Yara(Yara&&) noexcept = default;
Yara& Yara::operator=(Yara&&) noexcept = default;
Yara::~Yara() = default;

void Yara::warm() {
  Gathering into;
  const std::vector<Buffer> objects = warming_objects();
  const auto scan_all = [&](const Set& set) {
    for (const Buffer& object : objects) {
      Limits limits;
      limits.time_ms_max = 1000;
      Budget budget(limits);
      YaraSubject subject;
      subject.bytes = object;
      // What it finds, and whether it can, does not matter here.
      static_cast<void>(state_->scan(set, subject, budget, into));
    }
  };
  for (const Set& set : state_->sets) {
    // Their modules alone: a condition may take as long as its author wants.
    const std::vector<YR_RULE*> disabled = disable_rules(set.rules.get());
    scan_all(set);
    for (YR_RULE* rule : disabled) yr_rule_enable(rule);
  }
  if (const auto ours = warming_rules(into.modules)) scan_all(*ours);
}

std::uint32_t Yara::rule_count() const { return state_->rules; }

Status Yara::scan(const YaraSubject& subject, Budget& budget, std::vector<YaraMatch>& matches,
                  std::vector<std::string>* incomplete) const {
  Gathering into;
  Status out;
  for (const Set& set : state_->sets) {
    Status scanned = budget.step(subject.bytes.size() + steps_per_object);
    if (scanned) scanned = state_->scan(set, subject, budget, into);
    if (scanned) continue;
    if (out) out = scanned;
    // What one set's rules cannot do others may; time that is up is up for all.
    if (scanned.error().kind == ErrorKind::budget_spent) break;
  }
  if (incomplete != nullptr) {
    incomplete->insert(incomplete->end(), into.reasons.begin(), into.reasons.end());
  }
  std::move(into.matches.begin(), into.matches.end(), std::back_inserter(matches));
  return out;
}

}  // namespace antidotary::pack
