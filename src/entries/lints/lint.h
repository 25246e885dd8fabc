// Lint: one rule over the encyclopedia, with its advice. Each rule is a class in a file of its own
// here; all.cc lists them.
//
// Rules that need a simulation (an entry finds its own proof, and no other) live in proof/.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "entries/encyclopedia.h"

namespace antidotary::entries {

class Lint;

/// Collects what one lint finds.
class Report {
 public:
  Report(const Lint& lint, std::vector<Problem>& problems) : lint_(lint), problems_(problems) {}
  /// `mend` empty is the lint's advice.
  void say(const Place& place, std::string what, std::string mend = {});

 private:
  const Lint& lint_;
  std::vector<Problem>& problems_;
};

class Lint {
 public:
  virtual ~Lint() = default;
  virtual std::string_view name() const = 0;
  virtual Severity severity() const { return Severity::error; }
  /// How to mend what it finds, for anybody who writes entries.
  virtual std::string_view advice() const = 0;
  virtual void check(const Encyclopedia& encyclopedia, Report& report) const = 0;
};

/// A lint that looks at one entry at a time.
class EntryLint : public Lint {
 public:
  void check(const Encyclopedia& encyclopedia, Report& report) const final {
    for (const Entry& entry : encyclopedia.entries()) check_entry(entry, report);
  }
  virtual void check_entry(const Entry& entry, Report& report) const = 0;
};

/// A lint that looks at one variant at a time.
class VariantLint : public EntryLint {
 public:
  void check_entry(const Entry& entry, Report& report) const final {
    for (const Variant& variant : entry.variants) check_variant(variant, report);
  }
  virtual void check_variant(const Variant& variant, Report& report) const = 0;
};

/// A lint that looks at one change of one kind at a time.
template <class Kind>
class ChangeLint : public VariantLint {
 public:
  void check_variant(const Variant& variant, Report& report) const final {
    for (const auto& change : variant.changes) {
      if (const auto* known = dynamic_cast<const Kind*>(change.get())) {
        check_change(*known, report);
      }
    }
  }
  virtual void check_change(const Kind& change, Report& report) const = 0;
};

/// All lints, in the order in which they run.
std::span<const Lint* const> lints();

}  // namespace antidotary::entries
