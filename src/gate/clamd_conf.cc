#include "gate/clamd_conf.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "core/text.h"
#include "gate/section.h"

namespace antidotary::gate {
namespace {

constexpr std::size_t lines_max = 100'000;

enum class Value { text, size, number, truth, mode };

/// An option that has a key of ours.
struct Same {
  std::string_view option;
  std::string_view table;
  std::string_view key;
  Value value;
};
constexpr Same same[] = {
    {"LocalSocket", "clamd", "unix", Value::text},
    {"LocalSocketMode", "clamd", "unix_mode", Value::mode},
    {"StreamMaxLength", "clamd", "stream_bytes_max", Value::size},
    {"CommandReadTimeout", "clamd", "command_timeout_s", Value::number},
    {"ReadTimeout", "clamd", "read_timeout_s", Value::number},
    {"EnableShutdownCommand", "clamd", "allow_shutdown", Value::truth},
    {"AllowAllMatchScan", "clamd", "allow_all_match", Value::truth},
    {"MaxThreads", "scan", "workers", Value::number},
    {"MaxScanTime", "scan", "time_ms_max", Value::number},
    {"MaxScanSize", "scan", "unpacked_bytes_max", Value::size},
    {"MaxFileSize", "scan", "object_bytes_max", Value::size},
    {"MaxRecursion", "scan", "depth_max", Value::number},
    {"MaxFiles", "scan", "objects_max", Value::number},
};

/// An option of which there is something to say, unless it has the value that changes nothing.
struct Other {
  std::string_view option;
  std::string_view silent;  ///< "yes", "no"; empty: it is always told.
  std::string_view sentence;
};
constexpr std::string_view always = "it is always done here";
constexpr std::string_view no_choice = "it cannot be turned off here";
constexpr std::string_view log_words = "the log goes to standard error, and so to the journal";
constexpr std::string_view unit_words = "systemd's unit says it (packaging/systemd)";
constexpr std::string_view walk_words =
    "folders are walked in the order of their names, links are not followed";
constexpr std::string_view not_applied = "what it looks for is not looked for here";
constexpr Other others[] = {
    {"User", "", unit_words},
    {"LocalSocketGroup", "", "the socket belongs to the daemon's group: Group= of systemd's unit"},
    {"PidFile", "", unit_words},
    {"Foreground", "", "the daemon never leaves the foreground"},
    {"FixStaleSocket", "yes", always},
    {"LogFile", "", log_words},
    {"LogSyslog", "no", log_words},
    {"LogFacility", "", log_words},
    {"LogFileMaxSize", "", log_words},
    {"LogTime", "", log_words},
    {"LogRotate", "", log_words},
    {"LogClean", "no", "clean objects are not logged"},
    {"LogVerbose", "no", log_words},
    {"LogFileUnlock", "", log_words},
    {"ExtendedDetectionInfo", "no", "size and digest are not logged"},
    {"Debug", "no", log_words},
    {"TemporaryDirectory", "", "nothing is written under a name"},
    {"LeaveTemporaryFiles", "no", "nothing is written under a name"},
    {"MaxConnectionQueueLength", "", "1024 connections may wait"},
    {"MaxQueue", "", "what waits is bounded by connections_max and 64 objects a client"},
    {"SendBufTimeout", "", "an answer that is not read within 60 s is dropped"},
    {"IdleTimeout", "", "workers are made ready ahead and do not idle"},
    {"ExcludePath", "", "paths cannot be excluded; give clients only what they may scan"},
    {"MaxDirectoryRecursion", "", "folders are walked to their end"},
    {"FollowDirectorySymlinks", "no", walk_words},
    {"FollowFileSymlinks", "no", walk_words},
    {"CrossFilesystems", "no", "a client's folder is walked on its own file system"},
    {"SelfCheck", "", "changed databases are noticed at once"},
    {"ConcurrentDatabaseReload", "yes", always},
    {"ExitOnOOM", "", "a worker without memory costs one object"},
    {"VirusEvent", "", "no command is run for a finding; read the log or the metrics"},
    {"EnableReloadCommand", "yes", no_choice},
    {"EnableStatsCommand", "yes", no_choice},
    {"EnableVersionCommand", "yes", no_choice},
    {"StreamMinPort", "", "STREAM, which clamd itself dropped, is not spoken"},
    {"StreamMaxPort", "", "STREAM, which clamd itself dropped, is not spoken"},
    {"DetectPUA", "no", "signatures of unwanted programs are not taken"},
    {"ExcludePUA", "", "signatures of unwanted programs are not taken"},
    {"IncludePUA", "", "signatures of unwanted programs are not taken"},
    {"OfficialDatabaseOnly", "no", "every database in the folder is taken"},
    {"AlertEncrypted", "no",
     "encrypted objects are OK with a line in the log, FOUND by incomplete = \"alert\""},
    {"AlertEncryptedArchive", "no",
     "encrypted archives are OK with a line in the log, FOUND by incomplete = \"alert\""},
    {"AlertEncryptedDoc", "no",
     "encrypted documents are OK with a line in the log, FOUND by incomplete = \"alert\""},
    {"AlertExceedsMax", "no",
     "what is beyond a limit is OK with a line in the log, FOUND by incomplete = \"alert\""},
    {"AlertBrokenExecutables", "no", not_applied},
    {"AlertBrokenMedia", "no", not_applied},
    {"AlertOLE2Macros", "no",
     "macros are read and held against signatures; that there are some is no finding"},
    {"AlertPhishingSSLMismatch", "no", not_applied},
    {"AlertPhishingCloak", "no", not_applied},
    {"AlertPartitionIntersection", "no", not_applied},
    // Old names, which Debian's own file still has.
    {"ArchiveBlockEncrypted", "no", "see AlertEncryptedArchive: there is incomplete = \"alert\""},
    {"PhishingAlwaysBlockSSLMismatch", "no", not_applied},
    {"PhishingAlwaysBlockCloak", "no", not_applied},
    {"PartitionIntersection", "no", not_applied},
    {"OLE2BlockMacros", "no", "that there are macros is no finding"},
    {"AlgorithmicDetection", "no", "heuristics of ClamAV's own are not applied"},
    {"DetectBrokenExecutables", "no", not_applied},
    {"PreludeAnalyzerName", "", "Prelude is not spoken to"},
    {"HeuristicAlerts", "no", "heuristics of ClamAV's own are not applied"},
    {"HeuristicScanPrecedence", "no", "heuristics of ClamAV's own are not applied"},
    {"PhishingSignatures", "no", not_applied},
    {"PhishingScanURLs", "no", not_applied},
    {"StructuredDataDetection", "no", not_applied},
    {"Bytecode", "no", "bytecode signatures are not run"},
    {"BytecodeSecurity", "", "bytecode signatures are not run"},
    {"BytecodeTimeout", "", "bytecode signatures are not run"},
    {"BytecodeMode", "", "bytecode signatures are not run"},
    {"BytecodeUnsigned", "no", "bytecode signatures are not run"},
    {"ScanPE", "yes", no_choice},
    {"ScanELF", "yes", no_choice},
    {"ScanMail", "yes", no_choice},
    {"ScanArchive", "yes", no_choice},
    {"ScanOLE2", "yes", no_choice},
    {"ScanPDF", "yes", no_choice},
    {"ScanSWF", "yes", no_choice},
    {"ScanXMLDOCS", "yes", no_choice},
    {"ScanHWP3", "yes", "HWP3 is not read"},
    {"ScanOneNote", "yes", no_choice},
    {"ScanImage", "yes", no_choice},
    {"ScanImageFuzzyHash", "no", "hashes of pictures are not applied"},
    {"ScanHTML", "yes", no_choice},
    {"ScanPartialMessages", "no", "parts of a message are not put together"},
    {"ForceToDisk", "no", "nothing is written under a name"},
    {"DisableCache", "yes", "the daemon keeps no cache"},
    {"DisableCertCheck", "", "certificates of programs are not checked"},
    {"PreludeEnable", "no", "Prelude is not spoken to"},
    {"GenerateMetadataJson", "no", "no metadata is written; the HTTP front answers with a report"},
};
/// Families of options: their beginning.
constexpr Other families[] = {
    {"OnAccess", "", "files are not watched as they are opened"},
    {"Structured", "", not_applied},
    {"PCRE", "", "limits of regular expressions are our own"},
    {"Max", "", "one budget of bytes, objects, depth and time bounds each object"},
};

struct Line {
  std::string_view option;
  std::string value;
  std::size_t number = 0;
};

bool truth_of(std::string_view value, bool& out) {
  const std::string word = ascii_lower(value);
  out = word == "yes" || word == "true" || word == "1";
  return out || word == "no" || word == "false" || word == "0";
}

std::string quoted(std::string_view value) {
  std::string out = "\"";
  for (const char one : value) {
    if (one == '"' || one == '\\') out.push_back('\\');
    out.push_back(one);
  }
  return out + "\"";
}

class Translator {
 public:
  Translator(const std::string& file, Translation& out) : file_(file), out_(out) {}

  void take(const Line& line) {
    if (line.option == "Example") {
      return mistake(line, "the line 'Example' says that nobody edited this file yet");
    }
    if (line.option == "DatabaseDirectory") {
      values_["scan"]["databases"] = "[" + quoted(line.value) + "]";
      return;
    }
    if (line.option == "TCPSocket") {
      tcp_port_ = line.value;
      return;
    }
    if (line.option == "TCPAddr") {
      if (tcp_address_.empty()) {
        tcp_address_ = line.value;
        return;
      }
      return note(line, "one address is listened on; for a second one use systemd's socket");
    }
    for (const Same& one : same) {
      if (one.option == line.option) return take_same(one, line);
    }
    for (const Other& one : others) {
      if (one.option == line.option) return take_other(one, line);
    }
    for (const Other& one : families) {
      if (line.option.starts_with(one.option)) return note(line, one.sentence);
    }
    mistake(line, "clamd has no such option");
  }

  void finish() {
    if (!tcp_port_.empty()) {
      std::string address = tcp_address_.empty() ? "0.0.0.0" : tcp_address_;
      if (address == "localhost") address = "127.0.0.1";
      if (address.find(':') != std::string::npos) address = "[" + address + "]";
      values_["clamd"]["tcp"] = quoted(address + ":" + tcp_port_);
    }
    if (values_["scan"].count("databases") == 0) {
      values_["scan"]["databases"] = "[\"/var/lib/clamav\"]";
    }
    for (const auto& [table, keys] : values_) {
      out_.toml += fmt::format("{}[{}]\n", out_.toml.empty() ? "" : "\n", table);
      for (const auto& [key, value] : keys) out_.toml += fmt::format("{} = {}\n", key, value);
    }
  }

 private:
  void take_same(const Same& one, const Line& line) {
    std::string& slot = values_[std::string(one.table)][std::string(one.key)];
    const auto drop = [&](std::string_view why) {
      values_[std::string(one.table)].erase(std::string(one.key));
      note(line, why);
    };
    switch (one.value) {
      case Value::text:
        slot = quoted(line.value);
        return;
      case Value::mode:
        slot =
            quoted(line.value.size() > 3 ? line.value.substr(line.value.size() - 3) : line.value);
        return;
      case Value::truth: {
        bool yes = false;
        if (!truth_of(line.value, yes)) return mistake(line, "it is yes or no");
        slot = yes ? "true" : "false";
        return;
      }
      case Value::size:
      case Value::number: {
        std::uint64_t number = 0;
        if (!size_from(line.value, number)) return mistake(line, "it is a number");
        // clamd's 0 is "without limit": here nothing is.
        if (number == 0) return drop("there is always a limit here; its default holds");
        slot = std::to_string(number);
        return;
      }
    }
  }
  void take_other(const Other& one, const Line& line) {
    bool yes = false;
    if (!one.silent.empty() && truth_of(line.value, yes) && yes == (one.silent == "yes")) return;
    note(line, one.sentence);
  }
  void note(const Line& line, std::string_view sentence) {
    out_.notes.push_back(
        fmt::format("{}:{}: {} is not honoured: {}", file_, line.number, line.option, sentence));
  }
  void mistake(const Line& line, std::string_view sentence) {
    out_.mistakes.push_back(
        fmt::format("{}:{}: '{}': {}", file_, line.number, line.option, sentence));
  }

  const std::string& file_;
  Translation& out_;
  std::map<std::string, std::map<std::string, std::string>> values_;
  std::string tcp_port_;
  std::string tcp_address_;
};

}  // namespace

Translation translate_clamd_conf(std::string_view text, const std::string& file) {
  Translation out;
  Translator translator(file, out);
  std::size_t number = 0;
  for (const std::string_view raw : split(text, '\n')) {
    if (++number > lines_max) break;
    const std::string_view line = trim(raw);
    if (line.empty() || line.front() == '#') continue;
    const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
    std::string_view value = trim(line.substr(end));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    translator.take({line.substr(0, end), std::string(value), number});
  }
  translator.finish();
  return out;
}

}  // namespace antidotary::gate
