// The verifier against the naive interpreter at length: every pattern of two small worlds in every
// short object, then random ones of several sizes until `program_soak 100000000 --jobs 2` has made
// as many comparisons as it is told. Exits 1 where the two ever differ.
#include <fmt/core.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "match/random_pattern.h"

namespace {

using namespace antidotary::match;

struct Task {
  std::uint64_t comparisons = 100'000'000;
  std::uint64_t seed = 20030801;
  std::uint64_t jobs = 2;
};

/// All patterns made of a few units, and all objects of a few letters.
struct World {
  std::vector<Pattern> patterns;
  std::vector<std::string> objects;
};

std::vector<std::string> texts(std::string_view letters, std::size_t size_max) {
  std::vector<std::string> out{""};
  for (std::size_t begin = 0, size = 0; size < size_max; ++size) {
    const std::size_t end = out.size();
    for (; begin < end; ++begin) {
      for (const char letter : letters) out.push_back(out[begin] + letter);
    }
  }
  return out;
}

using Units = std::vector<Unit>;

/// All runs of 1 to `size_max` of `units`.
std::vector<Units> runs_of(const Units& units, std::size_t size_max) {
  std::vector<Units> out{{}};
  for (std::size_t begin = 0, size = 0; size < size_max; ++size) {
    const std::size_t end = out.size();
    for (; begin < end; ++begin) {
      for (const Unit& unit : units) {
        Units longer = out[begin];
        longer.push_back(unit);
        out.push_back(std::move(longer));
      }
    }
  }
  out.erase(out.begin());
  return out;
}

constexpr Position a{'a', 0xff};
constexpr Position b{'b', 0xff};
constexpr Position anything{0, 0};

/// One part of up to three units, two of up to two, three of one, with all kinds of gaps.
World world_of_gaps() {
  World out;
  out.objects = texts("ab", 7);
  const Units units = {a,
                       b,
                       anything,
                       Choice{false, {{a}, {b, b}}},
                       Choice{false, {{a, b}, {a}, {b}}},
                       Choice{true, {{a}}},
                       Choice{true, {{a, b}, {b, anything}}}};
  const std::vector<Part> gaps = {
      {0, 0, {}}, {0, 1, {}}, {1, 2, {}}, {2, unbounded, {}}, {0, unbounded, {}}};
  for (const Units& one : runs_of(units, 3)) out.patterns.push_back({false, {Part{0, 0, one}}});
  const auto short_runs = runs_of(units, 2);
  for (const Part& gap : gaps) {
    for (const Units& x : short_runs) {
      for (const Units& y : short_runs) {
        out.patterns.push_back({false, {Part{0, 0, x}, Part{gap.gap_min, gap.gap_max, y}}});
      }
    }
    for (const Part& second : gaps) {
      for (const Units& all : runs_of(units, 3)) {
        if (all.size() != 3) continue;
        out.patterns.push_back({false,
                                {Part{0, 0, {all[0]}}, Part{gap.gap_min, gap.gap_max, {all[1]}},
                                 Part{second.gap_min, second.gap_max, {all[2]}}}});
      }
    }
  }
  return out;
}

/// One part of up to two units between edges of every kind, in either case.
World world_of_edges() {
  World out;
  out.objects = texts(std::string_view("aA\n\0", 4), 5);
  const Units units = {a, Position{'A', 0xff}, anything, Choice{false, {{a}, {a, a}}},
                       Choice{true, {{a}}}};
  std::vector<Units> before{{}};
  std::vector<Units> after{{}};
  for (int kind = 0; kind < 4; ++kind) {
    for (const bool negated : {false, true}) {
      before.push_back({Edge{static_cast<Edge::Kind>(kind), negated, false}});
      after.push_back({Edge{static_cast<Edge::Kind>(kind), negated, true}});
    }
  }
  for (const Units& run : runs_of(units, 2)) {
    for (const Units& front : before) {
      for (const Units& back : after) {
        Units all = front;
        all.insert(all.end(), run.begin(), run.end());
        all.insert(all.end(), back.begin(), back.end());
        for (const bool nocase : {false, true}) out.patterns.push_back({nocase, {{0, 0, all}}});
      }
    }
  }
  return out;
}

class Worker {
 public:
  Worker(const Task& task, std::uint64_t number) : task_(task), number_(number) {
    share_ = task.comparisons / task.jobs + (number < task.comparisons % task.jobs ? 1 : 0);
  }

  std::uint64_t comparisons = 0;
  std::uint64_t exhaustive = 0;
  std::uint64_t differences = 0;
  std::string first;  ///< The first difference in words.

  void run(const std::vector<World>& worlds) {
    for (const World& world : worlds) try_all(world);
    exhaustive = comparisons;
    const std::vector<RandomPatterns::Sizes> sizes = {
        {}, {2, 6, 4, 3, 4, 24}, {5, 2, 2, 2, 3, 40}, {1, 12, 3, 3, 0, 20}};
    std::vector<RandomPatterns> sources;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      sources.emplace_back(task_.seed + number_ * sizes.size() + i, sizes[i]);
    }
    for (std::uint64_t round = 0; comparisons < share_; ++round) {
      // The smallest are the quickest, and differ soonest where anything does.
      RandomPatterns& source = sources[round % 8 < 5 ? 0 : round % 8 - 4];
      const Pattern pattern = source.pattern();
      try_one(pattern, source.object());
    }
  }

 private:
  void try_all(const World& world) {
    for (std::size_t i = number_; i < world.patterns.size(); i += task_.jobs) {
      for (const std::string& object : world.objects) {
        if (comparisons >= share_) return;
        try_one(world.patterns[i], object);
      }
    }
  }

  void try_one(const Pattern& pattern, const std::string& object) {
    std::string why;
    const std::size_t made = compare(pattern, object, why);
    if (made > 0) {
      comparisons += made - 1;  // compare() counts the naive search as well
      return;
    }
    ++comparisons;
    if (++differences == 1) first = why;
  }

  const Task& task_;
  std::uint64_t number_;
  std::uint64_t share_ = 0;
};

Task task_of(int count, char** words) {
  Task out;
  for (int i = 1; i < count; ++i) {
    const bool more = i + 1 < count;
    if (more && std::strcmp(words[i], "--jobs") == 0) {
      out.jobs = std::max(1ull, std::strtoull(words[++i], nullptr, 10));
    } else if (more && std::strcmp(words[i], "--seed") == 0) {
      out.seed = std::strtoull(words[++i], nullptr, 10);
    } else {
      out.comparisons = std::strtoull(words[i], nullptr, 10);
    }
  }
  return out;
}

}  // namespace

int main(int count, char** words) {
  const Task task = task_of(count, words);
  const std::vector<World> worlds = {world_of_gaps(), world_of_edges()};
  std::vector<Worker> workers;
  for (std::uint64_t i = 0; i < task.jobs; ++i) workers.emplace_back(task, i);
  std::vector<std::thread> threads;
  for (Worker& worker : workers) threads.emplace_back([&] { worker.run(worlds); });
  for (std::thread& thread : threads) thread.join();
  Worker sum(task, 0);
  for (const Worker& one : workers) {
    sum.comparisons += one.comparisons;
    sum.exhaustive += one.exhaustive;
    sum.differences += one.differences;
    if (sum.first.empty()) sum.first = one.first;
  }
  fmt::print("{} comparisons, {} of them exhaustive; seed {}, {} jobs; {} differences{}{}\n",
             sum.comparisons, sum.exhaustive, task.seed, task.jobs, sum.differences,
             sum.first.empty() ? "" : ": ", sum.first);
  return sum.differences == 0 ? 0 : 1;
}
