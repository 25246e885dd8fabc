#include "signatures/yara/unit.h"

#include <algorithm>

#include "core/text.h"

namespace antidotary::signatures::yara {
namespace {

std::size_t lines_in(std::string_view text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

Unit::Unit(std::string text, std::string path, const ReadInclude& read, const UnitLimits& limits)
    : limits_(limits) {
  const std::string shown = path;
  if (const auto added = add_file({std::move(path), std::move(text), 0, 0}); !added) {
    refused_.push_back({0, added.error().what});
    files_.push_back({shown, "", 0, 0});
    pieces_of_.emplace_back();
    return;
  }
  load(read);
  refuse_what_hides_or_holds_no_rule();
}

Result<std::size_t> Unit::add_file(File file) {
  if (file.text.find('\0') != std::string::npos) {
    return fail(ErrorKind::bad_input, "not a text of YARA rules: it holds a NUL byte");
  }
  if (files_.size() >= limits_.files_max || file.text.size() > limits_.bytes_max - bytes_) {
    return fail(ErrorKind::budget_spent, "more than {} files or {} bytes are included",
                limits_.files_max, limits_.bytes_max);
  }
  bytes_ += file.text.size();
  if (file.text.starts_with("\xef\xbb\xbf")) blank(file.text, 0, 3);
  by_path_.emplace(normal_path(file.path), files_.size());
  files_.push_back(std::move(file));
  pieces_of_.emplace_back();
  return files_.size() - 1;
}

Result<std::size_t> Unit::include(const Piece& piece, const ReadInclude& read) {
  const File& from = files_[piece.file];
  const std::string path = ANTIDOTARY_TRY(resolve_include(from.path, piece.part.name));
  if (by_path_.contains(path)) return std::size_t{0};
  if (from.depth + 1 >= limits_.depth_max) {
    return fail(ErrorKind::budget_spent, "includes are nested deeper than {}", limits_.depth_max);
  }
  std::string text = ANTIDOTARY_TRY(read(files_.front().path, path));
  const std::uint32_t line = piece.file == 0 ? piece.part.first_line : from.root_line;
  return add_file({path, std::move(text), line, from.depth + 1});
}

// Depth first, as libyara comes to the parts; a stack of ours, whose depth has a limit.
void Unit::load(const ReadInclude& read) {
  struct Frame {
    std::size_t file = 0;
    std::vector<Part> parts;
    std::size_t next = 0;
  };
  std::vector<Frame> stack;
  stack.push_back({0, split(files_[0].text), 0});
  while (!stack.empty()) {
    Frame& frame = stack.back();
    if (frame.next == frame.parts.size()) {
      stack.pop_back();
      continue;
    }
    Piece piece;
    piece.file = frame.file;
    piece.part = std::move(frame.parts[frame.next++]);
    if (piece.part.kind == Part::Kind::rule) ++live_[piece.part.name];
    pieces_of_[piece.file].push_back(pieces_.size());
    pieces_.push_back(std::move(piece));
    Piece& placed = pieces_.back();
    if (placed.part.kind != Part::Kind::include) continue;
    const auto included = include(placed, read);
    if (!included) {
      refuse(placed, placed.part.first_line, included.error().what);
    } else if (*included == 0) {
      placed.out = true;  // it is there already
    } else {
      placed.included = *included;
      stack.push_back({*included, split(files_[*included].text), 0});
    }
  }
}

// libyara takes both without a word: a comment that is never closed may hide any number of rules,
// and a text of other words is not asked where there is nothing to compile.
void Unit::refuse_what_hides_or_holds_no_rule() {
  bool words = false;
  for (Piece& piece : pieces_) {
    if (piece.part.kind != Part::Kind::stray) continue;
    if (text_of(piece).starts_with(comment_open)) {
      refuse(piece, piece.part.first_line,
             "a comment that is never closed: what stands behind it is not read");
    }
    words = true;
  }
  if (words && rules() == 0) refused_.push_back({0, "there is no rule in it"});
}

std::string_view Unit::text_of(const Piece& piece) const {
  return std::string_view(files_[piece.file].text)
      .substr(piece.part.begin, piece.part.end - piece.part.begin);
}

void Unit::each_rule(const std::function<void(const RuleText&)>& tell) const {
  for (const Piece& piece : pieces_) {
    if (piece.out || piece.part.kind != Part::Kind::rule) continue;
    tell({piece.part.name, files_[piece.file].path, piece.part.first_line, text_of(piece)});
  }
}

std::size_t Unit::rules() const {
  return static_cast<std::size_t>(std::count_if(
      pieces_.begin(), pieces_.end(),
      [](const Piece& piece) { return piece.part.kind == Part::Kind::rule && !piece.out; }));
}

std::vector<std::string> Unit::texts() const {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < files_.size(); ++i) {
    std::string text = files_[i].text;
    // From the last to the first, so that what is replaced moves nothing that is still to come.
    for (auto at = pieces_of_[i].rbegin(); at != pieces_of_[i].rend(); ++at) {
      const Piece& piece = pieces_[*at];
      const Part& part = piece.part;
      if (piece.out) {
        blank(text, part.begin, part.end);
      } else if (part.kind == Part::Kind::include) {
        text.replace(part.begin, part.end - part.begin,
                     "include \"" + std::to_string(piece.included) + "\"" +
                         std::string(lines_in(text_of(piece)), '\n'));
      }
    }
    out.push_back(std::move(text));
  }
  return out;
}

void Unit::refuse(Piece& piece, std::uint32_t line, const std::string& reason) {
  const File& file = files_[piece.file];
  const Part& part = piece.part;
  std::string said = reason;
  if (part.kind == Part::Kind::rule) said = fmt::format("rule \"{}\": {}", part.name, reason);
  if (part.kind == Part::Kind::include) {
    said = fmt::format("include \"{}\": {}", escape_for_terminal(part.name), reason);
  }
  if (piece.file != 0) {
    said = fmt::format("in {}, line {}: {}", escape_for_terminal(file.path), line, said);
    line = file.root_line;
  }
  refused_.push_back({line, std::move(said)});
  piece.out = true;
  if (part.kind != Part::Kind::rule) return;
  --live_[part.name];
  fallen_.push_back(static_cast<std::size_t>(&piece - pieces_.data()));
}

void Unit::refuse_all(std::uint32_t line, const std::string& reason) {
  bool none = true;
  for (Piece& piece : pieces_) {
    if (piece.out) continue;
    if (piece.part.kind == Part::Kind::rule) {
      refuse(piece, piece.file == 0 ? piece.part.first_line : line, reason);
      none = false;
    }
    piece.out = true;
  }
  if (none) refused_.push_back({line, reason});
  fallen_.clear();
}

void Unit::learn_mentions() {
  mentions_known_ = true;
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    if (pieces_[i].part.kind != Part::Kind::rule) continue;
    Mentions found = mentions(text_of(pieces_[i]));
    for (std::string& name : found.names) {
      if (live_.contains(name)) mentioned_by_[std::move(name)].push_back(i);
    }
    for (std::string& prefix : found.prefixes) prefixes_.emplace_back(std::move(prefix), i);
  }
}

void Unit::refuse_dependents_of(const Piece& fallen) {
  const std::string name = fallen.part.name;
  const auto index = static_cast<std::size_t>(&fallen - pieces_.data());
  const std::string reason = fmt::format("depends on rule \"{}\", which was refused", name);
  const auto take_out = [&](std::size_t i) {
    Piece& piece = pieces_[i];
    if (i > index && !piece.out) refuse(piece, piece.part.first_line, reason);
  };
  if (const auto found = mentioned_by_.find(name); found != mentioned_by_.end()) {
    for (const std::size_t i : found->second) take_out(i);
  }
  looks_ += prefixes_.size();
  for (const auto& [prefix, i] : prefixes_) {
    if (name.starts_with(prefix)) take_out(i);
  }
}

void Unit::refuse_dependents() {
  if (!mentions_known_ && !fallen_.empty()) learn_mentions();
  while (!fallen_.empty() && looks_ <= limits_.looks_max) {
    const Piece& fallen = pieces_[fallen_.back()];
    fallen_.pop_back();
    if (fallen.part.name.empty() || live_[fallen.part.name] != 0) continue;
    if (fallen.part.is_global) {
      refuse_all(
          fallen.part.first_line,
          fmt::format("depends on the global rule \"{}\", which was refused", fallen.part.name));
      return;
    }
    refuse_dependents_of(fallen);
  }
}

}  // namespace antidotary::signatures::yara
