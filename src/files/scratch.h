// Scratch: a folder for a test, in memory where the machine has /dev/shm, removed at its end.
//
// For tests only; it lives here because several rooms' tests need it and fsync on a real disk
// would make them slow.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace antidotary::files {

class Scratch {
 public:
  Scratch() {
    std::error_code ignored;
    const bool memory = std::filesystem::is_directory("/dev/shm", ignored);
    std::string name = std::string(memory ? "/dev/shm" : "/tmp") + "/antidotary-XXXXXX";
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  Scratch(const Scratch&) = delete;  // two owners would remove it twice
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }

  std::string path(std::string_view below = "") const {
    return below.empty() ? path_ : path_ + "/" + std::string(below);
  }
  std::string folder(std::string_view below) const {
    std::filesystem::create_directories(path(below));
    return path(below);
  }
  /// Writes a file, with the folders above it.
  std::string file(std::string_view below, std::string_view content) const {
    std::filesystem::create_directories(std::filesystem::path(path(below)).parent_path());
    std::ofstream(path(below), std::ios::binary | std::ios::trunc) << content;
    return path(below);
  }
  static std::string content(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  }

 private:
  std::string path_;
};

}  // namespace antidotary::files
