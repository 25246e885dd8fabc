// Section: one table of a TOML text, read strictly: each mistake has file, line, column and a
// sentence that says how to mend it, and what nobody asked for is one.
//
// It opens no files. A key that is absent leaves what it would fill as it was.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "entries/toml.h"

namespace antidotary::gate {

/// "100M", "64k", "1024"; false where it is no size.
bool size_from(std::string_view text, std::uint64_t& out);

class Section {
 public:
  /// The node, the file's name and the list of mistakes ("FILE:LINE:COLUMN: sentence") must
  /// outlive the section. `name` is how mistakes call it: "[clamd]".
  Section(const entries::TomlNode* node, std::string name, const std::string& file,
          std::vector<std::string>& mistakes)
      : node_(node), name_(std::move(name)), file_(file), mistakes_(mistakes) {}

  void text(std::string_view key, std::string& out);
  void texts(std::string_view key, std::vector<std::string>& out);
  void truth(std::string_view key, bool& out);
  void number(std::string_view key, std::uint64_t& out, std::uint64_t least, std::uint64_t most);
  void size(std::string_view key, std::uint64_t& out);
  void choice(std::string_view key, std::string& out, const std::vector<std::string>& words);
  /// The index of one of `words`, which are an enum's names; nothing where it is absent or wrong.
  std::optional<std::size_t> choice(std::string_view key, std::span<const std::string_view> words);
  /// Those of a list of such words.
  std::vector<std::size_t> choices(std::string_view key, std::span<const std::string_view> words);

  bool has(std::string_view key) const;
  bool is_empty_list(std::string_view key) const;
  std::optional<Section> section(std::string_view key);
  /// A list of tables, as [[key]] writes them.
  std::vector<Section> sections(std::string_view key);
  /// Names what was asked for by nobody.
  void finish();
  void mistake_at(std::string_view key, const std::string& sentence);

 private:
  const entries::TomlMember* find(std::string_view key, std::optional<entries::TomlNode::Type> type,
                                  std::string_view wanted);
  void mistake(std::uint32_t line, std::uint32_t column, const std::string& sentence);

  const entries::TomlNode* node_;
  std::string name_;
  const std::string& file_;
  std::vector<std::string>& mistakes_;
  std::vector<std::string> asked_;
};

/// The whole of a text as a section; nothing where it is no TOML, which is noted.
std::optional<entries::TomlNode> read_toml(std::string_view text, const std::string& file,
                                           std::vector<std::string>& mistakes);

}  // namespace antidotary::gate
