#include "signatures/sources.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "core/digest.h"
#include "core/text.h"
#include "files/identity.h"
#include "files/root.h"
#include "signatures/clamav/readers.h"
#include "signatures/hashes/lists.h"
#include "signatures/yara/include_walk.h"

namespace antidotary::signatures {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t text_bytes_max = 256 << 20;
constexpr std::string_view entry_file = "entry.md";
constexpr std::string_view yara_magic = "YARA";

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
  static constexpr std::array<std::string_view, 9> lists = {"csv", "txt",  "json",   "stix", "misp",
                                                            "md5", "sha1", "sha256", "list"};
  return std::find(lists.begin(), lists.end(), extension) != lists.end();
}

bool is_known(std::string_view extension) {
  return clamav::knows(extension) || is_yara(extension) || is_compiled_yara(extension) ||
         is_list(extension);
}

/// Regular files below `folder` by their paths; hidden ones are left out.
Result<std::vector<std::string>> files_below(const std::string& folder) {
  std::vector<std::string> out;
  std::error_code error;
  fs::recursive_directory_iterator walk(folder, fs::directory_options::skip_permission_denied,
                                        error);
  for (const auto end = fs::recursive_directory_iterator(); !error && walk != end;
       walk.increment(error)) {
    const std::string name = walk->path().filename().string();
    if (name.starts_with(".")) {
      if (walk->is_directory(error)) walk.disable_recursion_pending();
      continue;
    }
    if (walk->is_regular_file(error)) out.push_back(walk->path().string());
  }
  if (error) return fail(ErrorKind::io, "cannot list {}: {}", folder, error.message());
  std::sort(out.begin(), out.end());
  return out;
}

/// What is not to be reported is read before what may be.
int rank(const std::string& path) {
  const std::string extension = extension_of(path);
  return extension == "ign" || extension == "ign2" ? 0 : 1;
}

Result<files::Fd> open_path(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const files::Root root = ANTIDOTARY_TRY(files::Root::open(folder, files::Mounts::cross));
  return root.open_file(slash == std::string::npos ? path : path.substr(slash + 1));
}

Status read_known(std::string_view extension, Bytes bytes, const std::string& path, bool beside,
                  Corpus& corpus) {
  pack::Source source;
  source.path = path;
  source.format = extension;
  source.bytes = bytes.size();
  source.sha256 = sha256_hex(bytes);
  if (is_yara(extension)) source.format = beside ? "clamav-yara" : "yara";
  corpus.begin_source(std::move(source));
  if (clamav::knows(extension)) {
    const Status read = clamav::read(extension, bytes, corpus);
    if (!read) corpus.refuse(0, read.error().what);
    return {};
  }
  if (is_compiled_yara(extension) || as_text(bytes).starts_with(yara_magic)) {
    corpus.add_compiled_yara(to_buffer(bytes), path);
    return {};
  }
  if (is_yara(extension)) {
    if (bytes.size() > text_bytes_max) {
      corpus.refuse(0, "the file is larger than 256 MiB");
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

Status read_encyclopedia(const std::string& folder, const std::vector<std::string>& paths,
                         Corpus& corpus) {
  pack::Source source;
  source.path = folder;
  source.format = "encyclopedia";
  Digester digester(DigestKind::sha256);
  pack::Documents documents;
  for (const std::string& path : paths) {
    const std::string extension = extension_of(path);
    if (extension != "md" && extension != "toml") continue;
    const Buffer text = ANTIDOTARY_TRY(files::read_file(path, text_bytes_max));
    source.bytes += text.size();
    digester.update(text);
    documents.emplace_back(fs::path(path).lexically_relative(folder).string(), to_string(text));
  }
  source.sha256 = digester.finish_hex();
  corpus.begin_source(std::move(source));
  corpus.add_encyclopedia(std::move(documents));
  return {};
}

Status read_folder(const std::string& folder, Corpus& corpus) {
  std::vector<std::string> paths = ANTIDOTARY_TRY(files_below(folder));
  const bool encyclopedia = std::any_of(paths.begin(), paths.end(), [](const std::string& path) {
    return fs::path(path).filename() == entry_file;
  });
  if (encyclopedia) return read_encyclopedia(folder, paths, corpus);
  std::stable_sort(paths.begin(), paths.end(),
                   [](const std::string& a, const std::string& b) { return rank(a) < rank(b); });
  const bool beside = std::any_of(paths.begin(), paths.end(), [](const std::string& path) {
    return clamav::knows(extension_of(path));
  });
  std::size_t read = 0;
  for (const std::string& path : paths) {
    if (!is_known(extension_of(path))) continue;
    // A text among databases is somebody's readme, not a list of digests.
    if (beside && is_list(extension_of(path))) continue;
    ANTIDOTARY_CHECK(read_one(path, beside, corpus));
    ++read;
  }
  if (read > 0) return {};
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
  return read_one(path, false, corpus);
}

Status read_bytes(std::string_view extension, Bytes bytes, const std::string& name,
                  Corpus& corpus) {
  if (!is_known(extension)) {
    return fail(ErrorKind::bad_input, "{}: .{} is no signature format that is read", name,
                extension);
  }
  return read_known(extension, bytes, name, false, corpus);
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

/// The file `path`, or the files below the folder `path`.
Result<std::vector<std::string>> files_at(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    return tl::unexpected(files::system_error(errno, "open", path));
  }
  if (S_ISDIR(status.st_mode)) return files_below(path);
  return std::vector<std::string>{path};
}

std::string made_by(const Options& options) {
  return std::string(ANTIDOTARY_VERSION) + (options.potentially_unwanted ? " pua" : "");
}

}  // namespace

Result<std::string> key_of(const std::vector<std::string>& paths, const Options& options,
                           std::vector<std::string>* included) {
  TextDigest digest;
  digest.add(made_by(options));
  for (const std::string& path : paths) {
    const std::vector<std::string> all = ANTIDOTARY_TRY(files_at(path));
    digest.add(path);
    for (const std::string& one : all) {
      const files::Fd file = ANTIDOTARY_TRY(open_path(one));
      digest.add(one);
      digest.add(ANTIDOTARY_TRY(files::sha256_of(file.get())));
      if (!is_yara(extension_of(one))) continue;
      // A text over the limit is refused when it is read: it includes nothing.
      const auto text = files::read_whole(file.get(), text_bytes_max);
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
    for (const std::string& one : ANTIDOTARY_TRY(files_at(path))) add(one);
  }
  for (const std::string& path : included) add(path);
  out.digest = digest.finish();
  return out;
}

}  // namespace antidotary::signatures
