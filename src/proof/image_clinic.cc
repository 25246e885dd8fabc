#include "proof/image_clinic.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

#include "core/text.h"
#include "files/act.h"
#include "host/doubts.h"

namespace antidotary::proof {
namespace {

/// The blocks as they would be, for the worker.
struct Change {
  files::Fd file;
  worker::ImageChange change;
};

Result<Change> change_of(const std::vector<ByteEdit>& blocks) {
  Change out;
  const files::Fd made(memfd_create("antidotary", MFD_CLOEXEC));
  if (!made.valid()) return tl::unexpected(files::system_error(errno, "make", "a copy"));
  for (const ByteEdit& block : blocks) {
    ANTIDOTARY_CHECK(files::act::write_all(made.get(), block.after));
    out.change.patches.push_back({block.offset, block.after.size()});
  }
  // The jail gets a descriptor that cannot write.
  out.file =
      files::Fd(open(fmt::format("/proc/self/fd/{}", made.get()).c_str(), O_RDONLY | O_CLOEXEC));
  if (!out.file.valid()) return tl::unexpected(files::system_error(errno, "open", "a copy"));
  out.change.descriptor = out.file.get();
  return out;
}

/// Every edited file would be what the edits make of it.
Status check_edited(const remedy::Claim& claim, const host::Comparison& comparison) {
  for (const remedy::Touched& file : claim.touched) {
    if (file.removed) continue;
    const bool as_meant = std::any_of(
        comparison.edited.begin(), comparison.edited.end(), [&](const host::EditedFile& seen) {
          return seen.volume == file.volume && seen.path == file.path && seen.sha256 == file.sha256;
        });
    if (as_meant) continue;
    return fail(ErrorKind::refused, "{} would not be what the edit makes of it",
                escape_for_terminal(file.path));
  }
  return {};
}

/// Whether the plan leaves something of this entry where it is.
bool leaves(const plan::Plan& plan, const std::string& entry) {
  return std::any_of(plan.steps.begin(), plan.steps.end(), [&](const plan::Step& step) {
    return step.entry == entry && !step.carried_out();
  });
}

}  // namespace

std::string ntfs_program() {
  std::string program(4096, '\0');
  const ssize_t size = readlink("/proc/self/exe", program.data(), program.size());
  program.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  const std::string bin = program.substr(0, program.rfind('/'));
  for (const char* place : {"/antidotary-ntfs", "/../libexec/antidotary/antidotary-ntfs"}) {
    if (access((bin + place).c_str(), X_OK) == 0) return bin + place;
  }
  return {};
}

std::string_view no_ntfs_program() {
  return "the program antidotary-ntfs is not installed (libexec/antidotary; it is built where "
         "ntfs-3g-dev is): without it no disk image is written to; mount the image and name the "
         "mount";
}

std::string why_only_read(const std::string& form) {
  if (form == "raw") return {};
  return fmt::format(
      "an image of the form {} is only read: convert it to a raw one ('qemu-img convert -O raw', "
      "'ewfexport'), or mount it and name the mount",
      form);
}

ImageClinic::ImageClinic(const scan::Knowledge& knowledge)
    : knowledge_(knowledge), clinic_(knowledge) {}

Result<worker::DiskExamination> ImageClinic::look(const sources::Evidence& evidence) {
  return clinic_.worker().examine(evidence);
}

Result<plan::Plan> ImageClinic::plan(const sources::Evidence& evidence,
                                     const worker::DiskExamination& disk) {
  plan::ImageFact image;
  for (const sources::ImageFile& file : evidence.image()->files) {
    const files::Stat stat = ANTIDOTARY_TRY(files::stat_of(file.descriptor.get()));
    image.parts.push_back(
        {file.name, file.size_bytes, stat.device, stat.inode, stat.modified_unix_ns});
  }
  std::vector<plan::InstalledPlan> plans;
  for (const host::Volume& volume : disk.volumes) {
    image.volumes.push_back({volume.name, volume.offset_bytes, volume.size_bytes});
  }
  for (const auto& [name, examination] : disk.installations) {
    const auto volume =
        std::find_if(disk.volumes.begin(), disk.volumes.end(),
                     [&, &here = name](const auto& one) { return one.name == here; });
    plan::InstalledPlan one{name,
                            plan::make_plan(*knowledge_.encyclopedia, examination, evidence.path()),
                            why_only_read(disk.form)};
    const bool ntfs =
        volume != disk.volumes.end() && volume->file_system == host::FileSystemKind::ntfs;
    if (one.left.empty() && !ntfs) {
      one.left = "only NTFS is written to inside an image: mount it and name the mount";
    }
    plans.push_back(std::move(one));
  }
  return plan::join(std::move(plans), evidence.path(), std::move(image));
}

remedy::ImageHands ImageClinic::hands() {
  remedy::ImageHands out;
  out.program = ntfs_program();
  out.may_be_written = [this](const std::string& path, const plan::ImageFact& image) {
    return may_be_written(path, image);
  };
  return out;
}

Result<remedy::Remedy> ImageClinic::remedy(const files::Root& state, remedy::UnixClock clock,
                                           const plan::Plan& plan) {
  auto out = ANTIDOTARY_TRY(clinic_.remedy(state, std::move(clock)));
  remedy::ImageHands hands = this->hands();
  hands.prove = [this, &plan](const remedy::Claim& claim) { return prove(plan, claim); };
  out.work_on_images(std::move(hands));
  return out;
}

Status ImageClinic::may_be_written(const std::string& path, const plan::ImageFact& image) {
  const auto evidence = ANTIDOTARY_TRY(sources::Evidence::open(path));
  if (evidence.image() == nullptr) return fail(ErrorKind::changed, "{} is no disk image", path);
  const auto disk = ANTIDOTARY_TRY(clinic_.worker().examine(evidence));
  if (const std::string why = why_only_read(disk.form); !why.empty()) {
    return fail(ErrorKind::refused, "{}", why);
  }
  for (const plan::ImageVolume& wanted : image.volumes) {
    const auto volume =
        std::find_if(disk.volumes.begin(), disk.volumes.end(), [&](const host::Volume& one) {
          return one.name == wanted.name && one.offset_bytes == wanted.offset_bytes &&
                 one.size_bytes == wanted.size_bytes;
        });
    if (volume == disk.volumes.end()) {
      return fail(ErrorKind::changed, "{} is not where it was: make a new plan", wanted.name);
    }
    if (const Status may = host::may_be_written(volume->doubts); !may) {
      return tl::unexpected(
          with_context(may.error(), escape_for_terminal(path) + ", " + wanted.name));
    }
  }
  return {};
}

Status ImageClinic::prove(const plan::Plan& plan, const remedy::Claim& claim) {
  const auto evidence = ANTIDOTARY_TRY(sources::Evidence::open(plan.root));
  if (evidence.image() == nullptr) return fail(ErrorKind::changed, "it is no disk image");
  const Change change = ANTIDOTARY_TRY(change_of(claim.blocks));
  std::vector<host::MeantFile> meant;
  for (const remedy::Touched& file : claim.touched) {
    meant.push_back({file.volume, file.path, file.record, file.removed});
  }
  const auto comparison = ANTIDOTARY_TRY(clinic_.worker().compare(evidence, change.change, meant));
  if (!comparison.strange.empty()) {
    return fail(ErrorKind::refused, "more would change than was meant to: {}",
                escape_for_terminal(comparison.strange.front()));
  }
  ANTIDOTARY_CHECK(check_edited(claim, comparison));
  const auto disk = ANTIDOTARY_TRY(clinic_.worker().examine(evidence, {}, &change.change));
  if (disk.installations.empty()) {
    return fail(ErrorKind::refused, "no Windows would be found on it any more");
  }
  for (const auto& [volume, examination] : disk.installations) {
    for (const diagnosis::Diagnosis& diagnosis : examination.diagnoses) {
      if (claim.whole && diagnosis.verdict == diagnosis::Verdict::infected &&
          !leaves(plan, diagnosis.entry)) {
        return fail(ErrorKind::refused, "it would still be infected by {}", diagnosis.entry);
      }
    }
  }
  return {};
}

}  // namespace antidotary::proof
