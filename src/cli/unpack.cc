// unpack FILE: what is inside, as a tree; with --extract its parts as harmless files.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "cli/desk.h"
#include "core/text.h"
#include "files/act.h"
#include "publish/sheet.h"

namespace antidotary::cli {
namespace {

// What a name keeps of itself: so that it is short, and no shell or file manager makes more of it.
constexpr std::size_t name_bytes_max = 80;

std::string harmless(std::string_view name) {
  name = name.substr(name.find_last_of("/\\") + 1);
  std::string out;
  for (const char c : name.substr(0, name_bytes_max)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '_' || c == '-';
    out += plain ? c : '_';
  }
  return out.empty() ? "member" : out;
}

/// Writes nodes into a folder as their bytes come. Their names come with the tree, at the end, so
/// that a file is first called by its number alone.
class Extraction {
 public:
  static Result<Extraction> into(const std::string& folder) {
    if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
      return tl::unexpected(files::system_error(errno, "make the folder", folder));
    }
    files::Root root = ANTIDOTARY_TRY(files::Root::open(folder));
    if (!ANTIDOTARY_TRY(root.list("")).empty()) {
      return fail(ErrorKind::bad_input, "{} is not empty: name a new folder for the members",
                  folder);
    }
    return Extraction(std::move(root));
  }

  Status take(std::uint32_t number, std::uint64_t offset, Bytes bytes, bool last) {
    if (offset == 0) {
      const std::string name = fmt::format("{:04}_", number);
      file_ = files::Fd(openat(root_.descriptor(), name.c_str(),
                               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
      if (!file_.valid()) {
        return tl::unexpected(files::system_error(errno, "create", root_.path() + "/" + name));
      }
    }
    while (!bytes.empty()) {
      const ssize_t count = write(file_.get(), bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return tl::unexpected(files::system_error(errno, "write into", root_.path()));
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    if (last) file_.reset();
    return {};
  }

  /// Gives a file its whole name, unless that is taken. Yields the name that it has.
  std::string name(std::uint32_t number, const std::string& member) const {
    const std::string from = fmt::format("{:04}_", number);
    const std::string to = fmt::format("{:04}-{}_", number, harmless(member));
    const int code = renameat2(root_.descriptor(), from.c_str(), root_.descriptor(), to.c_str(),
                               RENAME_NOREPLACE);
    return code == 0 ? to : from;
  }

 private:
  explicit Extraction(files::Root root) : root_(std::move(root)) {}
  files::Root root_;
  files::Fd file_;
};

std::string ratio_of(const unpack::Node& node) {
  if (node.packed_size == 0 || node.packed_size >= node.size) return "";
  return fmt::format(", packed {:.1f}:1",
                     static_cast<double>(node.size) / static_cast<double>(node.packed_size));
}

bool is_whole(const unpack::Tree& tree) {
  return !tree.cut && std::all_of(tree.nodes.begin(), tree.nodes.end(),
                                  [](const unpack::Node& node) { return node.gaps.empty(); });
}

/// The branches before a node: "|  `- ".
std::vector<std::string> branches(const unpack::Tree& tree) {
  std::vector<bool> has_next(tree.nodes.size());
  std::vector<std::size_t> last_child(tree.nodes.size());
  for (std::size_t i = 1; i < tree.nodes.size(); ++i) last_child[tree.nodes[i].parent] = i;
  std::vector<std::string> trunk(tree.nodes.size()), out(tree.nodes.size());
  for (std::size_t i = 1; i < tree.nodes.size(); ++i) {
    const std::size_t parent = tree.nodes[i].parent;
    const bool last = last_child[parent] == i;
    out[i] = trunk[parent] + (last ? "`- " : "|- ");
    trunk[i] = trunk[parent] + (last ? "   " : "|  ");
  }
  return out;
}

void print_tree(const unpack::Tree& tree) {
  const std::vector<std::string> before = branches(tree);
  std::string text;
  for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
    const unpack::Node& node = tree.nodes[i];
    text += fmt::format("{:>5}  {}{}", i, before[i], escape_for_terminal(node.name));
    if (node.here) {
      const std::string kinds = node.formats.empty() ? node.format : join(node.formats, "+");
      text +=
          fmt::format("  ({}, {} bytes{})", escape_for_terminal(kinds), node.size, ratio_of(node));
    } else {
      text += "  (not brought out)";
    }
    text += '\n';
    const std::string indent(7 + before[i].size(), ' ');
    for (const std::string& name : node.names) {
      if (name != node.name) text += indent + "  or: " + escape_for_terminal(name) + "\n";
    }
    for (const std::string& odd : node.oddities) {
      text += indent + "  odd: " + escape_for_terminal(odd) + "\n";
    }
    for (const std::string& gap : node.gaps) {
      text += indent + "  not read: " + escape_for_terminal(gap) + "\n";
    }
  }
  if (tree.cut) text += "       ... and more than is listed\n";
  print(text);
}

void print_json(const unpack::Tree& tree, const std::vector<std::string>& files) {
  for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
    Json line = to_json(tree.nodes[i]);
    line.set("number", std::uint64_t{i});
    if (!files[i].empty()) line.set("file", files[i]);
    print_line(typed("object", line));
  }
  Json end;
  end.set("objects", std::uint64_t{tree.nodes.size()});
  end.set("whole", is_whole(tree));
  end.set("jail", to_json(jail::layers()));
  print_line(typed("tree", end));
}

}  // namespace

Exit run_unpack(const Invocation& invocation) {
  const std::string& path = invocation.arguments.front();
  const files::Fd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!file.valid()) return complain(files::system_error(errno, "open", path));
  const auto options = worker_options(invocation);
  if (!options) return complain(options.error());
  std::optional<Extraction> extraction;
  if (invocation.has("extract")) {
    auto opened = Extraction::into(invocation.value("extract"));
    if (!opened) return complain(opened.error());
    extraction.emplace(std::move(*opened));
  }
  // Nothing is matched: an encyclopedia without entries will do.
  const entries::Encyclopedia none;
  worker::Worker worker(none, *options);
  worker::Worker::TakePiece take;
  if (extraction) {
    take = [&](std::uint32_t number, std::uint64_t offset, Bytes bytes, bool last) {
      return extraction->take(number, offset, bytes, last);
    };
  }
  const std::string name = path.substr(path.find_last_of('/') + 1);
  const auto tree = worker.list(file.get(), name, take);
  if (!tree) return complain(with_context(tree.error(), path));
  std::vector<std::string> names(tree->nodes.size());
  for (std::size_t i = 1; extraction && i < tree->nodes.size(); ++i) {
    if (tree->nodes[i].here) {
      names[i] = extraction->name(static_cast<std::uint32_t>(i), tree->nodes[i].name);
    }
  }
  if (invocation.has("json")) {
    print_json(*tree, names);
  } else {
    print_tree(*tree);
  }
  return is_whole(*tree) ? Exit::clean : Exit::incomplete;
}

}  // namespace antidotary::cli
