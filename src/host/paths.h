// Paths: the tree's folders as Windows sees them: names without regard to case, short names, and
// never through a link.
//
// Listings are kept, so that a hundred questions about one folder read it once. It knows nothing of
// Windows' own folders; those are Disk's.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/budget.h"
#include "host/finding.h"
#include "host/tree.h"

namespace antidotary::host {

/// The last part of a path, and what stands before it ("" at the top).
std::string_view last_name(std::string_view path);
std::string_view parent_of(std::string_view path);
std::string join_path(std::string_view folder, std::string_view name);
/// True where `name` is of a form that Windows gives short names ("PROGRA~1") and `short_name` may
/// be that of `name`.
bool may_be_short_name(std::string_view short_name, std::string_view name);

class Paths {
 public:
  using Note = std::function<void(std::string what, std::string reason)>;
  /// `tree` and `budget` must outlive this. `note` is told what could not be read.
  Paths(Tree& tree, Budget& budget, Note note);

  /// What a link on the way means: a doubt and a note, or nothing (Windows' own compatibility
  /// links, which lead to places that are looked at anyway).
  enum class Links : std::uint8_t { doubted, ignored };

  /// The nodes of a folder; null where there is no such folder or it could not be read.
  const std::vector<Node>* list(const std::string& folder);
  /// Nodes of that name (case ignored), of any kind; a damaged one is noted.
  std::vector<const Node*> named(const std::string& folder, std::string_view name);
  /// Exact paths of the folders that `relative` may mean below `base`. Names are separated by '\\'
  /// or '/', may hold wildcards, may be short names. A path that climbs (`..`) means nothing.
  std::vector<std::string> folders(const std::string& base, std::string_view relative, Links links);
  /// Exact paths of the regular files that `relative` may mean below `base`. A link in their place
  /// is a doubt.
  std::vector<FileFact> files_at(const std::string& base, std::string_view relative, Links links);
  /// Regular files in `folder` whose name matches `pattern`; with `below`, 8 levels down as well.
  std::vector<FileFact> files(const std::string& folder, std::string_view pattern, bool below);

  const std::string& doubt() const { return doubt_; }
  void doubt_because(std::string reason);
  void forget_doubt() { doubt_.clear(); }

 private:
  struct Folder {
    std::vector<Node> nodes;
    std::unordered_multimap<std::string, std::size_t> by_name;  ///< Folded name to index.
    std::string failure;                                        ///< Empty where it was read.
  };
  const Folder& folder(const std::string& path);
  std::vector<const Node*> candidates(const std::string& path, std::string_view component);
  /// Notes and doubts a node that was asked for and that nobody can say anything about.
  void ask_about(const std::string& path, const Node& node);
  void ask_about_link(const std::string& path, const Node& node);

  Tree& tree_;
  Budget& budget_;
  Note note_;
  std::map<std::string, std::unique_ptr<Folder>> folders_;
  std::string doubt_;
};

}  // namespace antidotary::host
