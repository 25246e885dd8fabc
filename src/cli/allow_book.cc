#include "cli/allow_book.h"

#include <unistd.h>

#include "cli/desk.h"
#include "core/record.h"
#include "files/act.h"

namespace antidotary::cli {
namespace {

constexpr std::string_view file_name = "allow.json";
constexpr std::uint64_t book_bytes_max = 64 << 20;

struct Book {
  std::string schema = "antidotary-allow/1";
  std::vector<scan::Allowance> allowances;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("schema", self.schema);
    visit("allowances", self.allowances);
  }
};

}  // namespace

Result<std::vector<scan::Allowance>> read_allowances(const files::Root& state) {
  const auto file = state.open_file(file_name);
  if (!file && file.error().kind == ErrorKind::not_found) return std::vector<scan::Allowance>{};
  if (!file) return tl::unexpected(file.error());
  const auto read = [&]() -> Result<Book> {
    const Buffer text = ANTIDOTARY_TRY(files::read_whole(file->get(), book_bytes_max));
    const Json json = ANTIDOTARY_TRY(Json::parse(as_text(text)));
    return record_from_json<Book>(json);
  }();
  if (!read) {
    const std::string where = "the list of allowances " + state.path() + "/allow.json";
    return tl::unexpected(with_context(read.error(), where));
  }
  return read->allowances;
}

Status write_allowances(const files::Root& state, const std::vector<scan::Allowance>& list) {
  Book book;
  book.allowances = list;
  const std::string text = to_json(book).dump() + "\n";
  const std::string temporary = fmt::format(".allow.json.{}", getpid());
  const int folder = state.descriptor();
  {
    const files::Fd file = ANTIDOTARY_TRY(files::act::create(folder, temporary, 0600));
    ANTIDOTARY_CHECK(files::act::write_all(file.get(), as_bytes(std::string_view(text))));
    ANTIDOTARY_CHECK(files::act::sync(file.get()));
  }
  ANTIDOTARY_CHECK(files::act::rename_over(folder, temporary, folder, std::string(file_name)));
  return files::act::sync(folder);
}

scan::AllowList allowances_of(const Invocation& invocation) {
  const auto state = open_state(invocation);
  if (!state) return {};
  const auto list = read_allowances(*state);
  if (list) return scan::AllowList(*list, unix_seconds());
  complain(list.error());
  return {};
}

std::vector<std::string> silenced_lines(const std::vector<scan::Silenced>& silenced) {
  std::vector<std::string> out;
  for (const scan::Silenced& one : silenced) {
    out.push_back(fmt::format("{} finding{} silenced by the allowance of {}", one.findings,
                              one.findings == 1 ? " was" : "s were", one.by));
  }
  return out;
}

void tell_silenced(const std::vector<scan::Silenced>& silenced) {
  for (const std::string& line : silenced_lines(silenced)) complain(line);
}

}  // namespace antidotary::cli
