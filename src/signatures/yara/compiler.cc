#include "signatures/yara/compiler.h"

#include <yara.h>

#include <charconv>
#include <cstring>

#include "core/text.h"
#include "pack/libyara.h"

namespace antidotary::signatures::yara {
namespace {

constexpr std::size_t complaints_max = 100'000;

struct Run {
  const std::vector<std::string>* texts = nullptr;
  std::vector<Complaint> complaints;
};

/// The number of an included text; 0, the first text's, where it is none.
std::size_t number_of(const char* name) {
  std::size_t number = 0;
  if (name != nullptr) std::from_chars(name, name + std::strlen(name), number);
  return number;
}

void on_complaint(int level, const char* file, int line, const YR_RULE* rule, const char* message,
                  void* user) {
  auto& run = *static_cast<Run*>(user);
  if (level != YARA_ERROR_LEVEL_ERROR || run.complaints.size() >= complaints_max) return;
  Complaint complaint;
  complaint.file = number_of(file);
  complaint.line = line > 0 ? static_cast<std::uint32_t>(line) : 1;
  if (rule != nullptr && rule->identifier != nullptr) complaint.rule = rule->identifier;
  complaint.message = escape_for_terminal(message != nullptr ? message : "");
  run.complaints.push_back(std::move(complaint));
}

const char* on_include(const char* name, const char*, const char*, void* user) {
  const auto& texts = *static_cast<const Run*>(user)->texts;
  const std::size_t number = number_of(name);
  return number > 0 && number < texts.size() ? texts[number].c_str() : nullptr;
}

void on_include_end(const char*, void*) {}

int define_variables(YR_COMPILER* compiler) {
  for (const char* name : pack::yara_text_variables) {
    const int error = yr_compiler_define_string_variable(compiler, name, "");
    if (error != ERROR_SUCCESS) return error;
  }
  for (const char* name : pack::yara_number_variables) {
    const int error = yr_compiler_define_integer_variable(compiler, name, 0);
    if (error != ERROR_SUCCESS) return error;
  }
  return ERROR_SUCCESS;
}

}  // namespace

bool loses_place(const Complaint& complaint) {
  for (const std::string_view sign : {"syntax error", "unterminated", "non-ascii", "illegal"}) {
    if (complaint.message.find(sign) != std::string::npos) return true;
  }
  return false;
}

void Compiler::Release::operator()(_YR_COMPILER* compiler) const { yr_compiler_destroy(compiler); }

Result<Compiler> Compiler::create() {
  ANTIDOTARY_CHECK(pack::start_libyara());
  YR_COMPILER* made = nullptr;
  int error = yr_compiler_create(&made);
  if (error != ERROR_SUCCESS) {
    return fail(ErrorKind::internal, "libyara makes no compiler: {}", pack::yara_error(error));
  }
  Compiler compiler(made);
  error = define_variables(made);
  if (error != ERROR_SUCCESS) {
    return fail(ErrorKind::internal, "libyara takes no variables: {}", pack::yara_error(error));
  }
  return compiler;
}

std::vector<Complaint> Compiler::add(const std::vector<std::string>& texts,
                                     const std::string& name_space) {
  Run run;
  run.texts = &texts;
  yr_compiler_set_callback(compiler_.get(), on_complaint, &run);
  yr_compiler_set_include_callback(compiler_.get(), on_include, on_include_end, &run);
  const int errors =
      yr_compiler_add_string(compiler_.get(), texts.front().c_str(), name_space.c_str());
  if (errors != 0 && run.complaints.empty()) {
    run.complaints.push_back({0, 1, "", "libyara says no more than that it fails"});
  }
  return std::move(run.complaints);
}

Result<Buffer> Compiler::finish() {
  YR_RULES* rules = nullptr;
  const int error = yr_compiler_get_rules(compiler_.get(), &rules);
  if (error != ERROR_SUCCESS) {
    return fail(ErrorKind::internal, "libyara makes no rules: {}", pack::yara_error(error));
  }
  const pack::Rules owned(rules);
  return pack::save_rules(*rules);
}

}  // namespace antidotary::signatures::yara
