#include "worker/inside_disk.h"

#include <algorithm>

#include "host/doubts.h"
#include "host/image/container.h"
#include "host/image/patched_source.h"
#include "host/image/tsk_disk.h"
#include "host/image/volume_tree.h"
#include "sources/tree_server.h"
#include "sources/tree_wire.h"
#include "worker/disk_source.h"
#include "worker/remote_tree.h"

namespace antidotary::worker {
namespace {

using sources::TreeTag;

Result<files::Fd> ask_for_part(jail::Channel& channel, std::uint32_t index) {
  ANTIDOTARY_CHECK(channel.send(number(WorkTag::part), to_wire(PartRequest{index})));
  jail::Message answer = ANTIDOTARY_TRY(channel.receive(-1));
  if (answer.tag != static_cast<std::uint8_t>(TreeTag::answer) || !answer.descriptor.valid()) {
    return fail(ErrorKind::internal, "the parent answered out of turn");
  }
  return std::move(answer.descriptor);
}

Status look_at_tree(host::Tree& tree, host::Volume& volume, Budget& budget,
                    const OnWindows& on_windows) {
  const auto computers = ANTIDOTARY_TRY(host::Computer::find_all(tree, budget));
  for (const auto& computer : computers) {
    if (computer->kind() != host::WindowsKind::none) {
      if (!volume.unread.empty()) computer->note_unread(volume.name, volume.unread);
      on_windows(volume.name, *computer, volume.doubts);
    } else if (!computer->unread().empty() && volume.unread.empty()) {
      // What could not be listed may be a Windows.
      const host::Unread& first = computer->unread().front();
      volume.unread = (first.what.empty() ? "/" : first.what) + ": " + first.reason;
    }
  }
  return {};
}

bool holds_files(const host::Volume& volume) {
  using host::FileSystemKind;
  return volume.file_system == FileSystemKind::ntfs || volume.file_system == FileSystemKind::fat ||
         volume.file_system == FileSystemKind::exfat;
}

/// What libtsk or a library below it throws ends here, and costs its volume alone.
template <class Look>
Status without_throwing(Look look) {
  try {
    return look();
  } catch (const std::exception& error) {
    return fail(ErrorKind::malformed, "a library gave up: {}", error.what());
  }
}

Status look_at_volume(host::image::TskDisk& disk, host::Volume& volume, Budget& budget,
                      const OnWindows& on_windows) {
  const auto tree = ANTIDOTARY_TRY(host::VolumeTree::open(disk, volume));
  if (host::is_hibernated(*tree)) {
    volume.doubts.insert(volume.doubts.begin(), host::Doubt::hibernated);
  }
  return look_at_tree(*tree, volume, budget, on_windows);
}

/// An image's disk, and where there are patches, the disk as it would be.
struct OpenImage {
  host::DiskImage image;
  std::unique_ptr<host::BlockSource> bytes;    ///< Of the patches.
  std::unique_ptr<host::BlockSource> patched;  ///< Null where there are none.
};

Result<OpenImage> open_image(const DiskRequest& request, jail::Channel& channel) {
  std::vector<host::ImagePart> parts;
  for (std::uint32_t i = 0; i < request.parts.size(); ++i) {
    files::Fd descriptor = ANTIDOTARY_TRY(ask_for_part(channel, i));
    parts.push_back(
        {request.parts[i].name,
         std::make_unique<DescriptorSource>(std::move(descriptor), request.parts[i].size_bytes)});
  }
  OpenImage out{ANTIDOTARY_TRY(host::open_container(std::move(parts))), nullptr, nullptr};
  if (request.patches.empty()) return out;
  const auto last = static_cast<std::uint32_t>(request.parts.size());
  files::Fd descriptor = ANTIDOTARY_TRY(ask_for_part(channel, last));
  std::uint64_t size_bytes = 0;
  for (const host::Patch& patch : request.patches) size_bytes += patch.size_bytes;
  out.bytes = std::make_unique<DescriptorSource>(std::move(descriptor), size_bytes);
  out.patched = std::make_unique<host::PatchedSource>(*out.image.disk, *out.bytes, request.patches);
  return out;
}

Result<DiskSeen> look_at_image(const DiskRequest& request, jail::Channel& channel, Budget& budget,
                               const OnWindows& on_windows) {
  DiskSeen out;
  const OpenImage opened = ANTIDOTARY_TRY(open_image(request, channel));
  out.form = opened.image.form;
  host::BlockSource& source = opened.patched ? *opened.patched : *opened.image.disk;
  const auto disk = ANTIDOTARY_TRY(host::image::TskDisk::open(source, budget));
  out.volumes = ANTIDOTARY_TRY(host::image::find_volumes(*disk));
  for (host::Volume& volume : out.volumes) {
    if (!holds_files(volume)) continue;
    const Status seen =
        without_throwing([&] { return look_at_volume(*disk, volume, budget, on_windows); });
    if (!seen && volume.unread.empty()) volume.unread = seen.error().what;
  }
  return out;
}

}  // namespace

Result<DiskSeen> look_at_disk(const DiskRequest& request, jail::Channel& channel, Budget& budget,
                              const OnWindows& on_windows) {
  DiskSeen out;
  ANTIDOTARY_CHECK(without_throwing([&]() -> Status {
    if (!request.parts.empty()) {
      out = ANTIDOTARY_TRY(look_at_image(request, channel, budget, on_windows));
      return {};
    }
    RemoteTree tree(channel);
    host::Volume folder;
    if (host::is_hibernated(tree)) folder.doubts.push_back(host::Doubt::hibernated);
    return look_at_tree(tree, folder, budget, on_windows);
  }));
  return out;
}

/// Where two disks differ, sector by sector: a patch may reach into a neighbour's.
static Result<std::vector<host::Patch>> differences(host::BlockSource& before,
                                                    host::BlockSource& after,
                                                    const std::vector<host::Patch>& patches) {
  constexpr std::size_t sector_bytes = 512;
  std::vector<host::Patch> out;
  Buffer was(sector_bytes), is(sector_bytes);
  for (const host::Patch& patch : patches) {
    for (std::uint64_t within = 0; within < patch.size_bytes; within += sector_bytes) {
      const std::uint64_t at = patch.offset + within;
      const std::uint64_t count = std::min<std::uint64_t>(sector_bytes, patch.size_bytes - within);
      const auto one = std::span(was).first(count), other = std::span(is).first(count);
      if (ANTIDOTARY_TRY(before.read(at, one)) != count ||
          ANTIDOTARY_TRY(after.read(at, other)) != count) {
        return fail(ErrorKind::truncated, "the image ends before offset {}", at + count);
      }
      if (!std::equal(one.begin(), one.end(), other.begin())) out.push_back({at, count});
    }
  }
  return out;
}

static bool meet(const host::Patch& patch, const host::Volume& volume) {
  return patch.offset < volume.offset_bytes + volume.size_bytes &&
         volume.offset_bytes < patch.offset + patch.size_bytes;
}

Result<host::Comparison> compare_disk(const CompareRequest& request, jail::Channel& channel,
                                      Budget& budget) {
  host::Comparison out;
  const OpenImage opened = ANTIDOTARY_TRY(open_image(request.disk, channel));
  if (!opened.patched) return out;
  const auto before = ANTIDOTARY_TRY(host::image::TskDisk::open(*opened.image.disk, budget));
  const auto after = ANTIDOTARY_TRY(host::image::TskDisk::open(*opened.patched, budget));
  const auto changed =
      ANTIDOTARY_TRY(differences(*opened.image.disk, *opened.patched, request.disk.patches));
  const auto volumes = ANTIDOTARY_TRY(host::image::find_volumes(*before));
  for (const host::Volume& volume : volumes) {
    // Also one of which nothing is meant to change.
    const bool touched = std::any_of(changed.begin(), changed.end(),
                                     [&](const auto& patch) { return meet(patch, volume); });
    const bool named =
        std::any_of(request.meant.begin(), request.meant.end(),
                    [&](const host::MeantFile& file) { return file.volume == volume.name; });
    if (!touched && !named) continue;
    const Status compared = without_throwing(
        [&] { return host::image::compare(*before, *after, volume, changed, request.meant, out); });
    if (!compared) return tl::unexpected(compared.error());
  }
  for (const host::Patch& patch : changed) {
    if (out.strange.size() == host::Comparison::strange_max) break;
    const bool placed = std::any_of(volumes.begin(), volumes.end(),
                                    [&](const auto& volume) { return meet(patch, volume); });
    if (placed) continue;
    out.strange.push_back(fmt::format("offset {}, which lies in no volume", patch.offset));
  }
  return out;
}

}  // namespace antidotary::worker
