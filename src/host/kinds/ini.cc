// A line of win.ini, system.ini and their kin: by section and name first, then by what it holds.
#include "entries/kinds/ini.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "core/text.h"
#include "host/ini_words.h"
#include "host/kinds.h"
#include "host/text_files.h"

namespace antidotary::host {
namespace {

using entries::IniChange;

constexpr std::uint64_t ini_bytes_max = 1u << 20;

/// How a stated word may be written here: Windows looks for a bare name in its own folders.
WordForms forms_of(const std::string& word, Computer& computer) {
  WordForms out = computer.written_forms(word);
  if (word.find_first_of("\\/") != std::string::npos) return out;
  out.push_back(word);
  for (const char* folder : {"%windir%\\", "%system%\\"}) {
    const auto more = computer.written_forms(folder + word);
    out.insert(out.end(), more.begin(), more.end());
  }
  return out;
}

class Detector {
 public:
  Detector(const IniChange& change, Computer& computer) : change_(change), computer_(computer) {
    const std::string old = change.old_data.value_or("");
    for (const std::string& data : change.data) {
      std::vector<WordForms>& text = texts_.emplace_back();
      for (const std::string& word : words_of(data)) text.push_back(forms_of(word, computer));
      for (const std::string& word : programs_added(data, old)) {
        added_.push_back(forms_of(word, computer));
      }
    }
  }

  void look_at(const FileFact& file, std::string_view text) {
    for (const lines::Setting& setting : lines::settings(text, change_.section, change_.key)) {
      if (out_.size() >= lines_told_max) {
        computer_.note_unread(file.path, "more lines fit than are told");
        return;
      }
      const auto words = lines::words(text, setting.value);
      if (change_.is_list()) {
        look_at_list(file, text, setting, words);
      } else {
        look_at_line(file, text, setting, words);
      }
    }
  }

  std::vector<Finding> take(const std::string& doubt) {
    if (out_.empty()) out_.push_back(not_found(change_, doubt));
    return std::move(out_);
  }

 private:
  // Every Windows has these lines: what another program in them does speaks against nothing.
  void look_at_list(const FileFact& file, std::string_view text, const lines::Setting& setting,
                    const std::vector<lines::Part>& words) {
    for (const lines::Part& word : words) {
      const bool stated = std::any_of(texts_.begin(), texts_.end(), [&](const auto& forms) {
        return forms.size() == 1 && is_word(word.of(text), forms.front());
      });
      if (!stated || out_.size() >= lines_told_max) continue;
      Finding& found = add(file, fmt::format("names {}, as published", word.of(text)));
      found.confirmed = true;
      if (setting.line.size <= line_bytes_max) {
        found.line = line_fact(file, text, setting.line, word);
      }
    }
  }

  void look_at_line(const FileFact& file, std::string_view text, const lines::Setting& setting,
                    const std::vector<lines::Part>& words) {
    const std::string_view held = setting.value.of(text).substr(0, line_bytes_max);
    if (std::any_of(texts_.begin(), texts_.end(),
                    [&](const auto& forms) { return fits(text, words, forms); })) {
      Finding& found = add(file, fmt::format("holds {}, as published", held));
      found.confirmed = true;
      if (setting.line.size <= line_bytes_max) {
        found.line = line_fact(file, text, setting.line, setting.value);
      }
      return;
    }
    // Something else is in the line as well: it starts the threat, and is a person's to mend.
    for (const lines::Part& word : words) {
      if (std::none_of(added_.begin(), added_.end(),
                       [&](const auto& forms) { return is_word(word.of(text), forms); })) {
        continue;
      }
      add(file, fmt::format("holds {}, which names {}", held, word.of(text)));
      return;
    }
  }

  static bool fits(std::string_view text, const std::vector<lines::Part>& words,
                   const std::vector<WordForms>& forms) {
    return std::equal(words.begin(), words.end(), forms.begin(), forms.end(),
                      [&](const lines::Part& word, const WordForms& form) {
                        return is_word(word.of(text), form);
                      });
  }

  Finding& add(const FileFact& file, std::string detail) {
    Finding finding;
    finding.where = fmt::format("{}: [{}] {}", file.path, change_.section, change_.key);
    finding.outcome = Outcome::found;
    finding.detail = std::move(detail);
    return out_.emplace_back(std::move(finding));
  }

  const IniChange& change_;
  Computer& computer_;
  std::vector<std::vector<WordForms>> texts_;  ///< Each stated text, word by word.
  std::vector<WordForms> added_;
  std::vector<Finding> out_;
};

std::vector<Finding> detect(const entries::Change& generic, Computer& computer) {
  const auto& change = static_cast<const IniChange&>(generic);
  Detector detector(change, computer);
  const std::string doubt =
      each_text(computer, change.directory, change.name, ini_bytes_max,
                [&](const FileFact& file, std::string_view text) { detector.look_at(file, text); });
  return detector.take(doubt);
}

}  // namespace

const Kind& ini_kind() {
  static constexpr Kind kind = {"ini", &detect};
  return kind;
}

}  // namespace antidotary::host
