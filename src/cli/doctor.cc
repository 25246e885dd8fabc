// doctor: what protects scans on this machine, what they stand on, and what is missing; each with
// what it costs. It asks the machine, not the documentation: layers are tried, files are opened.
#include <archive.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <zlib.h>

#include <algorithm>
#include <array>

#include "cli/desk.h"
#include "cli/packs.h"
#include "core/text.h"
#include "files/state.h"
#include "proof/image_clinic.h"

namespace antidotary::cli {
namespace {

constexpr std::uint64_t free_bytes_min = 1ull << 30;
constexpr std::uint64_t pack_age_s_max = 7 * 86400;

enum class Health : std::uint8_t { good, worth_knowing, bad };

struct Line {
  std::string_view what;  ///< "jail"
  std::string found;
  Health health = Health::good;
  std::string cost;  ///< What it costs that it is as it is.
};

struct Layer {
  std::string_view name;
  std::string_view without;
};
constexpr std::array layers_wanted = {
    Layer{"rlimits", "a worker can take all memory and time of the machine"},
    Layer{"unprivileged", "a worker keeps its user's rights"},
    Layer{"no_new_privs", "a worker can gain rights by programs it starts"},
    Layer{"landlock", "files are kept from workers by seccomp alone (Linux 5.13 has Landlock)"},
    Layer{"seccomp", "a worker can ask anything of the kernel"},
};

Line jail_line() {
  const auto& in_force = jail::layers();
  Line out{"jail", join(in_force, ", "), Health::good, ""};
  for (const Layer& layer : layers_wanted) {
    if (std::find(in_force.begin(), in_force.end(), layer.name) != in_force.end()) continue;
    out.health = Health::bad;
    out.cost += fmt::format("{}{} is not in force: {}", out.cost.empty() ? "" : "; ", layer.name,
                            layer.without);
  }
  return out;
}

Line kernel_line() {
  utsname name{};
  if (uname(&name) != 0) return {"kernel", "unknown", Health::worth_knowing, ""};
  return {"kernel", fmt::format("{} {} {}", name.sysname, name.release, name.machine), Health::good,
          ""};
}

Line libraries_line() {
  return {"libraries",
          fmt::format("{}, zlib {}, {}, SQLite {}", archive_version_details(), zlibVersion(),
                      OpenSSL_version(OPENSSL_VERSION), sqlite3_libversion()),
          Health::good, ""};
}

Line limits_line() {
  const Limits limits;
  return {"limits",
          fmt::format("a file: {} MiB out of containers, {} MiB an object, {} objects, {} deep, "
                      "{}:1, {} s; a worker: {} MiB, {} s of processor",
                      limits.bytes_max >> 20, limits.object_bytes_max >> 20, limits.objects_max,
                      limits.depth_max, limits.ratio_max, limits.time_ms_max / 1000,
                      jail::Confinement{}.memory_bytes_max >> 20, jail::Confinement{}.cpu_s_max),
          Health::good, ""};
}

Line state_line(const Invocation& invocation, const std::string& path) {
  const auto state = open_state(invocation);
  if (!state) {
    return {"state", path, Health::bad,
            state.error().what + ": nothing can be quarantined, undone or remembered"};
  }
  struct statvfs system {};
  if (fstatvfs(state->descriptor(), &system) != 0) return {"state", path, Health::good, ""};
  const std::uint64_t free_bytes = std::uint64_t{system.f_bavail} * system.f_frsize;
  Line out{"state", fmt::format("{}, {} MiB free", path, free_bytes >> 20), Health::good, ""};
  if (free_bytes < free_bytes_min) {
    out.health = Health::worth_knowing;
    out.cost = "less than 1 GiB is free: what is large cannot be quarantined";
  }
  return out;
}

Line encyclopedia_line(const Invocation& invocation,
                       const Result<entries::Encyclopedia>& encyclopedia) {
  const std::string path = encyclopedia_path(invocation);
  if (!encyclopedia) {
    return {"encyclopedia", path, Health::bad,
            encyclopedia.error().what + ": no threat is recognised by what it changes"};
  }
  std::size_t variants = 0;
  for (const auto& entry : encyclopedia->entries()) variants += entry.variants.size();
  Line out{
      "encyclopedia",
      fmt::format("{}, {} entries, {} variants", path, encyclopedia->entries().size(), variants),
      Health::good, ""};
  if (encyclopedia->errors() > 0) {
    out.health = Health::bad;
    out.cost = fmt::format("{} entries could not be read: see 'antidotary entry lint'",
                           encyclopedia->errors());
  }
  return out;
}

Line pack_line(const Invocation& invocation) {
  const auto pack = pack_of(invocation, {});
  if (!pack) {
    return {"pack", "", Health::bad,
            pack.error().what + ": signatures of others are not looked for"};
  }
  if (!*pack) {
    return {"pack", "none", Health::worth_knowing,
            "entries alone are looked for: make one by 'antidotary pack build' and name it in "
            "$ANTIDOTARY_PACK"};
  }
  const OpenPack& open = **pack;
  Line out{"pack",
           fmt::format("{}, {} sources, {}{}", open.path, open.pack->sources().size(),
                       open.pack->file().is_signed() ? "signed" : "not signed",
                       open.yara ? ", YARA rules" : ""),
           Health::good, ""};
  const Status whole = check_whole(open);
  const files::Fd file(::open(open.path.c_str(), O_RDONLY | O_CLOEXEC));
  const auto stat = files::stat_of(file.get());
  const std::uint64_t made_s =
      stat ? static_cast<std::uint64_t>(stat->modified_unix_ns / 1'000'000'000) : unix_seconds();
  const std::uint64_t age_s = unix_seconds() - std::min(unix_seconds(), made_s);
  out.found += fmt::format(", {} days old", age_s / 86400);
  if (age_s > pack_age_s_max) {
    out.health = Health::worth_knowing;
    out.cost = "what appeared since is not known: 'antidotary pack refresh' makes it anew";
  }
  if (!whole) {
    out.health = Health::bad;
    out.cost = whole.error().what + ": no scan with it says clean";
  }
  return out;
}

Line images_line() {
  const std::string program = proof::ntfs_program();
  if (!program.empty()) return {"disk images", program, Health::good, ""};
  return {"disk images", "read only", Health::worth_knowing, std::string(proof::no_ntfs_program())};
}

std::string_view word_of(Health health) {
  return health == Health::good ? "good" : health == Health::bad ? "bad" : "worth_knowing";
}

void print_json(const Invocation& invocation, const std::vector<Line>& lines,
                const Result<entries::Encyclopedia>& encyclopedia, const std::string& state) {
  std::size_t variants = 0;
  if (encyclopedia) {
    for (const auto& entry : encyclopedia->entries()) variants += entry.variants.size();
  }
  Json out;
  out.set("schema", "antidotary-report/1");
  out.set("type", "doctor");
  out.set("version", ANTIDOTARY_VERSION);
  out.set("jail", to_json(jail::layers()));
  out.set("state", state);
  out.set("encyclopedia", encyclopedia_path(invocation));
  out.set("entries", std::uint64_t{encyclopedia ? encyclopedia->entries().size() : 0});
  out.set("variants", std::uint64_t{variants});
  Json::Array checks;
  for (const Line& line : lines) {
    Json one;
    one.set("what", line.what);
    one.set("found", line.found);
    one.set("health", word_of(line.health));
    one.set("cost", line.cost);
    checks.push_back(std::move(one));
  }
  out.set("checks", Json(std::move(checks)));
  print_line(out);
}

}  // namespace

Exit run_doctor(const Invocation& invocation) {
  const auto encyclopedia = open_encyclopedia(invocation);
  const std::string state = invocation.value("state", files::state_path());
  const std::vector<Line> lines = {
      {"version", ANTIDOTARY_VERSION, Health::good, ""},
      kernel_line(),
      jail_line(),
      libraries_line(),
      limits_line(),
      state_line(invocation, state),
      encyclopedia_line(invocation, encyclopedia),
      pack_line(invocation),
      images_line(),
  };
  if (invocation.has("json")) {
    print_json(invocation, lines, encyclopedia, state);
  } else {
    for (const Line& line : lines) {
      print(fmt::format("{:<13} {}\n", line.what, escape_for_terminal(line.found)));
      if (line.cost.empty()) continue;
      print(fmt::format("{:<13} {}: {}\n", "", line.health == Health::bad ? "missing" : "note",
                        escape_for_terminal(line.cost)));
    }
  }
  if (!encyclopedia) return complain(encyclopedia.error());
  const bool bad = std::any_of(lines.begin(), lines.end(),
                               [](const Line& line) { return line.health == Health::bad; });
  return bad ? Exit::incomplete : Exit::clean;
}

}  // namespace antidotary::cli
