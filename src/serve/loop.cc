#include "serve/loop.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>

#include "files/root.h"

namespace antidotary::serve {
namespace {

constexpr std::uint64_t id_mask = 0xffff'ffff;

std::uint64_t token(int descriptor, std::uint64_t id) {
  return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(descriptor)) << 32) |
         (id & id_mask);
}

}  // namespace

Result<std::unique_ptr<Loop>> Loop::make() {
  files::Fd epoll(epoll_create1(EPOLL_CLOEXEC));
  if (!epoll.valid()) return tl::unexpected(files::system_error(errno, "make", "an event queue"));
  return std::unique_ptr<Loop>(new Loop(std::move(epoll)));
}

Status Loop::watch(int descriptor, std::uint32_t events, Ready ready) {
  const std::uint64_t id = next_id_++;
  epoll_event event{};
  event.events = events;
  event.data.u64 = token(descriptor, id);
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) != 0) {
    return tl::unexpected(files::system_error(errno, "watch", "a descriptor"));
  }
  watched_[descriptor] = std::make_shared<Watched>(Watched{id, std::move(ready)});
  return {};
}

void Loop::change(int descriptor, std::uint32_t events) {
  const auto found = watched_.find(descriptor);
  if (found == watched_.end()) return;
  epoll_event event{};
  event.events = events;
  event.data.u64 = token(descriptor, found->second->id);
  epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, descriptor, &event);
}

void Loop::forget(int descriptor) {
  if (watched_.erase(descriptor) == 0) return;
  epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, nullptr);
}

Loop::TimerId Loop::after_ms(std::uint64_t delay_ms, std::function<void()> act) {
  const TimerId id = next_id_++;
  const std::uint64_t when = now_ms() + delay_ms;
  timers_.emplace(std::pair(when, id), std::move(act));
  timer_times_.emplace(id, when);
  return id;
}

void Loop::cancel(TimerId& timer) {
  const auto found = timer_times_.find(timer);
  if (found != timer_times_.end()) {
    timers_.erase({found->second, timer});
    timer_times_.erase(found);
  }
  timer = 0;
}

void Loop::later(std::function<void()> act) { later_.push_back(std::move(act)); }

std::uint64_t Loop::now_ms() const {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
}

int Loop::ms_to_timer() const {
  if (!later_.empty()) return 0;
  if (timers_.empty()) return -1;
  const std::uint64_t when = timers_.begin()->first.first;
  const std::uint64_t now = now_ms();
  return when <= now ? 0 : static_cast<int>(std::min<std::uint64_t>(when - now, 60'000));
}

void Loop::run_timers() {
  const std::uint64_t now = now_ms();
  while (!timers_.empty() && timers_.begin()->first.first <= now) {
    const auto first = timers_.begin();
    const std::function<void()> act = std::move(first->second);
    timer_times_.erase(first->first.second);
    timers_.erase(first);
    act();
  }
}

void Loop::run_later() {
  while (!later_.empty()) {
    const std::function<void()> act = std::move(later_.front());
    later_.pop_front();
    act();
  }
}

void Loop::run() {
  std::array<epoll_event, 256> events{};
  while (!stopped_) {
    const int count =
        epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), ms_to_timer());
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      const int descriptor = static_cast<int>(event.data.u64 >> 32);
      const auto found = watched_.find(descriptor);
      if (found == watched_.end()) continue;
      const std::shared_ptr<Watched> watched = found->second;  // it may forget itself
      if ((watched->id & id_mask) == (event.data.u64 & id_mask)) watched->ready(event.events);
    }
    run_timers();
    run_later();
  }
  stopped_ = false;
}

}  // namespace antidotary::serve
