// make_database DIR 3.7M|8.7M: ClamAV databases of the published proportions, made of nothing but
// a fixed seed: digests at random, patterns shaped as real ones are. Nothing is downloaded.
//
// The shares: docs/reference/benchmarks.md.
#include <fmt/core.h>
#include <fmt/os.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace {

struct Sizes {
  std::size_t md5;
  std::size_t sha256;
  std::size_t sections;
  std::size_t logical;
  std::size_t bodies;
};

constexpr Sizes full{1'650'000, 1'600'000, 5'163'594, 206'000, 60'000};
constexpr Sizes retired{700'000, 840'000, 2'010'594, 131'000, 42'000};

std::mt19937_64 random_engine(20260101);

std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_engine() % bound); }
bool percent(std::size_t share) { return below(100) < share; }

std::string hex_of(const std::string& bytes) {
  std::string out;
  for (const char one : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(one));
  return out;
}

void append_digest(std::string& out, std::size_t bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  for (std::size_t i = 0; i < bytes; i += 8) {
    std::uint64_t word = random_engine();
    for (std::size_t k = 0; k < 8 && i + k < bytes; ++k, word >>= 8) {
      out += digits[word >> 4 & 15];
      out += digits[word & 15];
    }
  }
}

/// A file of lines, written in large pieces.
class Out {
 public:
  explicit Out(const std::string& path) : file_(std::fopen(path.c_str(), "wb")) {
    if (file_ == nullptr) {
      std::perror(path.c_str());
      std::exit(2);
    }
  }
  ~Out() {
    flush();
    std::fclose(file_);
  }
  std::string& text() {
    if (text_.size() > 1 << 20) flush();
    return text_;
  }

 private:
  void flush() {
    std::fwrite(text_.data(), 1, text_.size(), file_);
    text_.clear();
  }
  std::FILE* file_;
  std::string text_;
};

constexpr std::array families = {"Agent",   "Generic", "Zbot",    "Emotet",   "Upatre",
                                 "Fareit",  "Ursnif",  "Kryptik", "Injector", "Dridex",
                                 "Gamarue", "Virut",   "Vobfus",  "Razy",     "Tofsee",
                                 "Bulz",    "Zusy",    "Ramnit",  "Expiro",   "Allaple"};
constexpr std::array kinds = {"Win.Trojan",  "Win.Malware", "Win.Virus",      "Win.Packed",
                              "Win.Dropper", "Win.Worm",    "Win.Ransomware", "Win.Downloader"};
constexpr std::array text_kinds = {"Html.Phishing", "Js.Trojan",   "Email.Phishing",
                                   "Doc.Dropper",   "Php.Malware", "Unix.Malware"};

std::size_t serial = 100'000;
std::string name(bool text) {
  ++serial;
  return fmt::format("{}.{}-{}-0",
                     text ? text_kinds[below(text_kinds.size())] : kinds[below(kinds.size())],
                     families[below(families.size())], serial);
}

constexpr std::array words = {
    "account",  "verify", "update",  "password",    "login",    "bank",   "invoice", "document",
    "payment",  "secure", "confirm", "customer",    "service",  "click",  "here",    "limited",
    "access",   "your",   "please",  "information", "windows",  "script", "eval",    "unescape",
    "function", "return", "var",     "window",      "location", "http",   "www",     "download",
    "exec",     "shell",  "system",  "base",        "decode"};
constexpr std::array apis = {"VirtualAlloc",   "WriteProcessMemory", "CreateRemoteThread",
                             "GetProcAddress", "LoadLibraryA",       "InternetOpenUrlA",
                             "ShellExecuteA",  "RegSetValueExA",     "CreateMutexA",
                             "WinExec",        "URLDownloadToFileA"};

/// A pronounceable word that no dictionary has.
std::string made_word() {
  static constexpr std::string_view consonants = "bcdfghjklmnpqrstvwxz";
  static constexpr std::string_view vowels = "aeiouy";
  std::string out;
  const std::size_t size = 4 + below(6);
  for (std::size_t i = 0; i < size; ++i) {
    out += i % 2 == 0 ? consonants[below(consonants.size())] : vowels[below(vowels.size())];
  }
  return out;
}

std::string text_run() {
  std::string out;
  const std::size_t count = 2 + below(4);
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) out += ' ';
    out += percent(40) ? words[below(words.size())] : made_word();
  }
  return out;
}

std::string path_run() {
  std::string out = percent(50) ? "\\" : "";
  out += made_word();
  out += percent(40) ? apis[below(apis.size())] : made_word();
  out += percent(50) ? ".exe" : std::to_string(below(100'000));
  return out;
}

/// Bytes as machine code has them: common opcodes among random operands.
std::string code_run() {
  static constexpr unsigned char opcodes[] = {0x55, 0x8b, 0xec, 0x83, 0xc4, 0x50, 0xe8, 0xff, 0x75,
                                              0x89, 0x45, 0x33, 0xc0, 0x74, 0x0f, 0x8d, 0x6a, 0x68};
  std::string out;
  const std::size_t size = 12 + below(40);
  for (std::size_t i = 0; i < size; ++i) {
    out += static_cast<char>(percent(45) ? opcodes[below(sizeof opcodes)] : below(256));
  }
  return out;
}

std::string run(bool text) { return text ? text_run() : percent(55) ? path_run() : code_run(); }

/// A subsignature's body: one run, or two with a gap between.
std::string body(bool text, bool gap) {
  std::string out = hex_of(run(text));
  if (!gap) return out;
  const std::size_t least = below(8);
  out += percent(30) ? std::string("*") : fmt::format("{{{}-{}}}", least, least + 1 + below(60));
  return out + hex_of(run(text));
}

std::string offset() {
  switch (below(6)) {
    case 0:
      return "EP+" + std::to_string(below(64)) + ":";
    case 1:
      return "EOF-" + std::to_string(64 + below(4096)) + ":";
    default:
      return std::to_string(below(4096)) + ":";
  }
}

std::string subsignature(bool text, std::size_t target) {
  std::string out;
  if (percent(3) && target == 1) out += offset();
  out += body(text, percent(43));
  if (percent(59)) {
    static constexpr std::array modifiers = {"::i", "::w", "::wa", "::i"};
    out += modifiers[below(modifiers.size())];
  }
  return out;
}

std::string expression(std::size_t subs) {
  if (subs == 1) return "0";
  std::string out;
  const bool any = percent(15);
  for (std::size_t i = 0; i < subs; ++i) {
    if (i > 0) out += any ? '|' : '&';
    out += std::to_string(i);
  }
  return percent(8) ? fmt::format("({})>{},{}", out, subs / 2, (subs + 1) / 2) : out;
}

void logical(Out& out) {
  static constexpr std::array others = {std::size_t{0}, std::size_t{3}, std::size_t{7},
                                        std::size_t{4}, std::size_t{2}, std::size_t{6}};
  const std::size_t target = percent(88) ? 1 : others[below(others.size())];
  const bool text = target == 3 || target == 4 || target == 7;
  const std::size_t subs = 1 + below(7);
  std::string line = fmt::format("{};Engine:51-255,Target:{}", name(text), target);
  if (percent(2)) line += fmt::format(",FileSize:{}-{}", below(10'000), 100'000 + below(1'000'000));
  const bool regex = percent(1) || below(1000) < 4;
  line += ";" + expression(subs + (regex ? 1 : 0));
  for (std::size_t i = 0; i < subs; ++i) line += ";" + subsignature(text, target);
  if (regex) line += fmt::format(";0/{}[0-9a-f]{{4,8}}{}/i", made_word(), made_word());
  out.text() += line + "\n";
}

void extended(Out& out) {
  const std::size_t kind = below(100);
  const std::size_t target = kind < 45 ? 4 : kind < 65 ? 3 : kind < 85 ? 0 : 1;
  const bool text = target == 3 || target == 4;
  std::string pattern = hex_of(run(text));
  const std::size_t form = below(100);
  if (form >= 70 && form < 88) pattern += "*" + hex_of(run(text));
  if (form >= 88) pattern += fmt::format("{{{}-{}}}", below(4), 4 + below(60)) + hex_of(run(text));
  out.text() += fmt::format("{}:{}:*:{}\n", name(text), target, pattern);
}

void digests(const std::string& path, std::size_t count, std::size_t bytes, bool size_first) {
  Out out(path);
  for (std::size_t i = 0; i < count; ++i) {
    std::string& text = out.text();
    const std::string size =
        std::to_string(size_first ? 512 * (1 + below(4000)) : 1000 + below(3'000'000));
    if (size_first) text += size + ":";
    append_digest(text, bytes);
    if (!size_first) text += ":" + size;
    text += ":" + name(false) + "\n";
  }
}

}  // namespace

int main(int count, char** arguments) {
  const std::string scale = count == 3 ? arguments[2] : "";
  if (scale != "3.7M" && scale != "8.7M") {
    std::fputs("usage: make_database DIR 3.7M|8.7M\n", stderr);
    return 2;
  }
  const Sizes sizes = scale == "8.7M" ? full : retired;
  const std::string folder = arguments[1];
  digests(folder + "/bench.hdb", sizes.md5, 16, false);
  digests(folder + "/bench.hsb", sizes.sha256, 32, false);
  digests(folder + "/bench.mdb", sizes.sections, 16, true);
  {
    Out out(folder + "/bench.ldb");
    for (std::size_t i = 0; i < sizes.logical; ++i) logical(out);
  }
  Out out(folder + "/bench.ndb");
  for (std::size_t i = 0; i < sizes.bodies; ++i) extended(out);
  return 0;
}
