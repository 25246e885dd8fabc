// NtfsProgram: the parent's handle on antidotary-ntfs at work on one volume of an overlay.
//
// The program is distrusted as a worker is: it reads and writes within its volume alone, its
// answers are bounded, and one that says nonsense, dies or takes too long is ended; then nothing
// that it wrote is of use and the overlay is thrown away.
#pragma once

#include <functional>
#include <string>

#include "jail/jail.h"
#include "ntfs/wire.h"
#include "plan/image.h"
#include "remedy/image/overlay.h"

namespace antidotary::remedy {

struct NtfsLimits {
  std::uint64_t questions_max = 4'000'000;  ///< Of one program, all its requests together.
  int request_ms_max = 300'000;
};

class NtfsProgram {
 public:
  /// Starts the program at `path` on a volume. `overlay` must outlive it.
  /// Errors: not_found (no such program), worker_died, those of the program: malformed, refused.
  static Result<NtfsProgram> start(const std::string& path, Overlay& overlay,
                                   const plan::ImageVolume& volume, NtfsLimits limits = {});

  /// Errors, here and below: worker_died (it is of no more use); those of the program: not_found,
  /// changed, refused, encrypted, unsupported, malformed, io.
  Result<ntfs::Node> find(const ntfs::NodeRequest& wanted);
  using Take = std::function<Status(Bytes bytes)>;
  /// The file's `size_bytes` bytes, in order. Errors besides: those of `take`.
  Status read(const ntfs::NodeRequest& wanted, std::uint64_t size_bytes, const Take& take);
  Status write(const ntfs::WriteRequest& wanted);
  Status remove(const ntfs::NodeRequest& wanted);
  /// All that was changed is in the overlay.
  Status close();

 private:
  NtfsProgram(jail::Child child, Overlay& overlay, plan::ImageVolume volume, NtfsLimits limits)
      : child_(std::move(child)), overlay_(&overlay), volume_(std::move(volume)), limits_(limits) {}
  tl::unexpected<Error> give_up(std::string_view reason = "");
  /// One request and its answer; pieces that come before it go to `take`.
  Result<Buffer> exchange(ntfs::Tag tag, Bytes body, ntfs::Tag wanted,
                          const std::function<Status(const ntfs::Block&)>& take = nullptr);
  Status serve(const jail::Message& question);
  Result<Buffer> get(Bytes body);
  Status put(Bytes body);

  jail::Child child_;
  Overlay* overlay_;
  plan::ImageVolume volume_;
  NtfsLimits limits_;
  std::uint64_t questions_ = 0;
};

}  // namespace antidotary::remedy
