// The half of Unit that asks libyara, and finds out from its complaints what to take out.
#include <algorithm>

#include "signatures/yara/unit.h"

namespace antidotary::signatures::yara {
namespace {

// What a compiler costs beside the text that it is given, in bytes of text.
constexpr std::size_t compiler_price = 4096;

// Said of the second of two, and perhaps no longer when the first is taken out.
bool is_about_names(const Complaint& complaint) {
  return complaint.message.starts_with("duplicated identifier") ||
         complaint.message.find("previously used wildcard") != std::string::npos;
}

/// The first word in quotes: most messages name what they are about.
std::string quoted_in(const std::string& message) {
  const auto open = message.find('"');
  if (open == std::string::npos) return {};
  const auto close = message.find('"', open + 1);
  return close == std::string::npos ? "" : message.substr(open + 1, close - open - 1);
}

}  // namespace

// The part that a complaint is about; null where there is none, or where it is out already.
// `last`: of several that could be meant the last one.
Unit::Piece* Unit::piece_at(const Complaint& complaint, bool last) {
  const std::vector<std::size_t>& own = pieces_of_[complaint.file];
  const auto first = std::lower_bound(
      own.begin(), own.end(), complaint.line,
      [this](std::size_t i, std::uint32_t line) { return pieces_[i].part.last_line < line; });
  const bool import = complaint.message.starts_with("unknown module");
  const bool include = complaint.message.find("include") != std::string::npos;
  const Part::Kind kind = import    ? Part::Kind::import
                          : include ? Part::Kind::include
                                    : Part::Kind::rule;
  const bool in_rule = kind == Part::Kind::rule && !complaint.rule.empty();
  const std::string name = in_rule ? complaint.rule : quoted_in(complaint.message);
  Piece* named = nullptr;
  Piece* any = nullptr;
  bool out_already = false;
  for (auto at = first; at != own.end(); ++at) {
    Piece& piece = pieces_[*at];
    if (piece.part.first_line > complaint.line || ++looks_ > limits_.looks_max) break;
    const bool meant = piece.part.kind == kind && piece.part.name == name;
    out_already = out_already || (meant && piece.out);
    if (piece.out) continue;
    if (meant && (named == nullptr || last)) named = &piece;
    if (any == nullptr && piece.part.kind == kind) any = &piece;
  }
  if (named != nullptr) return named;
  return out_already ? nullptr : any;
}

bool Unit::refuse_strays(std::size_t file) {
  bool acted = false;
  for (const std::size_t i : pieces_of_[file]) {
    Piece& piece = pieces_[i];
    if (piece.out || piece.part.kind != Part::Kind::stray) continue;
    refuse(piece, piece.part.first_line, "what stands here belongs to no rule");
    acted = true;
  }
  return acted;
}

// Every rule of a file by itself: what is wrong in its own text is wrong there as well, whatever
// its neighbours do. That names are missing does not count.
Result<bool> Unit::check_alone(std::size_t file) {
  bool acted = false;
  for (const std::size_t i : pieces_of_[file]) {
    Piece& piece = pieces_[i];
    if (piece.out || piece.checked || piece.part.kind != Part::Kind::rule) continue;
    piece.checked = true;
    const std::string text(text_of(piece));
    compiled_bytes_ += text.size() + compiler_price;
    auto compiler = ANTIDOTARY_TRY(Compiler::create());
    const auto complaints = compiler.add({text}, "");
    if (std::none_of(complaints.begin(), complaints.end(), loses_place)) continue;
    const auto telling =
        std::find_if(complaints.begin(), complaints.end(), [](const Complaint& complaint) {
          return !complaint.message.starts_with("undefined identifier");
        });
    refuse(piece, piece.part.first_line + telling->line - 1, telling->message);
    acted = true;
  }
  return acted;
}

// Where libyara lost its place is not always where the fault is: an unfinished rule is complained
// about at the next one.
Result<bool> Unit::act_on_lost_place(const Complaint& complaint, bool acted) {
  acted = refuse_strays(complaint.file) || acted;
  acted = ANTIDOTARY_TRY(check_alone(complaint.file)) || acted;
  if (acted) return true;
  Piece* piece = piece_at(complaint, false);
  if (piece == nullptr) return false;
  refuse(*piece, complaint.line, complaint.message);
  return true;
}

Result<bool> Unit::act_on(const std::vector<Complaint>& complaints) {
  bool acted = false;
  std::vector<const Complaint*> later;
  for (const Complaint& complaint : complaints) {
    if (complaint.file >= files_.size()) continue;
    if (loses_place(complaint)) {
      acted = ANTIDOTARY_TRY(act_on_lost_place(complaint, acted));
      break;  // what follows may be its consequence
    }
    if (is_about_names(complaint)) {
      later.push_back(&complaint);
    } else if (Piece* piece = piece_at(complaint, false)) {
      refuse(*piece, complaint.line, complaint.message);
      acted = true;
    }
  }
  if (!acted) {
    for (const Complaint* complaint : later) {
      Piece* piece = piece_at(*complaint, true);
      if (piece == nullptr) continue;
      refuse(*piece, complaint->line, complaint->message);
      acted = true;
    }
  }
  refuse_dependents();
  return acted;
}

Status Unit::settle() {
  for (std::size_t attempt = 0; rules() != 0; ++attempt) {
    const std::vector<std::string> now = texts();
    for (const std::string& text : now) compiled_bytes_ += text.size();
    if (attempt >= limits_.attempts_max || compiled_bytes_ > limits_.compiled_bytes_max ||
        looks_ > limits_.looks_max) {
      refuse_all(1, "too much in this file is wrong to tell its rules apart");
      return {};
    }
    auto compiler = ANTIDOTARY_TRY(Compiler::create());
    const std::vector<Complaint> complaints = compiler.add(now, "");
    if (complaints.empty()) return {};
    if (!ANTIDOTARY_TRY(act_on(complaints))) {
      refuse_all(complaints.front().line, complaints.front().message);
    }
  }
  return {};
}

}  // namespace antidotary::signatures::yara
