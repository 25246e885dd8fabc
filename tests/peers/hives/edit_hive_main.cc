// Removes a value or a key from a hive file in place, or undoes that.
//
//   edit_hive remove-value HIVE KEY VALUE   prints the edits as JSON: the journal
//   edit_hive remove-key HIVE KEY           likewise
//   edit_hive undo HIVE JOURNAL             applies the journal's edits backwards
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "core/record.h"
#include "formats/regf/editor.h"
#include "formats/regf/hive.h"
#include "hive_file.h"

using namespace antidotary;

namespace {

constexpr std::uint64_t now = 132'000'000'000'000'000;

struct Journal {
  std::vector<regf::Edit> edits;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("edits", self.edits);
  }
};

bool replace(Buffer& hive, const regf::Edit& edit, const Buffer& from, const Buffer& to) {
  if (edit.offset > hive.size() || from.size() > hive.size() - edit.offset) return false;
  const auto place = hive.begin() + static_cast<std::ptrdiff_t>(edit.offset);
  if (from.size() != to.size() || !std::equal(from.begin(), from.end(), place)) return false;
  std::copy(to.begin(), to.end(), place);
  return true;
}

Result<std::vector<regf::Edit>> plan(const std::vector<std::string>& words, Bytes bytes) {
  Budget budget;
  if (words[1] == "remove-key") return regf::remove_key(bytes, words[3], now, budget);
  const auto hive = ANTIDOTARY_TRY(regf::Hive::open(bytes, budget));
  const auto key = ANTIDOTARY_TRY(hive.find(words[3]));
  if (!key) return fail(ErrorKind::not_found, "no such key");
  const auto value = ANTIDOTARY_TRY(hive.find_value(*key, words[4]));
  if (!value) return fail(ErrorKind::not_found, "no such value");
  const Buffer data = ANTIDOTARY_TRY(hive.data(*value));
  return regf::remove_value(bytes, {words[3], words[4], value->type, data}, now, budget);
}

Result<std::vector<regf::Edit>> read_journal(const std::string& path) {
  const Buffer text = read_whole(path);
  const Json json = ANTIDOTARY_TRY(Json::parse(as_text(text)));
  return ANTIDOTARY_TRY(record_from_json<Journal>(json)).edits;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv, argv + argc);
  if (words.size() < 4 || (words[1] == "remove-value" && words.size() < 5)) return 2;
  const bool undo = words[1] == "undo";
  Buffer hive = read_whole(words[2]);
  const auto edits = undo ? read_journal(words[3]) : plan(words, hive);
  if (!edits) {
    std::fprintf(stderr, "%s\n", edits.error().what.c_str());
    return 1;
  }
  for (const regf::Edit& edit : *edits) {
    const bool done = undo ? replace(hive, edit, edit.after, edit.before)
                           : replace(hive, edit, edit.before, edit.after);
    if (!done) return 1;
  }
  if (!undo) std::printf("%s\n", to_json(Journal{*edits}).dump().c_str());
  return write_whole(words[2], hive) ? 0 : 1;
}
