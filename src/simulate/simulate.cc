// Simulate: the scene's files, hives and messages, written to a fresh folder.
#include "simulate/simulate.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>

#include "core/text.h"
#include "files/act.h"
#include "files/fd.h"
#include "files/root.h"
#include "simulate/honest.h"
#include "simulate/letter_writer.h"

namespace antidotary::simulate {
namespace {

constexpr std::int64_t ns_a_second = 1'000'000'000;
constexpr std::int64_t honest_time_ns = 1'046'520'000 * ns_a_second;   // 2003-03-01 12:00 UTC
constexpr std::int64_t changed_time_ns = 1'059'728'400 * ns_a_second;  // 2003-08-01 09:00 UTC

/// What goes to the disk: path below the target, bytes, time.
struct Image {
  struct File {
    Buffer bytes;
    std::int64_t time_ns = honest_time_ns;
  };
  std::map<std::string, File> files;
};

Status add_hive(Scene& scene, const std::string& path, const regf::KeySpec& root,
                std::string_view recorded_name) {
  regf::WriteOptions options;
  options.file_name = recorded_name;
  scene.files[path] = ANTIDOTARY_TRY(regf::write_hive(root, options));
  return {};
}

Status add_hives(Scene& scene) {
  const std::string config = "WINDOWS/system32/config/";
  ANTIDOTARY_CHECK(add_hive(scene, config + "SOFTWARE", scene.software, "SOFTWARE"));
  ANTIDOTARY_CHECK(add_hive(scene, config + "SYSTEM", scene.system, "SYSTEM"));
  ANTIDOTARY_CHECK(add_hive(scene, config + "DEFAULT", scene.default_user, "DEFAULT"));
  return add_hive(scene, "Documents and Settings/alice/NTUSER.DAT", scene.user, "NTUSER.DAT");
}

void add_host(const Scene& scene, const Scene& before, Image& image) {
  for (const auto& [path, bytes] : scene.files) {
    const auto old = before.files.find(path);
    const bool same = old != before.files.end() && old->second == bytes;
    image.files["host/" + path] = {bytes, same ? honest_time_ns : changed_time_ns};
  }
}

void add_mail(const Scene& scene, Image& image) {
  std::vector<std::string> texts;
  for (const Message& message : scene.messages) {
    texts.push_back(message.text);
    image.files[fmt::format("mail/{:02}-{}.eml", texts.size(), message.name)] = {
        to_buffer(as_bytes(message.text)), changed_time_ns};
  }
  const std::string mailbox = write_mailbox(texts);
  image.files["mail/mailbox.mbox"] = {to_buffer(as_bytes(mailbox)), changed_time_ns};
}

Result<files::Root> fresh_folder(const std::string& directory) {
  if (::mkdir(directory.c_str(), 0755) != 0 && errno != EEXIST) {
    return tl::unexpected(files::system_error(errno, "make", directory));
  }
  auto root = ANTIDOTARY_TRY(files::Root::open(directory));
  const auto nodes = ANTIDOTARY_TRY(root.list(""));
  if (!nodes.empty()) {
    return fail(ErrorKind::bad_input,
                "{} is not empty; name a folder that is empty or does not exist yet",
                escape_for_terminal(directory));
  }
  return root;
}

Status write_file(const files::Root& root, const std::string& path, const Image::File& file) {
  auto parent = ANTIDOTARY_TRY(root.open_parent(path));
  auto out = ANTIDOTARY_TRY(files::act::create(parent.first.get(), parent.second, 0644));
  ANTIDOTARY_CHECK(files::act::write_all(out.get(), file.bytes));
  return files::act::set_times(out.get(), file.time_ns, file.time_ns);
}

/// All folders above the image's files, parents first.
std::set<std::string> folders_of(const Image& image) {
  std::set<std::string> out;
  for (const auto& [path, file] : image.files) {
    for (std::size_t slash = path.find('/'); slash != path.npos;
         slash = path.find('/', slash + 1)) {
      out.insert(path.substr(0, slash));
    }
  }
  return out;
}

Status write_image(const files::Root& root, const Image& image) {
  const std::set<std::string> folders = folders_of(image);
  for (const std::string& folder : folders) {
    auto parent = ANTIDOTARY_TRY(root.open_parent(folder));
    ANTIDOTARY_CHECK(files::act::make_directory(parent.first.get(), parent.second, 0755));
  }
  for (const auto& [path, file] : image.files) {
    if (auto written = write_file(root, path, file); !written) {
      return tl::unexpected(with_context(written.error(), "writing " + escape_for_terminal(path)));
    }
  }
  // Last of all, deepest first: making a node in a folder moves the folder's time.
  for (auto folder = folders.rbegin(); folder != folders.rend(); ++folder) {
    const auto place = ANTIDOTARY_TRY(root.open_directory(*folder));
    const files::Fd readable(::openat(place.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!readable.valid()) {
      return tl::unexpected(files::system_error(errno, "cannot open", *folder));
    }
    ANTIDOTARY_CHECK(files::act::set_times(readable.get(), honest_time_ns, honest_time_ns));
  }
  return {};
}

}  // namespace

Status infected(const entries::Entry& entry, const entries::Variant& variant,
                const std::string& directory) {
  Scene before = honest_scene();
  Scene scene = before;
  for (const auto& change : variant.changes) {
    const Kind* kind = find_kind(change->kind());
    if (kind == nullptr) {
      return fail(ErrorKind::internal, "{}: nothing simulates a change of kind {}", entry.id,
                  change->kind());
    }
    kind->make(*change, variant, scene);
  }
  ANTIDOTARY_CHECK(add_hives(before));
  ANTIDOTARY_CHECK(add_hives(scene));
  Image image;
  add_host(scene, before, image);
  if (scene.messages.size() > before.messages.size()) add_mail(scene, image);
  return write_image(ANTIDOTARY_TRY(fresh_folder(directory)), image);
}

Status honest(const std::string& directory) {
  Scene scene = honest_scene();
  ANTIDOTARY_CHECK(add_hives(scene));
  Image image;
  add_host(scene, scene, image);
  add_mail(scene, image);
  return write_image(ANTIDOTARY_TRY(fresh_folder(directory)), image);
}

}  // namespace antidotary::simulate
