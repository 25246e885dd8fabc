// Exports: the table of formats, and what they share.
#include "publish/exports/export.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/digest.h"
#include "core/text.h"
#include "entries/dates.h"
#include "publish/removal.h"

namespace antidotary::publish {

Result<std::vector<ExportFile>> export_stix(const ExportRequest& request);
Result<std::vector<ExportFile>> export_misp_galaxy(const ExportRequest& request);
Result<std::vector<ExportFile>> export_misp_event(const ExportRequest& request);
Result<std::vector<ExportFile>> export_openioc(const ExportRequest& request);
Result<std::vector<ExportFile>> export_csv(const ExportRequest& request);
Result<std::vector<ExportFile>> export_oval(const ExportRequest& request);
Result<std::vector<ExportFile>> export_clamav(const ExportRequest& request);
Result<std::vector<ExportFile>> export_yara(const ExportRequest& request);

std::span<const ExportFormat> export_formats() {
  static constexpr ExportFormat table[] = {
      {"stix", "STIX 2.1 bundle", &export_stix},
      {"misp-galaxy", "MISP galaxy cluster", &export_misp_galaxy},
      {"misp-event", "MISP event", &export_misp_event},
      {"openioc", "OpenIOC 1.1", &export_openioc},
      {"csv", "a line a property (RFC 4180)", &export_csv},
      {"oval", "OVAL 5.10 definitions", &export_oval},
      {"clamav", "ClamAV databases, one file each", &export_clamav, true},
      {"yara", "YARA rules", &export_yara},
  };
  return table;
}

const ExportFormat* find_export_format(std::string_view name) {
  for (const ExportFormat& format : export_formats()) {
    if (format.name == name) return &format;
  }
  return nullptr;
}

std::vector<const entries::Variant*> Chosen::variants() const {
  return only.empty() ? variants_meant(*entry, nullptr) : only;
}

std::string Chosen::title() const {
  std::string out;
  for (const entries::Variant* each : only) out += (out.empty() ? "" : ", ") + each->title;
  return only.empty() ? entry->title : out;
}

std::string Chosen::id() const {
  std::string out;
  for (const entries::Variant* each : only) out += (out.empty() ? "." : "+") + each->id;
  return entry->id + out;
}

void choose(std::vector<Chosen>& chosen, const entries::Entry& entry,
            const entries::Variant* variant) {
  const auto found = std::find_if(chosen.begin(), chosen.end(),
                                  [&](const Chosen& each) { return each.entry == &entry; });
  if (found == chosen.end()) {
    chosen.push_back({&entry, {}});
    if (variant != nullptr) chosen.back().only.push_back(variant);
    return;
  }
  std::vector<const entries::Variant*>& only = found->only;
  if (variant == nullptr) only.clear();
  if (only.empty() || std::find(only.begin(), only.end(), variant) != only.end()) return;
  only.push_back(variant);
  // All of them stand in one vector of the entry, so their places are its order.
  std::sort(only.begin(), only.end());
}

std::string uuid_of(std::string_view name) {
  // Our own namespace: the name-based identifier of this project's name in the namespace of URLs.
  static constexpr auto space = octets(0x8d, 0x0a, 0x5b, 0x6e, 0x41, 0x52, 0x5c, 0x0f,  //
                                       0x9b, 0x27, 0x3e, 0x61, 0x7a, 0x94, 0xc5, 0x10);
  Digester digester(DigestKind::sha1);
  digester.update(space);
  digester.update(as_bytes(name));
  std::string hex = digester.finish_hex().substr(0, 32);
  hex[12] = '5';
  static constexpr std::string_view variants = "89ab";
  const char c = hex[16];
  const int nibble = c <= '9' ? c - '0' : c - 'a' + 10;
  hex[16] = variants[static_cast<std::size_t>(nibble & 3)];
  return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                     hex.substr(16, 4), hex.substr(20));
}

std::string timestamp_of(std::string_view date) {
  std::string day(date);
  if (entries::is_year(day)) day += "-01";
  if (entries::is_month(day)) day += "-01";
  return entries::is_day(day) ? day + "T00:00:00.000Z" : std::string();
}

std::string timestamp_of(std::uint64_t unix_s) {
  // Howard Hinnant's civil_from_days, for days since 1970.
  const std::uint64_t seconds = unix_s % 86400;
  const std::uint64_t z = unix_s / 86400 + 719468;
  const std::uint64_t era = z / 146097;
  const std::uint64_t doe = z - era * 146097;
  const std::uint64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const std::uint64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const std::uint64_t mp = (5 * doy + 2) / 153;
  const std::uint64_t day = doy - (153 * mp + 2) / 5 + 1;
  const std::uint64_t month = mp < 10 ? mp + 3 : mp - 9;
  const std::uint64_t year = yoe + era * 400 + (month <= 2 ? 1 : 0);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.000Z", year, month, day, seconds / 3600,
                     seconds / 60 % 60, seconds % 60);
}

std::string dotted(std::string_view title) {
  std::string out(title);
  std::replace(out.begin(), out.end(), '/', '.');
  return out;
}

std::string xml_escaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0xFFFE || c == 0xFFFF) {
      append_utf8(out, 0xFFFD);
    } else {
      append_utf8(out, c);
    }
  }
  return out;
}

std::vector<std::string> synonyms_of(const entries::Entry& entry, const entries::Variant* variant) {
  std::vector<std::string> out;
  const auto add = [&out](const std::string& label) {
    if (std::find(out.begin(), out.end(), label) == out.end()) out.push_back(label);
  };
  for (const auto& name : variant == nullptr ? entry.names : variant->names) {
    if (name.relation == entries::NameRelation::same) add(name.label);
  }
  if (variant == nullptr) {
    for (const std::string& word : entry.also_called) add(word);
  }
  return out;
}

}  // namespace antidotary::publish
