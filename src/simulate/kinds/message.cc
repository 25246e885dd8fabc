// message: the lure as it would arrive: sender, subject, phrases, attachment. The attachment is a
// text that says what it stands for, whatever its name; the markup names a program that does not
// exist, by an element that does nothing.
#include "entries/kinds/message.h"

#include <algorithm>
#include <array>

#include "core/text.h"
#include "simulate/kinds.h"
#include "simulate/letter_writer.h"
#include "simulate/zip_writer.h"

namespace antidotary::simulate {
namespace {

using entries::MessageChange;

bool has_mark(const MessageChange& message, std::string_view mark) {
  return std::find(message.structure.begin(), message.structure.end(), mark) !=
         message.structure.end();
}

std::string extension_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == name.npos ? "" : ascii_lower(name.substr(dot + 1));
}

bool runs_when_opened(std::string_view name) {
  constexpr std::array<std::string_view, 6> list = {"exe", "scr", "pif", "com", "bat", "cmd"};
  return std::find(list.begin(), list.end(), extension_of(name)) != list.end();
}

bool is_archive(std::string_view name) { return extension_of(name) == "zip"; }
bool is_markup(std::string_view name) {
  return extension_of(name) == "html" || extension_of(name) == "htm";
}

// True where `name` itself shows what the structure asks of attachment or member.
bool fits(const MessageChange& message, std::string_view name) {
  if (has_mark(message, "executable") && !runs_when_opened(name)) return false;
  const std::string_view stem = name.substr(0, std::min(name.rfind('.'), name.size()));
  if (has_mark(message, "double-extension")) {
    return runs_when_opened(name) && stem.find('.') != stem.npos;
  }
  return true;
}

std::string made_up_name(const MessageChange& message) {
  if (has_mark(message, "double-extension")) return "document.txt.scr";
  return has_mark(message, "executable") ? "document.scr" : "document.txt";
}

// The first of the published names that fits, else the first.
std::string choose(const MessageChange& message, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (fits(message, concrete(name))) return concrete(name);
  }
  return concrete(names.front());
}

std::string attachment_name(const MessageChange& message) {
  if (!message.member.empty()) {
    for (const std::string& name : message.attachment) {
      if (is_archive(name)) return concrete(name);
    }
    return message.attachment.empty() ? "message.zip" : concrete(message.attachment.front());
  }
  if (!message.attachment.empty()) {
    const std::string name = choose(message, message.attachment);
    if (fits(message, name)) return name;
    for (const std::string& other : message.attachment) {
      if (is_archive(other)) return concrete(other);
    }
    return name;
  }
  return made_up_name(message);
}

std::string member_name(const MessageChange& message) {
  return message.member.empty() ? made_up_name(message) : choose(message, message.member);
}

std::string markup(const std::string& what) {
  return "Inert stand-in for the markup of " + what +
         ".\r\n<html><body>\r\n<p>The element below has no class and names a program that does "
         "not exist: it does nothing.</p>\r\n"
         "<object codebase=\"inert-stand-in-without-a-program.exe\"></object>\r\n"
         "</body></html>\r\n";
}

// The stand-in, or the markup where it is that file which carries it; padded to `size`.
Buffer carried(const MessageChange& message, const std::string& name, const std::string& what,
               std::uint64_t size) {
  if (!is_markup(name) || !has_mark(message, "codebase")) {
    return stand_in(name + ", attached by " + what, size);
  }
  Buffer out = to_buffer(as_bytes(std::string_view(markup(what))));
  if (size > out.size()) out.resize(std::min(size, stand_in_size_max), std::byte{' '});
  return out;
}

Enclosure enclose(const MessageChange& message, const std::string& what) {
  const std::uint64_t size =
      message.attachment_sizes.empty() ? 0 : message.attachment_sizes.front();
  Enclosure out;
  out.name = attachment_name(message);
  if (!is_archive(out.name) && message.member.empty()) {
    out.data = carried(message, out.name, what, size);
    return out;
  }
  const std::string inner = member_name(message);
  const std::uint64_t overhead = zip_overhead(inner);
  const std::uint64_t inner_size = size > overhead ? size - overhead : 0;
  out.media_type = "application/zip";
  out.data = write_zip({{inner, carried(message, inner, what, inner_size)}});
  return out;
}

bool markup_is_enclosed(const MessageChange& message) {
  return is_markup(attachment_name(message)) ||
         (!message.member.empty() && is_markup(member_name(message)));
}

bool has_attachment(const MessageChange& message) {
  return !message.attachment.empty() || !message.member.empty() ||
         !message.attachment_sizes.empty() || has_mark(message, "executable") ||
         has_mark(message, "double-extension");
}

void make(const entries::Change& change, const entries::Variant& variant, Scene& scene) {
  const auto& message = dynamic_cast<const MessageChange&>(change);
  const std::string what = variant.title + " (" + message.id + ")";
  LetterSpec letter;
  letter.from_address =
      message.from.empty() ? "someone@example.com" : concrete(message.from.front());
  if (!message.sender_name.empty()) letter.from_name = concrete(message.sender_name.front());
  letter.subject = message.subject.empty() ? "hello" : concrete(message.subject.front());
  letter.id = "lure-" + std::to_string(scene.messages.size());
  letter.importance_high = has_mark(message, "importance-high");
  for (const std::string& phrase : message.body) letter.text += concrete(phrase) + "\n\n";
  letter.text += "(Inert stand-in for a message of " + what + ".)\n";
  if (has_attachment(message)) letter.enclosures.push_back(enclose(message, what));
  if (has_mark(message, "codebase") && !markup_is_enclosed(message)) letter.html = markup(what);
  scene.slip_in({"lure-" + message.id, write_letter(letter)});
}

}  // namespace

const Kind& message_kind() {
  static constexpr Kind kind = {"message", &make};
  return kind;
}

}  // namespace antidotary::simulate
