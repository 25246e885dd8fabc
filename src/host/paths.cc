// Paths: listing, comparing, walking.
#include "host/paths.h"

#include <algorithm>
#include <utility>

#include "core/text.h"

namespace antidotary::host {
namespace {

constexpr int levels_max = 8;

bool has_wildcard(std::string_view text) { return text.find_first_of("*?") != text.npos; }

std::vector<std::string_view> components(std::string_view path, bool& climbs) {
  std::vector<std::string_view> out;
  climbs = false;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find_first_of("\\/"), path.size());
    const std::string_view part = path.substr(0, end);
    if (part == "." || part == "..") climbs = true;
    if (!part.empty()) out.push_back(part);
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return out;
}

// What Windows keeps of a name in its short form: no blanks, no further dots, upper case.
std::string stripped(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c != ' ' && c != '.') out.push_back(c);
  }
  return fold_case(out);
}

}  // namespace

std::string_view last_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == path.npos ? path : path.substr(slash + 1);
}

std::string_view parent_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == path.npos ? std::string_view{} : path.substr(0, slash);
}

std::string join_path(std::string_view folder, std::string_view name) {
  if (folder.empty()) return std::string(name);
  return std::string(folder) + '/' + std::string(name);
}

bool may_be_short_name(std::string_view short_name, std::string_view name) {
  const std::size_t tilde = short_name.find('~');
  if (tilde == short_name.npos || tilde == 0 || tilde + 1 >= short_name.size()) return false;
  if (short_name[tilde + 1] < '1' || short_name[tilde + 1] > '9') return false;
  const std::size_t dot = name.rfind('.');
  const std::string_view stem = name.substr(0, dot);
  const std::string_view extension = dot == name.npos ? "" : name.substr(dot + 1);
  const bool is_long =
      stem.size() > 8 || extension.size() > 3 || stem.find_first_of(" .") != stem.npos;
  if (!is_long) return false;
  const std::size_t short_dot = short_name.rfind('.');
  const std::string_view short_extension =
      short_dot == short_name.npos ? "" : short_name.substr(short_dot + 1);
  return stripped(stem).substr(0, tilde) == fold_case(short_name.substr(0, tilde)) &&
         equal_ignoring_case(extension.substr(0, 3), short_extension);
}

Paths::Paths(Tree& tree, Budget& budget, Note note)
    : tree_(tree), budget_(budget), note_(std::move(note)) {}

void Paths::doubt_because(std::string reason) {
  if (doubt_.empty()) doubt_ = std::move(reason);
}

const Paths::Folder& Paths::folder(const std::string& path) {
  std::unique_ptr<Folder>& kept = folders_[path];
  if (kept == nullptr) {
    kept = std::make_unique<Folder>();
    auto nodes = tree_.list(path);
    if (nodes) {
      if (const auto paid = budget_.step(1 + nodes->size()); !paid)
        nodes = fail(paid.error().kind, "{}", paid.error().what);
    }
    if (nodes) {
      kept->nodes = std::move(*nodes);
      for (std::size_t i = 0; i < kept->nodes.size(); ++i) {
        kept->by_name.emplace(fold_case(kept->nodes[i].name), i);
      }
    } else if (nodes.error().kind != ErrorKind::not_found) {
      kept->failure = nodes.error().what;
      note_(path, kept->failure);
    }
  }
  if (!kept->failure.empty()) doubt_because((path.empty() ? "/" : path) + ": " + kept->failure);
  return *kept;
}

const std::vector<Node>* Paths::list(const std::string& path) {
  const Folder& kept = folder(path);
  return kept.failure.empty() ? &kept.nodes : nullptr;
}

void Paths::ask_about_link(const std::string& path, const Node& node) {
  const std::string child = join_path(path, node.name);
  note_(child, "a link stands where a file is asked for; links are not followed");
  doubt_because(child + " is a link, which is not followed");
}

void Paths::ask_about(const std::string& path, const Node& node) {
  if (node.damaged.empty()) return;
  const std::string child = join_path(path, node.name);
  note_(child, node.damaged);
  doubt_because(child + ": " + node.damaged);
}

std::vector<const Node*> Paths::named(const std::string& path, std::string_view name) {
  std::vector<const Node*> out;
  const Folder& kept = folder(path);
  const auto [begin, end] = kept.by_name.equal_range(fold_case(name));
  for (auto at = begin; at != end; ++at) {
    out.push_back(&kept.nodes[at->second]);
    ask_about(path, *out.back());
  }
  std::sort(out.begin(), out.end(), [](const Node* a, const Node* b) { return a->name < b->name; });
  return out;
}

std::vector<const Node*> Paths::candidates(const std::string& path, std::string_view component) {
  std::vector<const Node*> out;
  if (!has_wildcard(component)) out = named(path, component);
  if (!out.empty()) return out;
  const bool wild = has_wildcard(component);
  if (!wild && component.find('~') == component.npos) return out;
  for (const Node& node : folder(path).nodes) {
    if (wild ? matches_wildcard(component, node.name) : may_be_short_name(component, node.name)) {
      out.push_back(&node);
      ask_about(path, node);
    }
  }
  std::sort(out.begin(), out.end(), [](const Node* a, const Node* b) { return a->name < b->name; });
  return out;
}

std::vector<std::string> Paths::folders(const std::string& base, std::string_view relative,
                                        Links links) {
  bool climbs = false;
  const auto parts = components(relative, climbs);
  if (climbs) return {};
  std::vector<std::string> at = {base};
  for (const std::string_view part : parts) {
    std::vector<std::string> next;
    for (const std::string& path : at) {
      for (const Node* node : candidates(path, part)) {
        std::string child = join_path(path, node->name);
        if (node->kind == NodeKind::directory) {
          next.push_back(std::move(child));
        } else if (node->kind == NodeKind::link && links == Links::doubted) {
          note_(child, "a link stands where a folder is asked for; links are not followed");
          doubt_because(child + " is a link, which is not followed");
        }
      }
    }
    at = std::move(next);
  }
  return at;
}

std::vector<FileFact> Paths::files_at(const std::string& base, std::string_view relative,
                                      Links links) {
  const std::size_t slash = relative.find_last_of("\\/");
  const std::string_view name = slash == relative.npos ? relative : relative.substr(slash + 1);
  if (name.empty() || name == "." || name == ".." || has_wildcard(name)) return {};
  std::vector<FileFact> out;
  const std::string_view above = slash == relative.npos ? "" : relative.substr(0, slash);
  for (const std::string& path : folders(base, above, links)) {
    for (const Node* node : candidates(path, name)) {
      if (node->kind == NodeKind::file) out.push_back({join_path(path, node->name), *node, ""});
      if (node->kind == NodeKind::link) ask_about_link(path, *node);
    }
  }
  return out;
}

std::vector<FileFact> Paths::files(const std::string& top, std::string_view pattern, bool below) {
  std::vector<FileFact> out;
  const bool exact = !has_wildcard(pattern);
  std::vector<std::pair<std::string, int>> waiting = {{top, 0}};
  while (!waiting.empty()) {
    const auto [path, level] = std::move(waiting.back());
    waiting.pop_back();
    for (const Node* node : candidates(path, pattern)) {
      if (node->kind == NodeKind::file) out.push_back({join_path(path, node->name), *node, ""});
      // What a pattern meets by the way may be a junction, of which Windows has many.
      if (node->kind == NodeKind::link && exact) ask_about_link(path, *node);
    }
    if (!below) break;
    for (const Node& node : folder(path).nodes) {
      const std::string child = join_path(path, node.name);
      ask_about(path, node);  // it may be a folder
      if (node.kind != NodeKind::directory) continue;
      if (level < levels_max) {
        waiting.emplace_back(child, level + 1);
      } else {
        note_(child, "folders nested this deep are not searched");
        doubt_because(child + " lies too deep to be searched");
      }
    }
  }
  std::sort(out.begin(), out.end(),
            [](const FileFact& a, const FileFact& b) { return a.path < b.path; });
  return out;
}

}  // namespace antidotary::host
