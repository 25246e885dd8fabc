// TypeMarks: the type of an object as rules in ClamAV's formats mean it, by the built-in
// definitions and by those of the pack (ftm).
//
// clamscan drops its own definitions once a database brings some; here those of the pack come
// first, and what they do not know the built-in ones tell (docs/decisions/0014).
#pragma once

#include <string>
#include <vector>

#include "core/budget.h"
#include "core/bytes.h"
#include "core/result.h"
#include "formats/clam_type.h"
#include "formats/format.h"
#include "match/program.h"
#include "pack/tables.h"

namespace antidotary::scan {

class TypeMarks {
 public:
  /// Definitions that cannot be sought are passed over: the compiler of signatures refuses them.
  explicit TypeMarks(const std::vector<pack::Magic>& definitions = {});

  struct Type {
    std::string name;  ///< "CL_TYPE_ZIP"
    formats::RawMatch raw = formats::RawMatch::all;
    /// What to open it as, where a definition of the pack made it what it does not look like.
    formats::Format format = formats::Format::unknown;
  };
  /// Pays for the search. Errors: budget_spent.
  Result<Type> type_of(Bytes bytes, Budget& budget) const;

 private:
  struct Magic {
    std::size_t offset;
    std::string bytes;
    std::string type;
  };
  struct Mark {
    match::Window window;
    Buffer program;
    std::string from;
    std::string type;
    int strength;
  };
  /// Where `mark` stands in `where`. Errors: budget_spent.
  static Result<bool> stands(const Mark& mark, Bytes where, Budget& budget);
  const Magic* magic_of(Bytes head) const;
  /// The strongest mark in the head, or null. Errors: budget_spent.
  Result<const Mark*> mark_of(Bytes head, std::string_view charset, Budget& budget) const;
  /// Whether a text shows behind its head that it is HTML. Errors: budget_spent.
  Result<bool> shows_html(Bytes bytes, Budget& budget) const;

  std::vector<Magic> magics_;  ///< The last line of a database first: it wins.
  std::vector<Mark> marks_;
};

}  // namespace antidotary::scan
