// [[message]] in a scanned message: which marks of the stated lure it carries, and whether they
// suffice.
//
// A lure convicts only by the shape of what is attached *and* by its words: anybody may write
// "your account", anybody may attach a zip. The rules stand in docs/formats/report.md.
#include "entries/kinds/message.h"

#include <algorithm>

#include "core/text.h"
#include "scan/kinds.h"

namespace antidotary::scan {
namespace {

using entries::Change;
using entries::MessageChange;

const MessageChange& as_message(const Change& change) {
  return static_cast<const MessageChange&>(change);
}

bool wants(const Change& change) { return as_message(change).checkable(); }

bool states(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool matches_any(const std::vector<std::string>& patterns, std::string_view text) {
  if (patterns.empty()) return false;
  const std::string collapsed = collapse_white_space(text);
  return std::any_of(patterns.begin(), patterns.end(), [&collapsed](const std::string& pattern) {
    return matches_wildcard(collapse_white_space(pattern), collapsed);
  });
}

bool is_word_character(std::string_view text, std::size_t at) {
  const auto c = static_cast<unsigned char>(text[at]);
  return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// True where `phrase` stands in `text` as whole words: "test" is not in "latest".
bool holds_words(std::string_view text, std::string_view phrase) {
  if (phrase.empty()) return false;
  for (std::size_t at = text.find(phrase); at != std::string_view::npos;
       at = text.find(phrase, at + 1)) {
    const std::size_t end = at + phrase.size();
    const bool begins =
        at == 0 || !is_word_character(text, at - 1) || !is_word_character(phrase, 0);
    const bool ends = end == text.size() || !is_word_character(text, end) ||
                      !is_word_character(phrase, phrase.size() - 1);
    if (begins && ends) return true;
  }
  return false;
}

bool holds_phrase(const mail::Letter& letter, const std::string& phrase) {
  const std::string collapsed = collapse_white_space(phrase);
  if (collapsed.find_first_of("*?") != std::string::npos &&
      matches_wildcard('*' + collapsed + '*', letter.text)) {
    return true;
  }
  return holds_words(letter.folded_text, fold_case(collapsed));
}

std::string_view last_part(std::string_view name) {
  const std::size_t slash = name.find_last_of("/\\");
  return slash == std::string_view::npos ? name : name.substr(slash + 1);
}

/// What one attachment shows of the stated shape.
struct Shape {
  const mail::Attachment* attachment = nullptr;
  const std::vector<std::string>* member_path = nullptr;  ///< Of the member that tells most.
  bool name = false;
  bool member = false;
  bool executable = false;
  bool double_extension = false;
  bool size = false;
  std::string member_name;

  unsigned marks() const { return 0u + name + member + executable + double_extension + size; }
};

void look_at_members(const MessageChange& change, Shape& shape) {
  const mail::Attachment& attachment = *shape.attachment;
  for (std::size_t i = 0; i < attachment.members.size(); ++i) {
    const std::string_view name = last_part(attachment.members[i]);
    const bool stated = matches_any(change.member, name);
    const bool executable =
        states(change.structure, "executable") && mail::is_executable_name(name);
    const bool twofold =
        states(change.structure, "double-extension") && mail::has_double_extension(name);
    if ((stated && !shape.member) || ((executable || twofold) && shape.member_path == nullptr)) {
      shape.member_path = &attachment.member_paths[i];
      shape.member_name = name;
    }
    shape.member = shape.member || stated;
    shape.executable = shape.executable || executable;
    shape.double_extension = shape.double_extension || twofold;
  }
}

// One of the names that programs may show for the attachment.
void look_at_name(const MessageChange& change, std::string_view name, Shape& shape) {
  shape.name = shape.name || matches_any(change.attachment, name);
  shape.executable = shape.executable ||
                     (states(change.structure, "executable") && mail::is_executable_name(name));
  shape.double_extension =
      shape.double_extension ||
      (states(change.structure, "double-extension") && mail::has_double_extension(name));
}

Shape look_at(const MessageChange& change, const mail::Attachment& attachment) {
  Shape shape;
  shape.attachment = &attachment;
  look_at_name(change, attachment.name, shape);
  for (const std::string& name : attachment.names) look_at_name(change, name, shape);
  look_at_members(change, shape);
  const auto& sizes = change.attachment_sizes;
  shape.size = std::find(sizes.begin(), sizes.end(), attachment.size_bytes) != sizes.end();
  return shape;
}

// Every shape that the change states must be there; what is locked away cannot be asked for.
bool fits(const MessageChange& change, const Shape& shape) {
  const bool locked = shape.attachment->encrypted;
  if (!change.attachment.empty() && !shape.name) return false;
  if (!change.member.empty() && !shape.member && !(locked && shape.name)) return false;
  const bool executable_stated = states(change.structure, "executable");
  if (executable_stated && !shape.executable && !(locked && shape.name)) return false;
  return shape.name || shape.member || shape.executable;
}

struct Marks {
  bool from = false;
  bool sender = false;
  bool subject = false;
  bool importance = false;
  bool codebase = false;
  bool fits = false;
  Shape shape;
  std::vector<std::string> phrases;
};

Marks find_marks(const MessageChange& change, const mail::Letter& letter) {
  Marks marks;
  marks.from = matches_any(change.from, letter.from_address);
  marks.sender = matches_any(change.sender_name, letter.from_name);
  marks.subject = matches_any(change.subject, letter.subject);
  for (const std::string& phrase : change.body) {
    if (holds_phrase(letter, phrase)) marks.phrases.push_back(phrase);
  }
  marks.importance = letter.importance_high && states(change.structure, "importance-high");
  marks.codebase = states(change.structure, "codebase") &&
                   std::any_of(letter.html.begin(), letter.html.end(), [](const std::string& html) {
                     return mail::has_local_codebase(html);
                   });
  for (const mail::Attachment& attachment : letter.attachments) {
    Shape shape = look_at(change, attachment);
    const bool fit = fits(change, shape);
    if ((fit && !marks.fits) || (fit == marks.fits && shape.marks() > marks.shape.marks())) {
      marks.shape = std::move(shape);
      marks.fits = fit;
    }
  }
  return marks;
}

bool suffices(const MessageChange& change, const Marks& marks) {
  if (!marks.fits || change.evidence == entries::Grade::weak) return false;
  const bool words = !marks.phrases.empty();
  if (change.subject.empty()) return words;
  if (change.body.empty()) return marks.subject;
  if (marks.subject && words) return true;
  // High importance is left out: much honest mail has it.
  const Shape& shape = marks.shape;
  const bool third =
      shape.member || shape.size || shape.executable || shape.double_extension || marks.codebase;
  return (marks.subject || words) && third;
}

// Something of the attachment and something beside it: worth saying, never worth acting on.
bool hints(const Marks& marks) {
  const Shape& shape = marks.shape;
  if (!shape.name && !shape.member && !marks.fits) return false;
  const bool beside = marks.from || marks.sender || marks.subject || !marks.phrases.empty() ||
                      shape.size || marks.codebase;
  return beside || (shape.name && shape.member);
}

void write_marks(const mail::Letter& letter, const Marks& marks, Detection& detection) {
  const auto put = [&detection](bool found, const char* what, std::string value) {
    if (found) detection.marks.push_back({what, std::move(value)});
  };
  put(marks.from, "from", letter.from_address);
  put(marks.sender, "sender name", letter.from_name);
  put(marks.subject, "subject", letter.subject);
  for (const std::string& phrase : marks.phrases) put(true, "body", phrase);
  const Shape& shape = marks.shape;
  if (shape.attachment != nullptr) {
    put(shape.name, "attachment", shape.attachment->name);
    put(shape.member, "member", shape.member_name);
    put(shape.size, "attachment size", std::to_string(shape.attachment->size_bytes));
    put(shape.executable, "structure", "executable");
    put(shape.double_extension, "structure", "double-extension");
  }
  put(marks.codebase, "structure", "codebase");
  put(marks.importance, "structure", "importance-high");
}

std::optional<Detection> detect(const Change& change, const Subject& subject) {
  const mail::Letter* letter = subject.letter();
  if (letter == nullptr || letter->attachments.empty()) return std::nullopt;
  const MessageChange& message = as_message(change);
  const Marks marks = find_marks(message, *letter);
  Detection detection;
  detection.convicts = suffices(message, marks);
  if (!detection.convicts && !hints(marks)) return std::nullopt;
  detection.grade = detection.convicts ? change.evidence : entries::Grade::weak;
  write_marks(*letter, marks, detection);
  if (marks.shape.member_path != nullptr) {
    detection.path = *marks.shape.member_path;
  } else if (marks.shape.attachment != nullptr) {
    detection.path = marks.shape.attachment->path;
  }
  return detection;
}

}  // namespace

const Kind& message_kind() {
  static constexpr Kind kind = {"message", &wants, &detect};
  return kind;
}

}  // namespace antidotary::scan
