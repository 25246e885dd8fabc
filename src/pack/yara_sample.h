// YaraSample: sections of compiled rules for tests, made without the compilers of signatures.
#pragma once

#include <yara.h>

#include <cstdlib>
#include <string>

#include "pack/libyara.h"
#include "pack/yara_section.h"

namespace antidotary::pack::yara_sample {

/// What libyara saves of `text`, in namespace "rules.yar"; ends the test program where it fails.
inline Buffer stream(const std::string& text) {
  const auto demand = [](bool holds) {
    if (!holds) std::abort();
  };
  demand(start_libyara().has_value());
  YR_COMPILER* compiler = nullptr;
  demand(yr_compiler_create(&compiler) == ERROR_SUCCESS);
  for (const char* name : yara_text_variables) {
    yr_compiler_define_string_variable(compiler, name, "");
  }
  for (const char* name : yara_number_variables) {
    yr_compiler_define_integer_variable(compiler, name, 0);
  }
  demand(yr_compiler_add_string(compiler, text.c_str(), "rules.yar") == 0);
  YR_RULES* made = nullptr;
  demand(yr_compiler_get_rules(compiler, &made) == ERROR_SUCCESS);
  const Rules rules(made);
  yr_compiler_destroy(compiler);
  return save_rules(*made).value();
}

inline Buffer section(const std::string& text, std::vector<std::string> ignored = {}) {
  const Buffer saved = stream(text);
  return write_yara_section({std::move(ignored), {{{{"rules.yar", 7, YaraNaming::plain}}, saved}}});
}

}  // namespace antidotary::pack::yara_sample
