#include "signatures/yara/compile.h"

#include <algorithm>
#include <map>

#include "pack/libyara.h"
#include "pack/yara_section.h"
#include "signatures/yara/compiler.h"

namespace antidotary::signatures::yara {
namespace {

/// A unit with what the pack says of its namespace.
struct Entry {
  Unit unit;
  pack::YaraSpace space;
  bool settled = false;
};

class Compilation {
 public:
  Compilation(const Input& input, const ReadInclude& read, const UnitLimits& limits)
      : input_(input) {
    out_.taken.resize(input.sources.size());
    std::map<std::string, const std::string*> read_already;
    for (const Corpus::YaraText& text : input.texts) {
      read_already.emplace(normal_path(text.path), &text.text);
    }
    // What was read anyhow lies in a folder that the user named: it may be included from anywhere.
    const ReadInclude read_any = [&](const std::string& root, const std::string& path) {
      const auto known = read_already.find(path);
      return known == read_already.end() ? read(root, path) : Result<std::string>(*known->second);
    };
    std::map<std::string, std::size_t> uses;
    for (const Corpus::YaraText& text : input.texts) {
      const std::size_t use = ++uses[text.path];
      Entry entry{Unit(text.text, text.path, read_any, limits), space(text.path, text.source),
                  false};
      if (use > 1) entry.space.name += "#" + std::to_string(use);
      entries_.push_back(std::move(entry));
    }
  }

  Result<Compiled> run() {
    Buffer stream = ANTIDOTARY_TRY(compile_texts());
    pack::YaraSection section;
    if (!stream.empty()) section.parts.push_back({spaces(), stream});
    for (const Corpus::CompiledYara& file : input_.compiled) take_compiled(file, section);
    for (const Entry& entry : entries_) {
      for (const Refused& refused : entry.unit.refused()) {
        out_.refusals.push_back({entry.space.source, refused.line, refused.reason});
      }
      count(entry.space.source, entry.unit.rules());
      entry.unit.each_rule([&](const Unit::RuleText& rule) {
        out_.rules.push_back(
            {std::string(rule.name), pack::shown_yara(std::string(rule.name), entry.space.naming),
             entry.space.source, std::string(rule.path), rule.line, std::string(rule.text)});
      });
    }
    section.ignored = ignored();
    if (!section.parts.empty()) out_.section = pack::write_yara_section(section);
    return std::move(out_);
  }

 private:
  // What lies beside ClamAV databases, or in one, is named as ClamAV names it.
  pack::YaraSpace space(const std::string& path, std::uint32_t source) const {
    pack::YaraSpace out{path, source, pack::YaraNaming::plain};
    if (source >= input_.sources.size()) return out;
    const pack::Source& from = input_.sources[source];
    if (from.format != "clamav-yara" && path.find(" > ") == std::string::npos) return out;
    out.naming = from.official ? pack::YaraNaming::official : pack::YaraNaming::unofficial;
    return out;
  }

  std::vector<pack::YaraSpace> spaces() const {
    std::vector<pack::YaraSpace> out;
    for (const Entry& entry : entries_) {
      if (entry.unit.rules() != 0) out.push_back(entry.space);
    }
    return out;
  }

  void count(std::uint32_t source, std::uint64_t rules) {
    if (source < out_.taken.size()) out_.taken[source] += rules;
  }

  // All files at once, hoping that nothing is wrong. What libyara complains about is settled file
  // by file, and all is compiled again: a compiler that complained is of no more use.
  Result<Buffer> compile_texts() {
    for (;;) {
      const auto any = [](const Entry& entry) { return entry.unit.rules() != 0; };
      if (std::none_of(entries_.begin(), entries_.end(), any)) return Buffer{};
      auto compiler = ANTIDOTARY_TRY(Compiler::create());
      const auto failed = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
        return entry.unit.rules() != 0 &&
               !compiler.add(entry.unit.texts(), entry.space.name).empty();
      });
      if (failed == entries_.end()) return compiler.finish();
      if (failed->settled) {
        // Alone it is right: only together with the others is it not.
        failed->unit.refuse_all(1, "these rules do not go together with those of other files");
      }
      for (auto at = failed; at != entries_.end(); ++at) {
        if (!at->settled) ANTIDOTARY_CHECK(at->unit.settle());
        at->settled = true;
      }
    }
  }

  void take_compiled(const Corpus::CompiledYara& file, pack::YaraSection& section) {
    const auto refuse = [&](const Error& error) {
      out_.refusals.push_back({file.source, 0, error.what});
    };
    if (const Status shape = pack::check_yara_stream(file.bytes); !shape) {
      return refuse(shape.error());
    }
    const auto rules = pack::load_rules(file.bytes);
    if (!rules) return refuse(rules.error());
    count(file.source, pack::rule_count(**rules));
    const pack::YaraSpace own = space(file.path, file.source);
    for (const std::string& name : pack::rule_names(**rules)) {
      out_.rules.push_back(
          {name, pack::shown_yara(name, own.naming), file.source, file.path, 0, ""});
    }
    section.parts.push_back({{own}, file.bytes});
  }

  std::vector<std::string> ignored() const {
    std::vector<std::string> out;
    for (const Corpus::Ignore& ignore : input_.ignores) {
      // With or without what ClamAV puts before the rule's own name.
      constexpr std::string_view prefix = "YARA.";
      if (!ignore.line_md5.empty()) continue;
      out.push_back(ignore.name);
      if (ignore.name.starts_with(prefix)) out.push_back(ignore.name.substr(prefix.size()));
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }

  Input input_;
  std::vector<Entry> entries_;
  Compiled out_;
};

}  // namespace

Result<Compiled> compile(const Input& input, const ReadInclude& read, const UnitLimits& limits) {
  return Compilation(input, read, limits).run();
}

}  // namespace antidotary::signatures::yara
