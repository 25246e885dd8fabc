// Table: one TOML table being read, strictly.
//
// It remembers which keys were asked for; when the reading is done, every other key is a problem
// that names the nearest key that would have been understood.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "entries/encyclopedia.h"
#include "entries/kinds.h"
#include "entries/toml.h"

namespace antidotary::entries {

class Table final : public Fields {
 public:
  using Reading = std::function<void(Table&)>;

  /// `node` is a table and, like `problems`, outlives this. `name` is for messages: "[[file]]".
  Table(const TomlNode& node, std::string name, std::string file, std::vector<Problem>& problems);

  std::string text(std::string_view key) override;
  std::string required_text(std::string_view key) override;
  std::vector<std::string> texts(std::string_view key) override;
  std::vector<std::uint64_t> numbers(std::string_view key) override;
  bool has(std::string_view key) override;
  std::size_t one_of(std::string_view key, std::span<const std::string_view> names,
                     std::size_t fallback) override;
  void problem(std::string_view key, std::string what, std::string mend) override;

  /// A whole number that must be there; 0 where it is not.
  std::uint64_t required_number(std::string_view key);
  /// Says that `key` must be there, where it is not.
  void require(std::string_view key);
  /// Runs `reading` on the table `key`, and checks its keys. False where it is absent.
  bool table(std::string_view key, const Reading& reading);
  /// Runs `reading` on each table of the list `key` ([[key]]).
  void each(std::string_view key, const Reading& reading);
  /// Runs `reading` on each table within the table `key` ([key.NAME]), with its name.
  void each_member(std::string_view key,
                   const std::function<void(const std::string&, Table&)>& reading);
  Place place() const;
  /// Notes the keys that nobody asked for.
  void finish();

 private:
  const TomlMember* find(std::string_view key);
  void wrong_type(std::string_view key, const TomlNode& at, std::string_view wanted);
  void note(const Place& place, std::string rule, std::string what, std::string mend);
  Place place_of(const TomlNode& node) const;
  void read_table(const TomlNode& node, std::string name, const Reading& reading);

  const TomlNode& node_;
  std::string name_;
  std::string file_;
  std::vector<Problem>& problems_;
  std::vector<std::string> asked_;
};

}  // namespace antidotary::entries
