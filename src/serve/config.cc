#include "serve/config.h"

#include <algorithm>
#include <charconv>

#include "core/text.h"
#include "gate/section.h"
#include "serve/shares.h"

namespace antidotary::serve {
namespace {

using gate::Section;

constexpr std::size_t token_bytes_least = 16;
constexpr std::uint64_t s_per_hour = 3'600;
constexpr std::uint64_t s_per_day = 86'400;
constexpr std::uint64_t ledger_bytes_least = 1 << 20;

bool is_address(std::string_view tcp) {
  const std::size_t colon = tcp.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view port = tcp.substr(colon + 1);
  unsigned number = 0;
  const auto parsed = std::from_chars(port.data(), port.data() + port.size(), number);
  return parsed.ec == std::errc{} && parsed.ptr == port.data() + port.size() && number > 0 &&
         number < 65'536;
}

/// Short, and of characters that a line of a reply may hold.
bool is_web_address(std::string_view address) {
  return (address.starts_with("https://") || address.starts_with("http://")) &&
         address.size() <= 200 && std::all_of(address.begin(), address.end(), [](char one) {
           return one > ' ' && one < 127 && one != '%' && one != '"' && one != '<';
         });
}

void read_listen(Section& section, Listen& out) {
  section.text("unix", out.unix_path);
  section.text("tcp", out.tcp);
  std::string mode;
  section.text("unix_mode", mode);
  if (!mode.empty()) {
    std::uint32_t number = 0;
    const auto parsed = std::from_chars(mode.data(), mode.data() + mode.size(), number, 8);
    if (parsed.ec != std::errc{} || parsed.ptr != mode.data() + mode.size() || number > 0777) {
      section.mistake_at("unix_mode", "'unix_mode' is three octal digits such as \"660\"");
    }
    out.unix_mode = number;
  }
  if (!out.unix_path.empty() && (out.unix_path[0] != '/' || out.unix_path.size() > 107)) {
    section.mistake_at("unix", "'unix' is an absolute path of at most 107 bytes");
  }
  if (!out.tcp.empty() && !is_address(out.tcp)) {
    section.mistake_at("tcp", "'tcp' is an address and a port such as \"127.0.0.1:3310\"");
  }
}

void read_scan(Section& scan, Config& out) {
  scan.text("pack", out.pack);
  scan.texts("databases", out.databases);
  scan.number("workers", out.workers, 1, 256);
  scan.number("objects_per_worker", out.objects_per_worker, 1, 1'000'000);
  scan.number("connections_max", out.connections_max, 1, 1'000'000);
  scan.size("spool_bytes_max", out.spool_bytes_max);
  scan.number("stop_timeout_s", out.stop_timeout_s, 1, 3'600);
  scan.size("object_bytes_max", out.limits.object_bytes_max);
  scan.size("unpacked_bytes_max", out.limits.bytes_max);
  scan.number("objects_max", out.limits.objects_max, 1, 10'000'000);
  std::uint64_t depth = out.limits.depth_max;
  scan.number("depth_max", depth, 1, 100);
  out.limits.depth_max = static_cast<std::uint32_t>(depth);
  scan.number("ratio_max", out.limits.ratio_max, 0, 1'000'000);
  scan.number("time_ms_max", out.limits.time_ms_max, 100, 3'600'000);
  const auto incomplete = scan.choice("incomplete", enum_names(Incomplete{}));
  if (incomplete) out.incomplete = static_cast<Incomplete>(*incomplete);
  scan.finish();
}

void read_clamd(Section& clamd, ClamdConfig& out) {
  read_listen(clamd, out.listen);
  clamd.text("banner", out.banner);
  clamd.size("stream_bytes_max", out.stream_bytes_max);
  clamd.number("command_timeout_s", out.command_timeout_s, 1, 86'400);
  clamd.number("read_timeout_s", out.read_timeout_s, 1, 86'400);
  clamd.number("stream_timeout_s", out.stream_timeout_s, 1, 86'400);
  clamd.truth("allow_shutdown", out.allow_shutdown);
  clamd.truth("allow_paths", out.allow_paths);
  clamd.truth("allow_all_match", out.allow_all_match);
  clamd.finish();
}

void read_milter(Section& milter, MilterConfig& out) {
  read_listen(milter, out.listen);
  milter.text("policy", out.policy_path);
  if (!out.policy_path.empty() && out.policy_path[0] != '/') {
    milter.mistake_at("policy", "'policy' is the absolute path of a file");
  }
  milter.text("pages", out.pages);
  while (out.pages.ends_with('/')) out.pages.pop_back();
  if (!out.pages.empty() && !is_web_address(out.pages)) {
    milter.mistake_at("pages", "'pages' is an address such as \"https://example.org/pages\"");
  }
  milter.size("message_bytes_max", out.message_bytes_max);
  milter.number("timeout_s", out.timeout_s, 1, 86'400);
  // Postfix waits 300 s for a word (milter_content_timeout).
  milter.number("progress_s", out.progress_s, 1, 250);
  milter.finish();
}

/// The front has no TLS and answers whoever connects: it stays on this host.
void read_http(Section& http, HttpConfig& out) {
  read_listen(http, out.listen);
  const std::string& tcp = out.listen.tcp;
  if (!tcp.empty() && !tcp.starts_with("127.") && !tcp.starts_with("[::1]:") &&
      !tcp.starts_with("localhost:")) {
    http.mistake_at("tcp",
                    "'tcp' of [http] is an address of this host such as \"127.0.0.1:8080\"; "
                    "others reach it through a proxy that knows them");
  }
  http.text("token", out.token);
  if (http.has("token") && out.token.size() < token_bytes_least) {
    http.mistake_at("token", "'token' has at least 16 characters ('openssl rand -hex 16')");
  }
  http.size("body_bytes_max", out.body_bytes_max);
  http.number("timeout_s", out.timeout_s, 1, 3'600);
  http.finish();
}

void read_quarantine(Section& quarantine, QuarantineConfig& out) {
  quarantine.truth("enabled", out.enabled);
  quarantine.truth("keep_rejected", out.keep_rejected);
  quarantine.size("bytes_max", out.bounds.bytes_max);
  quarantine.number("items_max", out.bounds.items_max, 1, 1'000'000);
  std::uint64_t days = out.bounds.kept_s / s_per_day;
  quarantine.number("kept_days", days, 1, 36'500);
  out.bounds.kept_s = days * s_per_day;
  const auto full = quarantine.choice("when_full", held::enum_names(held::WhenFull{}));
  if (full) out.bounds.when_full = static_cast<held::WhenFull>(*full);
  quarantine.finish();
}

void read_rule(Section& section, const std::string& name, gate::outbreak::Bounds& out) {
  using gate::outbreak::Response;
  const auto response = section.choice(name, gate::outbreak::enum_names(Response{}));
  if (response) out.response = static_cast<Response>(*response);
  if (name == "same" || name == "shape") {
    section.number(name + "_senders", out.senders, 2, gate::outbreak::senders_bound_max);
  }
  section.number(name + "_recipients", out.recipients, 2, gate::outbreak::recipients_bound_max);
}

void read_outbreak(Section& section, outbreak::OutbreakConfig& out) {
  section.truth("enabled", out.enabled);
  read_rule(section, "same", out.rules.same);
  read_rule(section, "fan_out", out.rules.fan_out);
  read_rule(section, "shape", out.rules.shape);
  read_rule(section, "chain", out.rules.chain);
  std::uint64_t hours = out.rules.same.window_s / s_per_hour;
  section.number("window_hours", hours, 1, 24 * 7);
  out.rules.same.window_s = out.rules.shape.window_s = out.rules.chain.window_s =
      hours * s_per_hour;
  std::uint64_t days = out.keeping.kept_s / s_per_day;
  section.number("kept_days", days, 1, 3'650);
  out.keeping.kept_s = days * s_per_day;
  section.size("bytes_max", out.keeping.bytes_max);
  if (out.keeping.bytes_max < ledger_bytes_least) {
    section.mistake_at("bytes_max", "'bytes_max' of the ledger is at least 1M");
  }
  section.finish();
}

}  // namespace

std::span<const std::string_view> enum_names(Incomplete) {
  static constexpr std::string_view names[] = {"report", "error", "alert"};
  return names;
}

ConfigRead read_config(std::string_view text, const std::string& file) {
  ConfigRead out;
  const auto root = gate::read_toml(text, file, out.mistakes);
  if (!root) return out;
  Section top(&*root, "the top level", file, out.mistakes);
  bool spool_given = false;
  if (auto scan = top.section("scan")) {
    spool_given = scan->has("spool_bytes_max");
    read_scan(*scan, out.config);
  }
  if (auto clamd = top.section("clamd")) read_clamd(*clamd, out.config.clamd);
  if (auto milter = top.section("milter")) read_milter(*milter, out.config.milter);
  if (auto http = top.section("http")) read_http(*http, out.config.http);
  if (auto one = top.section("quarantine")) read_quarantine(*one, out.config.quarantine);
  if (auto one = top.section("outbreak")) read_outbreak(*one, out.config.outbreak);
  top.finish();
  const Config& config = out.config;
  if (!config.pack.empty() && !config.databases.empty()) {
    out.mistakes.push_back(fmt::format(
        "{}:1:1: 'pack' and 'databases' are both given; a pack is built of databases, so name one",
        file));
  }
  const std::uint64_t longest = std::max(
      {config.clamd.stream_bytes_max, config.milter.message_bytes_max, config.http.body_bytes_max});
  // Each of three services has its share of the space, so that one object cannot have all of it.
  if (!spool_given) {
    out.config.spool_bytes_max = std::max(config.spool_bytes_max, longest + longest / 2);
  }
  if (Shares::most_for_one(config.spool_bytes_max, 3) < longest) {
    out.mistakes.push_back(
        fmt::format("{}:1:1: 'spool_bytes_max' of [scan] is too little for the longest "
                    "object (stream_bytes_max, message_bytes_max, body_bytes_max), which has at "
                    "most three quarters of it; allow more of the one or less of the others",
                    file));
  }
  return out;
}

}  // namespace antidotary::serve
