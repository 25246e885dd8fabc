// What the two readers of mail that the bench compares have in common: the files in memory, the
// processor's time, and one line of JSON.
#pragma once

#include <sys/resource.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

inline std::vector<std::string> read_files(int count, char** names) {
  std::vector<std::string> out;
  for (int i = 0; i < count; ++i) {
    std::ifstream in(names[i], std::ios::binary);
    out.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return out;
}

/// Seconds of the processor in this process.
inline double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// The most memory that this program held, in KiB. Not ru_maxrss: that counts what the process held
/// before it became this program as well, and a script that starts it holds more than a mail needs.
inline long memory_kib() {
  std::ifstream in("/proc/self/status");
  std::string word;
  while (in >> word) {
    if (word == "VmHWM:") {
      long kib = 0;
      in >> kib;
      return kib;
    }
  }
  return -1;
}
