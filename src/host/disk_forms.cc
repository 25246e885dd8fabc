// Disk: what a text of an entry may look like in this computer's registry.
//
// Threats write a path with the drive's letter, as a bare name, in short form or with Windows'
// own variables; all of them mean the same file.
#include <algorithm>
#include <utility>

#include "core/text.h"
#include "host/disk.h"

namespace antidotary::host {
namespace {

constexpr std::size_t forms_max = 512;

bool is_path_end(char c) { return c == ' ' || c == '"' || c == ',' || c == ';'; }

/// True where what follows a folder is `\name` with no further folder in it.
bool names_a_file(std::string_view rest) {
  if (rest.size() < 2 || rest.front() != '\\') return false;
  rest.remove_prefix(1);
  const auto end = std::find_if(rest.begin(), rest.end(), is_path_end);
  return end != rest.begin() && std::find(rest.begin(), end, '\\') == end;
}

/// One name as Windows shortens it where nothing else has that short name.
std::string short_name(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  const std::string_view stem = name.substr(0, dot);
  const std::string_view extension = dot == name.npos ? "" : name.substr(dot + 1);
  if (stem.size() <= 8 && extension.size() <= 3 && stem.find_first_of(" .") == stem.npos) {
    return std::string(name);
  }
  std::string out;
  for (const char c : stem) {
    if (c != ' ' && c != '.' && out.size() < 6) out.push_back(c);
  }
  out += "~1";
  if (!extension.empty()) out += '.' + std::string(extension.substr(0, 3));
  return out;
}

/// Only a text that is a path and nothing else can be shortened.
std::string short_form(const std::string& text) {
  if (text.size() < 3 || text[1] != ':' || text.find_first_of("\"%,") != text.npos) return {};
  std::vector<std::string> parts;
  for (const std::string_view part : split(text, '\\')) parts.push_back(short_name(part));
  parts.front() = text.substr(0, 2);
  return join(parts, "\\");
}

void add_once(std::vector<std::string>& out, std::string one) {
  if (out.size() < forms_max && std::find(out.begin(), out.end(), one) == out.end()) {
    out.push_back(std::move(one));
  }
}

}  // namespace

std::string Disk::windows_form(const std::string& folder) const {
  std::string out = std::string(1, drive_) + ':';
  std::string rest = folder;
  const bool in_windows = !windows_name_.empty() && kind_ != WindowsKind::none &&
                          (folder == windows_ || folder.starts_with(windows_ + '/'));
  if (in_windows) {
    out = windows_name_;
    rest = folder.substr(windows_.size());
  } else if (!rest.empty()) {
    out += '/';
  }
  out += rest;
  std::replace(out.begin(), out.end(), '/', '\\');
  return out;
}

std::vector<std::string> Disk::variable_forms(const std::string& name) {
  std::vector<std::string> out;
  for (const std::string& folder : variable(name)) add_once(out, windows_form(folder));
  if (name == "windir") {
    for (const std::string_view form : {"%SystemRoot%", "%windir%"})
      add_once(out, std::string(form));
  } else if (name == "system") {
    for (const std::string_view form : {"%SystemRoot%\\system32", "%windir%\\system32",
                                        "%SystemRoot%\\system", "%windir%\\system"}) {
      add_once(out, std::string(form));
    }
  } else if (name == "temp") {
    for (const std::string_view form : {"%TEMP%", "%TMP%"}) add_once(out, std::string(form));
  } else if (name == "systemdrive" || name == "programfiles" || name == "userprofile") {
    add_once(out, '%' + name + '%');
  }
  return out;
}

std::vector<std::string> Disk::written_forms(std::string_view text) {
  std::vector<std::string> forms = {""};
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = text[at] == '%' ? text.find('%', at + 1) : text.npos;
    const std::string name = end == text.npos ? "" : ascii_lower(text.substr(at + 1, end - at - 1));
    const std::vector<std::string> meanings =
        name.empty() ? std::vector<std::string>{} : variable_forms(name);
    if (meanings.empty()) {
      for (std::string& form : forms) form.push_back(text[at]);
      ++at;
      continue;
    }
    std::vector<std::string> next;
    for (const std::string& form : forms) {
      for (const std::string& meaning : meanings) add_once(next, form + meaning);
    }
    at = end + 1;
    // Windows looks into these two by itself, so the bare name is enough.
    if ((name == "windir" || name == "system") && names_a_file(text.substr(at))) {
      for (const std::string& form : forms) add_once(next, form + '\0');
    }
    forms = std::move(next);
  }
  std::vector<std::string> out;
  for (std::string& form : forms) {
    // The mark of a bare name takes the backslash after it along.
    for (std::size_t mark = form.find('\0'); mark != form.npos; mark = form.find('\0')) {
      form.erase(mark, 2);
    }
    add_once(out, form);
    if (form.size() > 2 && ascii_lower(form.substr(0, 2)) == "c:" && drive_ != 'C') {
      add_once(out, std::string(1, drive_) + form.substr(1));
    }
  }
  const std::vector<std::string> long_forms = out;
  for (const std::string& form : long_forms) {
    const std::string shortened = short_form(form);
    if (!shortened.empty()) add_once(out, shortened);
  }
  return out;
}

}  // namespace antidotary::host
