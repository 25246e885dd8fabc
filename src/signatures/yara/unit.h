// Unit: one file of YARA rules with all that it includes: what libyara compiles as one namespace.
// It knows which parts libyara refuses, and takes out those and what depends on them, no more.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/result.h"
#include "signatures/yara/compiler.h"
#include "signatures/yara/include.h"
#include "signatures/yara/split.h"

namespace antidotary::signatures::yara {

/// Ceilings for one unit.
struct UnitLimits {
  std::size_t depth_max = 16;
  std::size_t files_max = 2'000;
  std::size_t bytes_max = 256 << 20;          ///< Of all files together.
  std::size_t compiled_bytes_max = 1u << 30;  ///< Of all attempts together.
  std::size_t attempts_max = 1'000;
  std::size_t looks_max = 200'000'000;  ///< At parts, in search of those that are complained about.
};

/// What was not taken, and why.
struct Refused {
  /// In the unit's own file; of an included one: where it is included. 0: nothing is left of it.
  std::uint32_t line = 0;
  std::string reason;
};

class Unit {
 public:
  /// Reads what is included. A file that is included twice counts once. What cannot be included is
  /// refused, and so is a text that is none (it holds a NUL, or words and no rule).
  Unit(std::string text, std::string path, const ReadInclude& read, const UnitLimits& limits = {});

  /// Texts as Compiler::add takes them, without what was refused.
  std::vector<std::string> texts() const;
  /// Asks libyara again and again, and refuses what it complains about, until it does not.
  /// Errors: internal.
  Status settle();
  /// Refuses all that is left.
  void refuse_all(std::uint32_t line, const std::string& reason);

  const std::string& path() const { return files_.front().path; }
  const std::vector<Refused>& refused() const { return refused_; }
  struct RuleText {
    std::string_view name;
    std::string_view path;
    std::uint32_t line = 0;
    std::string_view text;
  };
  /// Tells of the rules that are left, in the order in which libyara comes to them.
  void each_rule(const std::function<void(const RuleText&)>& tell) const;
  /// Rules that are left, private ones included.
  std::size_t rules() const;

 private:
  struct File {
    std::string path;
    std::string text;
    std::uint32_t root_line = 0;  ///< Where the unit's own file includes it, directly or not.
    std::size_t depth = 0;
  };
  struct Piece {
    std::size_t file = 0;
    Part part;
    std::size_t included = 0;  ///< Of an include: the file's index.
    bool out = false;
    bool checked = false;  ///< Tried alone.
  };

  /// Yields the file's index. Errors: bad_input (no text), budget_spent.
  Result<std::size_t> add_file(File file);
  Result<std::size_t> include(const Piece& piece, const ReadInclude& read);
  void load(const ReadInclude& read);
  void refuse_what_hides_or_holds_no_rule();

  Result<bool> act_on(const std::vector<Complaint>& complaints);
  Result<bool> act_on_lost_place(const Complaint& complaint, bool acted);
  Result<bool> check_alone(std::size_t file);
  bool refuse_strays(std::size_t file);
  Piece* piece_at(const Complaint& complaint, bool last);
  void refuse(Piece& piece, std::uint32_t line, const std::string& reason);
  void refuse_dependents();
  void refuse_dependents_of(const Piece& fallen);
  void learn_mentions();
  std::string_view text_of(const Piece& piece) const;

  UnitLimits limits_;
  std::vector<File> files_;
  std::vector<Piece> pieces_;  ///< In the order in which libyara comes to them.
  std::vector<std::vector<std::size_t>> pieces_of_;       ///< By file, in order.
  std::unordered_map<std::string, std::size_t> by_path_;  ///< Files, by their path.
  std::unordered_map<std::string, std::size_t> live_;     ///< How many rules bear a name.
  std::vector<std::size_t> fallen_;  ///< Rules whose dependents were not looked for yet.
  // Who mentions a name, and which rule sets; known once something was refused.
  std::unordered_map<std::string, std::vector<std::size_t>> mentioned_by_;
  std::vector<std::pair<std::string, std::size_t>> prefixes_;
  bool mentions_known_ = false;

  std::vector<Refused> refused_;
  std::size_t bytes_ = 0;
  std::size_t compiled_bytes_ = 0;
  std::size_t looks_ = 0;
};

}  // namespace antidotary::signatures::yara
