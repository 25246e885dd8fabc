#include "signatures/sources.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <set>
#include <type_traits>

#include "core/digest.h"
#include "core/text.h"
#include "files/identity.h"
#include "files/root.h"
#include "signatures/clamav/container.h"
#include "signatures/clamav/readers.h"
#include "signatures/hashes/lists.h"
#include "signatures/yara/include_walk.h"

namespace antidotary::signatures {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t text_bytes_max = 256 << 20;
constexpr std::string_view entry_file = "entry.md";
constexpr std::string_view yara_magic = "YARA";
constexpr std::size_t list_start_bytes = (64 << 10) + 1;

std::string extension_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  const std::size_t dot = name.rfind('.');
  return dot == std::string::npos || dot == 0 ? "" : ascii_lower(name.substr(dot + 1));
}

bool is_yara(std::string_view extension) { return extension == "yar" || extension == "yara"; }
bool is_compiled_yara(std::string_view extension) {
  return extension == "yarc" || extension == "yac" || extension == "compiled";
}
bool is_list(std::string_view extension) {
  static constexpr std::array<std::string_view, 12> lists = {"csv",   "tsv",    "txt",    "json",
                                                             "jsonl", "ndjson", "stix",   "misp",
                                                             "md5",   "sha1",   "sha256", "list"};
  return std::find(lists.begin(), lists.end(), extension) != lists.end();
}

bool is_known(std::string_view extension) {
  return clamav::knows(extension) || is_yara(extension) || is_compiled_yara(extension) ||
         is_list(extension);
}

/// What ClamAV publishes.
bool is_official(std::string_view extension) { return extension == "cvd" || extension == "cld"; }

bool is_document(std::string_view extension) { return extension == "md" || extension == "toml"; }

bool is_below(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path.starts_with(folder) &&
         (path[folder.size()] == '/' || folder.ends_with('/'));
}

std::string parent_of(const std::string& path) { return fs::path(path).parent_path().string(); }

/// What a folder has to read.
struct Listing {
  std::vector<std::string> files;  ///< Each read by its own reader, or skipped.
  std::vector<std::string> below;  ///< Signatures below a folder of databases, which are not read.
  std::map<std::string, std::vector<std::string>> encyclopedias;  ///< Documents by their root.
};

/// A link counts as what it leads to. What has the name of signatures and is no file (a link that
/// leads nowhere, a pipe) is listed, so that opening it tells.
bool is_to_list(const fs::directory_entry& node) {
  std::error_code error;
  if (node.is_regular_file(error)) return true;
  return !node.is_directory(error) && is_known(extension_of(node.path().string()));
}

bool is_closed_folder(const fs::directory_entry& node) {
  std::error_code error;
  if (node.is_symlink(error) || !node.is_directory(error)) return false;
  const fs::directory_iterator opened(node.path(), error);
  return error == std::errc::permission_denied;
}

/// Files in `folder` itself, or in it and below, by their paths; hidden ones are left out. A folder
/// below that may not be listed stands for what is in it.
template <class Walk>
Result<std::vector<std::string>> walked(const std::string& folder) {
  constexpr bool deep = std::is_same_v<Walk, fs::recursive_directory_iterator>;
  std::vector<std::string> out;
  std::error_code error;
  Walk walk(folder, fs::directory_options::skip_permission_denied, error);
  for (const Walk end; !error && walk != end; walk.increment(error)) {
    if (walk->path().filename().string().starts_with(".")) {
      if constexpr (deep) {
        std::error_code ignored;
        if (walk->is_directory(ignored)) walk.disable_recursion_pending();
      }
      continue;
    }
    if (is_to_list(*walk) || (deep && is_closed_folder(*walk)))
      out.push_back(walk->path().string());
  }
  if (error) return fail(ErrorKind::io, "cannot list {}: {}", folder, error.message());
  std::sort(out.begin(), out.end());
  return out;
}

/// The version that a container's header states, or 0.
std::uint64_t version_of(const std::string& path);

/// Of daily.cvd and daily.cld clamscan loads the newer alone, the latter where they are equal.
void leave_older_daily(std::vector<std::string>& files) {
  const auto named = [&](std::string_view name) {
    return std::find_if(files.begin(), files.end(), [name](const std::string& path) {
      return fs::path(path).filename() == name;
    });
  };
  const auto cvd = named("daily.cvd");
  const auto cld = named("daily.cld");
  if (cvd == files.end() || cld == files.end() || parent_of(*cvd) != parent_of(*cld)) return;
  files.erase(version_of(*cvd) > version_of(*cld) ? cld : cvd);
}

/// An entry is <root>/<platform>/<family>/entry.md; no root lies above what was named.
std::string encyclopedia_of(const std::string& entry_folder, const std::string& named) {
  const std::string root = parent_of(parent_of(entry_folder));
  return root == named || is_below(root, named) ? root : named;
}

/// What lies in a folder of ClamAV databases is read as clamscan reads it: one level deep. Others
/// are read with all that is below. Of entries only their own encyclopedia is one.
Result<Listing> listing_of(const std::string& folder, const Options& options) {
  auto own = ANTIDOTARY_TRY(walked<fs::directory_iterator>(folder));
  if (options.official_only) {
    std::erase_if(own, [](const auto& path) { return !is_official(extension_of(path)); });
    leave_older_daily(own);
    return Listing{std::move(own), {}, {}};
  }
  const bool databases = std::any_of(own.begin(), own.end(), [](const std::string& path) {
    return clamav::knows(extension_of(path));
  });
  auto all = walked<fs::recursive_directory_iterator>(folder);
  // A folder below a database's comes and goes with its updater.
  if (!all && !databases) return tl::unexpected(all.error());
  std::set<std::string> entries;
  Listing out;
  for (const std::string& path : all ? *all : own) {
    if (fs::path(path).filename() != entry_file) continue;
    entries.insert(parent_of(path));
    out.encyclopedias[encyclopedia_of(parent_of(path), folder)];
  }
  for (const std::string& path : all ? *all : own) {
    const auto root = std::find_if(out.encyclopedias.rbegin(), out.encyclopedias.rend(),
                                   [&](const auto& one) { return is_below(path, one.first); });
    const bool in_entry = std::any_of(entries.begin(), entries.end(),
                                      [&](const std::string& one) { return is_below(path, one); });
    if (root != out.encyclopedias.rend() && is_document(extension_of(path))) {
      root->second.push_back(path);
    } else if (!in_entry && (!databases || std::binary_search(own.begin(), own.end(), path))) {
      out.files.push_back(path);
    } else if (!in_entry && is_known(extension_of(path))) {
      out.below.push_back(path);
    }
  }
  leave_older_daily(out.files);
  return out;
}

/// What is not to be reported is read before what may be.
int rank(const std::string& path) {
  const std::string extension = extension_of(path);
  return extension == "ign" || extension == "ign2" ? 0 : 1;
}

/// Links are followed: a person named the file, or the folder that it lies in.
Result<files::Fd> open_path(const std::string& path) {
  std::error_code error;
  const fs::path whole = fs::canonical(path, error);
  if (error) return tl::unexpected(files::system_error(error.value(), "open", path));
  const std::string folder = whole.parent_path().string();
  const files::Root root = ANTIDOTARY_TRY(files::Root::open(folder, files::Mounts::cross));
  return root.open_file(whole.filename().string());
}

/// As far as there is one.
Buffer header_of(const std::string& path) {
  const auto file = open_path(path);
  Buffer header(clamav::header_bytes);
  const auto read = file ? files::read_at(file->get(), 0, header) : Result<std::size_t>(0);
  header.resize(read ? *read : 0);
  return header;
}

std::uint64_t version_of(const std::string& path) {
  return clamav::container_version(header_of(path));
}

/// The whole of a file is left out: its lines are no matter then.
void refuse_whole(Corpus& corpus, std::size_t source, std::string_view format, std::string reason) {
  pack::Source& whole = corpus.sources[source];
  std::erase_if(corpus.refusals, [&](const pack::Refusal& one) { return one.source == source; });
  whole.format = format;
  whole.refused = 1;
  corpus.refusals.push_back({static_cast<std::uint32_t>(source), 0, std::move(reason)});
}

/// Where these hold nothing, clamscan refuses them, too: they were cut, or never were databases.
/// Others may well be empty: what is to be ignored, links, definitions that are not applied.
bool must_hold_something(std::string_view extension) {
  static constexpr std::array<std::string_view, 22> kinds = {
      "hdb", "hsb", "hdu", "hsu", "mdb", "msb", "mdu", "msu", "imp",  "ndb", "ndu",
      "sdb", "db",  "ldb", "ldu", "cdb", "ftm", "fp",  "sfp", "pwdb", "rmd", "zmd"};
  return std::find(kinds.begin(), kinds.end(), extension) != kinds.end();
}

/// A database of which nothing was taken is no clean answer's ground; its lines stay told.
void refuse_where_nothing_came(Corpus& corpus, std::size_t number, std::string_view extension) {
  pack::Source& source = corpus.sources[number];
  const bool nothing = source.taken == 0 && (source.bytes == 0 || source.refused > 0);
  // What is left out as a whole for another reason has said so: what is merely unwanted.
  const bool told = std::any_of(
      corpus.refusals.begin(), corpus.refusals.end(),
      [number](const pack::Refusal& one) { return one.source == number && one.line == 0; });
  if (!nothing || told || !must_hold_something(extension)) return;
  const std::string reason = source.bytes == 0 ? "it is empty"
                             : source.refused == 1
                                 ? "nothing of its only line can be read"
                                 : fmt::format("none of its {} lines can be read", source.refused);
  source.format = broken_format;
  corpus.refusals.push_back({static_cast<std::uint32_t>(number), 0, reason});
}

Status read_known(std::string_view extension, Bytes bytes, const std::string& path, bool beside,
                  Corpus& corpus) {
  pack::Source source;
  source.path = path;
  source.format = extension;
  source.bytes = bytes.size();
  source.sha256 = sha256_hex(bytes);
  const std::size_t number = corpus.sources.size();
  if (!is_known(extension) && !as_text(bytes).starts_with(yara_magic)) source.format = "list";
  if (is_yara(extension)) {
    source.format = beside || corpus.options().names_as_clamav ? "clamav-yara" : "yara";
  }
  corpus.begin_source(std::move(source));
  if (clamav::knows(extension)) {
    const Status read = clamav::read(extension, bytes, corpus);
    if (!read) refuse_whole(corpus, number, broken_format, read.error().what);
    if (read) refuse_where_nothing_came(corpus, number, extension);
    return {};
  }
  if (is_compiled_yara(extension) || as_text(bytes).starts_with(yara_magic)) {
    corpus.add_compiled_yara(to_buffer(bytes), path);
    return {};
  }
  if (is_yara(extension)) {
    if (bytes.size() > text_bytes_max) {
      refuse_whole(corpus, number, broken_format, "the file is larger than 256 MiB");
      return {};
    }
    corpus.add_yara(to_string(bytes), path);
    return {};
  }
  return hashes::read_list(bytes, path, corpus);
}

Status read_one(const std::string& path, bool beside, Corpus& corpus) {
  const files::Fd file = ANTIDOTARY_TRY(open_path(path));
  const files::Mapping mapping = ANTIDOTARY_TRY(files::Mapping::map(file.get()));
  std::string extension = extension_of(path);
  if (as_text(mapping.bytes()).starts_with(yara_magic) && !is_known(extension)) extension = "yarc";
  return read_known(extension, mapping.bytes(), path, beside, corpus);
}

/// A file that no reader knows is told of, not read.
void skip(const std::string& path, Corpus& corpus) {
  std::error_code error;
  pack::Source source;
  source.path = path;
  source.format = skipped_format;
  source.bytes = fs::file_size(path, error);
  if (error) source.bytes = 0;
  corpus.begin_source(std::move(source));
}

void refuse_file(const std::string& path, std::string_view format, const Error& error,
                 Corpus& corpus) {
  const std::size_t number = corpus.sources.size();
  skip(path, corpus);
  refuse_whole(corpus, number, format, error.what);
}

/// A document that cannot be read is broken; the others stay.
void read_encyclopedia(const std::string& folder, const std::vector<std::string>& paths,
                       Corpus& corpus) {
  pack::Source source;
  source.path = folder;
  source.format = "encyclopedia";
  Digester digester(DigestKind::sha256);
  pack::Documents documents;
  std::vector<std::pair<std::string, Error>> unread;
  for (const std::string& path : paths) {
    const auto text = files::read_file(path, text_bytes_max);
    if (!text) {
      unread.emplace_back(path, text.error());
      continue;
    }
    source.bytes += text->size();
    digester.update(*text);
    documents.emplace_back(fs::path(path).lexically_relative(folder).string(), to_string(*text));
  }
  source.sha256 = digester.finish_hex();
  corpus.begin_source(std::move(source));
  corpus.add_encyclopedia(std::move(documents));
  for (const auto& [path, error] : unread) refuse_file(path, broken_format, error, corpus);
}

/// Why a file in a folder is left out by what it is; empty where it is to be read, if only to say
/// why that cannot be done.
std::string why_skipped(const std::string& path) {
  const std::string extension = extension_of(path);
  std::error_code error;
  if (fs::is_directory(path, error) || (is_known(extension) && !is_list(extension))) return "";
  const auto file = open_path(path);
  Buffer start(list_start_bytes);
  const auto size = file ? files::read_at(file->get(), 0, start) : Result<std::size_t>(0);
  start.resize(size ? *size : 0);
  if (as_text(start).starts_with(yara_magic)) return "";
  if (!is_list(extension) && !hashes::looks_like_list(start)) {
    return "neither its name nor its content is of a format that is read";
  }
  const std::string neighbour = hashes::first_file_named(start);
  const bool beside = !neighbour.empty() && neighbour.find('/') == neighbour.npos &&
                      fs::exists(fs::path(path).parent_path() / neighbour, error);
  return beside ? "it states the digests of what lies beside it: " + neighbour : "";
}

/// Each file in a folder stands for itself: one that cannot be read is broken, and takes no other
/// away. A text that holds no digest is somebody's readme.
void read_in_folder(const std::string& path, bool beside, Corpus& corpus) {
  const std::size_t number = corpus.sources.size();
  const std::string why_not = why_skipped(path);
  if (!why_not.empty()) {
    return refuse_file(path, skipped_format, {ErrorKind::unsupported, why_not, {}}, corpus);
  }
  const Status read = read_one(path, beside, corpus);
  if (read) return;
  if (corpus.sources.size() == number)
    return refuse_file(path, broken_format, read.error(), corpus);
  const bool readme = is_list(extension_of(path)) && read.error().kind == ErrorKind::bad_input;
  refuse_whole(corpus, number, readme ? skipped_format : broken_format, read.error().what);
}

Status read_folder(const std::string& folder, Corpus& corpus) {
  Listing listing = ANTIDOTARY_TRY(listing_of(folder, corpus.options()));
  std::size_t read = listing.encyclopedias.size();
  for (const auto& [root, documents] : listing.encyclopedias) {
    read_encyclopedia(root, documents, corpus);
  }
  std::vector<std::string>& paths = listing.files;
  std::stable_sort(paths.begin(), paths.end(),
                   [](const std::string& a, const std::string& b) { return rank(a) < rank(b); });
  const bool beside = std::any_of(paths.begin(), paths.end(), [](const std::string& path) {
    return clamav::knows(extension_of(path));
  });
  for (const std::string& path : paths) {
    read_in_folder(path, beside, corpus);
    if (corpus.current().format != skipped_format) ++read;
  }
  for (const std::string& path : listing.below) {
    const std::size_t number = corpus.sources.size();
    skip(path, corpus);
    refuse_whole(corpus, number, skipped_format,
                 "it lies deeper in a folder of databases, of which the first level is read, as "
                 "clamscan does; name its own folder as well");
  }
  if (read > 0) return {};
  if (corpus.options().official_only) {
    return fail(ErrorKind::bad_input, "{} holds no official database (.cvd or .cld)", folder);
  }
  return fail(ErrorKind::bad_input,
              "{} holds no signatures: ClamAV databases, YARA rules, lists of digests or an "
              "encyclopedia are looked for",
              folder);
}

}  // namespace

Status read_source(const std::string& path, Corpus& corpus) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    return tl::unexpected(files::system_error(errno, "open", path));
  }
  if (S_ISDIR(status.st_mode)) return read_folder(path, corpus);
  if (!S_ISREG(status.st_mode)) {
    return fail(ErrorKind::bad_input, "{} is neither a file nor a folder", path);
  }
  if (corpus.options().official_only && !is_official(extension_of(path))) {
    return fail(ErrorKind::bad_input, "{} is no official database (.cvd or .cld)", path);
  }
  Status read = read_one(path, false, corpus);
  if (read || read.error().what.find(path) != std::string::npos) return read;
  return tl::unexpected(with_context(read.error(), path));
}

Status read_bytes(std::string_view extension, Bytes bytes, const std::string& name,
                  Corpus& corpus) {
  if (!is_known(extension)) {
    return fail(ErrorKind::bad_input, "{}: .{} is no signature format that is read", name,
                extension);
  }
  return read_known(extension, bytes, name, false, corpus);
}

std::optional<std::uint64_t> database_made_unix_s(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    if (!is_official(extension_of(path))) return std::nullopt;
    return clamav::container_made_unix_s(header_of(path));
  }
  const auto files = walked<fs::directory_iterator>(path);
  std::uint64_t youngest = 0;
  for (const std::string& one : files ? *files : std::vector<std::string>{}) {
    if (!is_official(extension_of(one))) continue;
    youngest = std::max(youngest, clamav::container_made_unix_s(header_of(one)));
  }
  return youngest;
}

namespace {

/// A digest over texts, each ended.
class TextDigest {
 public:
  void add(std::string_view text) {
    digester_.update(as_bytes(text));
    digester_.update(octets(0));
  }
  std::string finish() { return digester_.finish_hex(); }

 private:
  Digester digester_{DigestKind::sha256};
};

/// The file `path`, or the files that are read of the folder `path`.
Result<std::vector<std::string>> files_at(const std::string& path, const Options& options) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    return tl::unexpected(files::system_error(errno, "open", path));
  }
  if (!S_ISDIR(status.st_mode)) return std::vector<std::string>{path};
  Listing listing = ANTIDOTARY_TRY(listing_of(path, options));
  std::vector<std::string>& out = listing.files;
  for (const auto& [root, documents] : listing.encyclopedias) {
    out.insert(out.end(), documents.begin(), documents.end());
  }
  std::sort(out.begin(), out.end());
  return std::move(out);
}

std::string made_by(const Options& options) {
  return std::string(ANTIDOTARY_VERSION) + (options.potentially_unwanted ? " pua" : "") +
         (options.official_only ? " official" : "") + (options.names_as_clamav ? " clamav" : "");
}

}  // namespace

Result<std::string> key_of(const std::vector<std::string>& paths, const Options& options,
                           std::vector<std::string>* included) {
  TextDigest digest;
  digest.add(made_by(options));
  for (const std::string& path : paths) {
    const std::vector<std::string> all = ANTIDOTARY_TRY(files_at(path, options));
    digest.add(path);
    for (const std::string& one : all) {
      // What cannot be read now has a key of its own: mended, it is another.
      const auto file = open_path(one);
      const auto sha256 = file ? files::sha256_of(file->get()) : tl::unexpected(file.error());
      digest.add(one);
      digest.add(sha256 ? *sha256 : sha256.error().what);
      if (!sha256 || !is_yara(extension_of(one))) continue;
      // A text over the limit is refused when it is read: it includes nothing.
      const auto text = files::read_whole(file->get(), text_bytes_max);
      if (!text) continue;
      yara::walk_includes(one, as_text(*text), yara::read_beneath,
                          [&](const std::string& name, const Result<std::string>& content) {
                            digest.add(name);
                            digest.add(content ? sha256_hex(as_bytes(std::string_view(*content)))
                                               : content.error().what);
                            if (included != nullptr) included->push_back(name);
                          });
    }
  }
  return digest.finish();
}

Result<Marks> marks_of(const std::vector<std::string>& paths, const Options& options,
                       const std::vector<std::string>& included) {
  TextDigest digest;
  Marks out;
  const auto add = [&](const std::string& path) {
    const auto file = open_path(path);
    const auto stat = file ? files::stat_of(file->get()) : tl::unexpected(file.error());
    digest.add(path);
    digest.add(stat ? files::identity_of(*stat) : stat.error().what);
    if (!stat || stat->changed_unix_ns < 0) return;
    const auto changed_s = static_cast<std::uint64_t>(stat->changed_unix_ns) / 1'000'000'000;
    out.newest_change_s = std::max(out.newest_change_s, changed_s);
  };
  digest.add(made_by(options));
  for (const std::string& path : paths) {
    digest.add(path);
    for (const std::string& one : ANTIDOTARY_TRY(files_at(path, options))) add(one);
  }
  for (const std::string& path : included) add(path);
  out.digest = digest.finish();
  return out;
}

}  // namespace antidotary::signatures
