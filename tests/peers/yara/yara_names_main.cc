// Compiles YARA rules as a pack would, or scans files with what was compiled, and prints
// "RULE FILE" lines as the program `yara` does. For the comparison with it, and for timing:
//   peers_yara_names compile SECTION RULES...     refusals go to standard error
//   peers_yara_names scan SECTION LIST            LIST names one file a line
#include <fcntl.h>
#include <sys/resource.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "files/fd.h"
#include "files/root.h"
#include "pack/yara.h"
#include "signatures/yara/compile.h"

namespace {

using namespace antidotary;

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

int complain(const Error& error) {
  std::fprintf(stderr, "%s\n", error.what.c_str());
  return 1;
}

int compile(const std::string& to, const std::vector<std::string>& paths) {
  std::vector<signatures::Corpus::YaraText> texts;
  std::vector<pack::Source> sources;
  for (const std::string& path : paths) {
    texts.push_back({content(path), path, static_cast<std::uint32_t>(sources.size())});
    sources.push_back({path, "yara", "", 0, 0, 0, false});
  }
  const auto compiled = signatures::yara::compile({sources, texts, {}, {}});
  if (!compiled) return complain(compiled.error());
  for (const pack::Refusal& refusal : compiled->refusals) {
    std::fprintf(stderr, "%s:%u: %s\n", sources[refusal.source].path.c_str(), refusal.line,
                 refusal.reason.c_str());
  }
  std::ofstream out(to, std::ios::binary | std::ios::trunc);
  out << as_text(compiled->section);
  return out.good() ? 0 : 1;
}

int scan_file(const pack::Yara& yara, const std::string& path) {
  const files::Fd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const auto mapped = files::Mapping::map(file.get());
  if (!mapped) return complain(mapped.error());
  Limits limits;
  limits.time_ms_max = 600'000;
  limits.steps_max = UINT64_MAX;
  Budget budget(limits);
  pack::YaraSubject subject;
  subject.bytes = mapped->bytes();
  std::vector<std::string> incomplete;
  std::vector<pack::YaraMatch> found;
  const Status status = yara.scan(subject, budget, found, &incomplete);
  for (const std::string& reason : incomplete) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(), reason.c_str());
  }
  if (!status) {
    std::fprintf(stderr, "%s: ", path.c_str());
    return complain(status.error());
  }
  for (const pack::YaraMatch& match : found) {
    std::printf("%s %s\n", match.rule.c_str(), path.c_str());
  }
  return 0;
}

int scan(const std::string& section, const std::string& list) {
  const std::string bytes = content(section);
  const auto yara = pack::Yara::open(as_bytes(std::string_view(bytes)));
  if (!yara) return complain(yara.error());
  const double loaded = cpu_seconds();
  int worst = 0;
  std::ifstream paths(list);
  for (std::string path; std::getline(paths, path);) {
    worst = std::max(worst, scan_file(*yara, path));
  }
  std::fprintf(stderr, "cpu_s load %.3f scan %.3f\n", loaded, cpu_seconds() - loaded);
  return worst;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() >= 3 && arguments[0] == "compile") {
    return compile(arguments[1], {arguments.begin() + 2, arguments.end()});
  }
  if (arguments.size() == 3 && arguments[0] == "scan") return scan(arguments[1], arguments[2]);
  std::fprintf(stderr, "usage: peers_yara_names compile SECTION RULES... | scan SECTION LIST\n");
  return 2;
}
