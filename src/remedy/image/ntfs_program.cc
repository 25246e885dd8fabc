#include "remedy/image/ntfs_program.h"

#include <algorithm>
#include <chrono>

#include "core/record.h"
#include "core/text.h"
#include "jail/program.h"

namespace antidotary::remedy {
namespace {

using ntfs::Tag;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t message_bytes_max = 16 << 20;

/// Its words are a stranger's.
Error its_error(Bytes body) {
  const auto failure = from_wire<ntfs::Failure>(body);
  if (!failure) return {ErrorKind::worker_died, "the NTFS program answered nonsense", {}};
  Error out = failure->error();
  out.what = escape_for_terminal(std::string_view(out.what).substr(0, 1000));
  return out;
}

}  // namespace

Result<NtfsProgram> NtfsProgram::start(const std::string& path, Overlay& overlay,
                                       const plan::ImageVolume& volume, NtfsLimits limits) {
  if (volume.offset_bytes > overlay.size_bytes() ||
      volume.size_bytes > overlay.size_bytes() - volume.offset_bytes) {
    return fail(ErrorKind::changed, "{} reaches past the image's end", volume.name);
  }
  NtfsProgram out(ANTIDOTARY_TRY(jail::start_program(path)), overlay, volume, limits);
  (void)ANTIDOTARY_TRY(
      out.exchange(Tag::open, to_wire(ntfs::OpenRequest{volume.size_bytes}), Tag::done));
  return out;
}

tl::unexpected<Error> NtfsProgram::give_up(std::string_view reason) {
  const std::string ending = child_.reap();
  return fail(ErrorKind::worker_died, "the NTFS program {}", reason.empty() ? ending : reason);
}

Result<Buffer> NtfsProgram::exchange(Tag tag, Bytes body, Tag wanted,
                                     const std::function<Status(const ntfs::Block&)>& take) {
  if (child_.pid() < 0) return give_up();
  const auto deadline = Clock::now() + std::chrono::milliseconds(limits_.request_ms_max);
  if (!child_.channel().send(number(tag), body, -1, limits_.request_ms_max)) return give_up();
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return give_up("took too long and was stopped");
    auto message = child_.channel().receive(static_cast<int>(left), message_bytes_max);
    if (!message && message.error().kind == ErrorKind::budget_spent) {
      return give_up("took too long and was stopped");
    }
    if (!message && message.error().kind == ErrorKind::worker_died) return give_up();
    if (!message) return give_up("sent what is no message, and was stopped");
    if (message->tag == number(wanted)) return std::move(message->body);
    if (message->tag == number(Tag::failure)) return tl::unexpected(its_error(message->body));
    if (message->tag == number(Tag::piece) && take) {
      const auto piece = from_wire<ntfs::Block>(message->body);
      if (!piece) return give_up("answered nonsense, and was stopped");
      const Status taken = take(*piece);
      if (taken) continue;
      // What was asked for is not wanted any more, and the rest is on its way.
      (void)child_.reap();
      return tl::unexpected(taken.error());
    }
    if (const Status served = serve(*message); !served) return give_up(served.error().what);
  }
}

Status NtfsProgram::serve(const jail::Message& question) {
  if (++questions_ > limits_.questions_max) {
    return fail(ErrorKind::budget_spent, "asked for more than it may, and was stopped");
  }
  if (question.tag == number(Tag::get)) {
    const Buffer bytes = ANTIDOTARY_TRY(get(question.body));
    return child_.channel().send(number(Tag::bytes), bytes, -1, limits_.request_ms_max);
  }
  if (question.tag == number(Tag::put)) {
    ANTIDOTARY_CHECK(put(question.body));
    return child_.channel().send(number(Tag::done), {}, -1, limits_.request_ms_max);
  }
  return fail(ErrorKind::malformed, "spoke out of turn, and was stopped");
}

Result<Buffer> NtfsProgram::get(Bytes body) {
  const auto wanted = from_wire<ntfs::GetRequest>(body);
  if (!wanted || wanted->count > ntfs::block_bytes_max || wanted->offset > volume_.size_bytes ||
      wanted->count > volume_.size_bytes - wanted->offset) {
    return fail(ErrorKind::malformed, "asked for what is not in its volume, and was stopped");
  }
  Buffer out(wanted->count);
  ANTIDOTARY_CHECK(overlay_->read(volume_.offset_bytes + wanted->offset, out));
  return out;
}

Status NtfsProgram::put(Bytes body) {
  const auto block = from_wire<ntfs::Block>(body);
  if (!block || block->bytes.size() > ntfs::block_bytes_max || block->offset > volume_.size_bytes ||
      block->bytes.size() > volume_.size_bytes - block->offset) {
    return fail(ErrorKind::malformed, "wrote outside of its volume, and was stopped");
  }
  return overlay_->write(volume_.offset_bytes + block->offset, block->bytes);
}

Result<ntfs::Node> NtfsProgram::find(const ntfs::NodeRequest& wanted) {
  const Buffer answer = ANTIDOTARY_TRY(exchange(Tag::find, to_wire(wanted), Tag::node));
  auto node = from_wire<ntfs::Node>(answer);
  if (!node || node->record != wanted.record) return give_up("answered nonsense, and was stopped");
  return node;
}

Status NtfsProgram::read(const ntfs::NodeRequest& wanted, std::uint64_t size_bytes,
                         const Take& take) {
  std::uint64_t at = 0;
  const auto in_order = [&](const ntfs::Block& piece) -> Status {
    if (piece.offset != at || piece.bytes.size() > size_bytes - at) {
      return fail(ErrorKind::changed, "it is not as long as it was");
    }
    at += piece.bytes.size();
    return take(piece.bytes);
  };
  (void)ANTIDOTARY_TRY(exchange(Tag::read, to_wire(wanted), Tag::done, in_order));
  if (at == size_bytes) return {};
  return fail(ErrorKind::changed, "it is not as long as it was");
}

Status NtfsProgram::write(const ntfs::WriteRequest& wanted) {
  (void)ANTIDOTARY_TRY(exchange(Tag::write, to_wire(wanted), Tag::done));
  return {};
}

Status NtfsProgram::remove(const ntfs::NodeRequest& wanted) {
  (void)ANTIDOTARY_TRY(exchange(Tag::remove, to_wire(wanted), Tag::done));
  return {};
}

Status NtfsProgram::close() {
  (void)ANTIDOTARY_TRY(exchange(Tag::close, {}, Tag::done));
  return {};
}

}  // namespace antidotary::remedy
