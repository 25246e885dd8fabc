// Assets: the site's styles and scripts (site/*.css, site/*.js), embedded by cmake/site.cmake.
#pragma once

#include <string_view>

namespace antidotary::publish {

std::string_view site_style();
std::string_view site_script();
/// Of `entry preview` alone.
std::string_view site_preview_style();
std::string_view site_preview_script();

}  // namespace antidotary::publish
