// entry new, entry import: an entry's first files, from a template or from what others wrote.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "cli/desk.h"
#include "cli/write_file.h"
#include "core/text.h"
#include "entries/import/draft.h"

namespace antidotary::cli {
namespace {

namespace fs = std::filesystem;

/// What a command for the same encyclopedia needs behind its id.
std::string where_of(const Invocation& invocation) {
  if (!invocation.has("encyclopedia")) return "";
  return " --encyclopedia " + escape_for_terminal(invocation.value("encyclopedia"));
}

Exit write_new(const fs::path& base, const std::vector<entries::SourceFile>& files) {
  for (const auto& file : files) {
    if (fs::exists(base / file.path)) {
      return complain(
          fmt::format("{} exists; choose another id or edit it", (base / file.path).string()));
    }
  }
  for (const auto& file : files) {
    std::error_code failed;
    fs::create_directories((base / file.path).parent_path(), failed);
    if (const Status written = write_file(base / file.path, file.text); !written) {
      return complain(written.error());
    }
    print(fmt::format("wrote {}\n", (base / file.path).string()));
  }
  return Exit::clean;
}

Result<std::string> read_file(const std::string& path) {
  std::error_code failed;
  if (!fs::is_regular_file(path, failed)) {
    return fail(ErrorKind::not_found, "{} is no file that can be read", path);
  }
  if (fs::file_size(path, failed) > entries::import_bytes_max || failed) {
    return fail(ErrorKind::budget_spent, "{} is larger than {} MiB", path,
                entries::import_bytes_max >> 20);
  }
  std::ifstream in(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (!in.good() && !in.eof()) return fail(ErrorKind::io, "cannot read {}", path);
  return text;
}

}  // namespace

Exit run_entry_new(const Invocation& invocation) {
  const auto files = entries::new_entry(invocation.arguments[0]);
  if (!files) return complain(files.error());
  const Exit exit = write_new(encyclopedia_path(invocation), *files);
  if (exit != Exit::clean) return exit;
  print(
      fmt::format("Next: fill it in, then 'antidotary entry lint {0}' and 'antidotary entry "
                  "test {0}'.\n",
                  invocation.arguments[0] + where_of(invocation)));
  return Exit::clean;
}

Exit run_entry_import(const Invocation& invocation) {
  const std::string& path = invocation.arguments[0];
  const auto text = read_file(path);
  if (!text) return complain(text.error());
  const auto draft =
      entries::import_draft({*text, invocation.value("id"), invocation.value("name")});
  if (!draft) return complain(with_context(draft.error(), path));
  const Exit exit = write_new(encyclopedia_path(invocation), entries::files_of(*draft));
  if (exit != Exit::clean) return exit;
  for (const std::string& what : draft->left_out) {
    print(fmt::format("left out: {}\n", escape_for_terminal(what)));
  }
  // What is missing, as the author would ask for it next.
  Invocation lint = invocation;
  lint.arguments = {draft->id};
  lint.values["warnings"] = "";
  run_entry_lint(lint);
  print(
      fmt::format("A draft: write what is missing, grade the changes, then 'antidotary entry test "
                  "{}'.\n",
                  draft->id + where_of(invocation)));
  return Exit::clean;
}

}  // namespace antidotary::cli
