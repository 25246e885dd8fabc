#include "formats/mime/anomaly.h"

#include <array>

namespace antidotary::mime {
namespace {

struct Row {
  std::string_view name;
  bool ambiguous;
};

constexpr std::array<Row, anomalies_count> rows = {{
    {"header_cut_short", true},
    {"header_not_ended", false},
    {"blank_line_odd", true},
    {"blank_before_colon", true},
    {"field_too_long", false},
    {"too_many_fields", true},
    {"field_twice", true},
    {"field_hidden", true},
    {"field_odd_bytes", true},
    {"nul_in_header", true},
    {"bare_carriage_return", true},
    {"byte_order_mark", true},
    {"type_odd", true},
    {"type_unknown", true},
    {"boundary_missing", true},
    {"boundary_odd", true},
    {"boundary_twice", true},
    {"boundary_never_seen", true},
    {"boundary_beside", true},
    {"multipart_not_closed", false},
    {"multipart_encoded", true},
    {"message_encoded", true},
    {"delimiter_odd", true},
    {"delimiter_unknown", false},
    {"encoded_outside", true},
    {"encoding_odd", true},
    {"encoding_unknown", true},
    {"base64_odd", true},
    {"base64_cut", false},
    {"quoted_odd", true},
    {"body_looks_encoded", false},
}};

}  // namespace

std::string_view name_of(Anomaly anomaly) {
  const auto index = static_cast<std::size_t>(anomaly);
  return index < rows.size() ? rows[index].name : "unknown";
}

bool is_ambiguous(Anomaly anomaly) {
  const auto index = static_cast<std::size_t>(anomaly);
  return index < rows.size() && rows[index].ambiguous;
}

}  // namespace antidotary::mime
