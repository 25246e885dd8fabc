#include "unpack/pictures/fuzzy_hash.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace antidotary::unpack {
namespace {

constexpr std::size_t side = 32;
constexpr std::size_t waves = 8;
constexpr double lobes = 3.0;  ///< Lanczos' kernel of three lobes.

double sinc(double x) {
  if (x == 0) return 1;
  const double angle = x * std::numbers::pi;
  return std::sin(angle) / angle;
}

double kernel(double x) { return std::abs(x) < lobes ? sinc(x) * sinc(x / lobes) : 0; }

/// What of a line of `from` pixels makes one of the `side` pixels that it is scaled to.
struct Share {
  std::size_t first = 0;
  std::vector<double> weights;  ///< Their sum is 1.
};

Share share_of(std::size_t pixel, std::size_t from) {
  const double ratio = static_cast<double>(from) / side;
  const double stretch = std::max(ratio, 1.0);
  const double centre = (static_cast<double>(pixel) + 0.5) * ratio;
  const double last = static_cast<double>(from) - 1;
  Share out;
  const double first = std::clamp(std::floor(centre - lobes * stretch), 0.0, last);
  const double end = std::clamp(std::ceil(centre + lobes * stretch), first + 1, last + 1);
  out.first = static_cast<std::size_t>(first);
  double sum = 0;
  for (double at = first; at < end; ++at) {
    out.weights.push_back(kernel((at - (centre - 0.5)) / stretch));
    sum += out.weights.back();
  }
  for (double& weight : out.weights) weight /= sum;
  return out;
}

using Small = std::array<std::array<double, side>, side>;

/// First its columns, then its rows; whole numbers in the end.
Small scale(const Grey& picture) {
  const std::size_t width = picture.width;
  std::vector<double> lines(side * width);
  for (std::size_t y = 0; y < side; ++y) {
    const Share share = share_of(y, picture.height);
    for (std::size_t i = 0; i < share.weights.size(); ++i) {
      const std::uint8_t* const row = picture.pixels.data() + (share.first + i) * width;
      for (std::size_t x = 0; x < width; ++x) lines[y * width + x] += share.weights[i] * row[x];
    }
  }
  Small out{};
  for (std::size_t x = 0; x < side; ++x) {
    const Share share = share_of(x, width);
    for (std::size_t y = 0; y < side; ++y) {
      double sum = 0;
      for (std::size_t i = 0; i < share.weights.size(); ++i) {
        sum += share.weights[i] * lines[y * width + share.first + i];
      }
      out[y][x] = std::clamp(std::floor(sum + 0.5), 0.0, 255.0);
    }
  }
  return out;
}

/// The cosine transform (DCT-II), of which only the slowest waves are wanted.
std::array<double, waves * waves> transform(const Small& small) {
  std::array<std::array<double, side>, waves> wave{};
  for (std::size_t k = 0; k < waves; ++k) {
    for (std::size_t i = 0; i < side; ++i) {
      const auto turn = static_cast<double>(k * (2 * i + 1));
      wave[k][i] = std::cos(std::numbers::pi * turn / (2.0 * side));
    }
  }
  std::array<std::array<double, side>, waves> down{};
  for (std::size_t k = 0; k < waves; ++k) {
    for (std::size_t y = 0; y < side; ++y) {
      for (std::size_t x = 0; x < side; ++x) down[k][x] += wave[k][y] * small[y][x];
    }
  }
  std::array<double, waves * waves> out{};
  for (std::size_t k = 0; k < waves; ++k) {
    for (std::size_t l = 0; l < waves; ++l) {
      for (std::size_t x = 0; x < side; ++x) out[k * waves + l] += down[k][x] * wave[l][x];
    }
  }
  return out;
}

}  // namespace

Result<std::uint64_t> fuzzy_hash(const Grey& picture, Budget& budget) {
  // Each pixel is weighed some six times on its way down.
  ANTIDOTARY_CHECK(budget.step(picture.pixels.size() + 2 * side * side * side));
  const auto strengths = transform(scale(picture));
  auto sorted = strengths;
  std::sort(sorted.begin(), sorted.end());
  const double median = (sorted[sorted.size() / 2 - 1] + sorted[sorted.size() / 2]) / 2;
  std::uint64_t out = 0;
  for (const double strength : strengths) out = out << 1 | (strength > median ? 1u : 0u);
  return out;
}

}  // namespace antidotary::unpack
